/** Per recording: a command (or the number of its step, or the name of a watch) whose output differs, and why that is accepted. The list shrinks. */
export const accepted: Readonly<Record<string, Readonly<Record<string, string>>>> = {};

/**
 * A recording is one run of many: which pods start at nearly the same moment is chance there and here. Where that shows in its
 * watches, this is a seed whose chance fell alike.
 */
export const seeds: Readonly<Record<string, number>> = { "02-rolling-update-surge1-unavail1": 10 };
