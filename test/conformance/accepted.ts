/** Per recording: a command (or the number of its step, or the name of a watch) whose output differs, and why that is accepted. The list shrinks. */
export const accepted: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
