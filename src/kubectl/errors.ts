/** What the API server answered instead of an object. */
export interface Status {
  readonly kind?: string;
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly kind?: string;
    readonly group?: string;
    readonly uid?: string;
    readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  };
  readonly code?: number;
}

/** An error of the API server, as client-go returns it. */
export class StatusError extends Error {
  constructor(readonly status: Status) {
    super(status.message ?? "unknown");
  }
  get reason(): string {
    return this.status.reason ?? "";
  }
}

/** An error of kubectl itself: printed with "error: " before it. */
export class CommandError extends Error {
  constructor(message: string, readonly exit = 1) {
    super(message);
  }
}

/** Printed as it is, without "error: ". */
export class PlainError extends CommandError {}

/** Ends the command with this exit code and prints nothing more. */
export class Exit extends Error {
  constructor(readonly code: number) {
    super(`exit ${code}`);
  }
}

/** Several errors that kubectl collected while it went on. */
export class Aggregate extends Error {
  constructor(readonly errors: readonly Error[]) {
    super(errors.map((e) => e.message).join("\n"));
  }
}

/** Throws what was collected: nothing, the one error, or all. */
export function throwAll(errors: readonly Error[]): void {
  const [first] = errors;
  if (first === undefined) return;
  if (errors.length === 1) throw first;
  throw new Aggregate(errors);
}

/** What could not be read of several files, as client-go's builder tells it: one error, in brackets where it is several. */
export function gathered(reads: readonly unknown[]): readonly Error[] {
  const errors = reads.filter((read) => read instanceof Error);
  return errors.length < 2 ? errors : [new PlainError(`[${errors.map((error) => error.message).join(", ")}]`)];
}

/** The error with a sentence about what kubectl was doing, as AddSourceToErr words it. */
export function whileDoing(verb: string, source: string, error: unknown): Error {
  if (source === "") return error as Error;
  if (error instanceof StatusError) return new StatusError({ ...error.status, message: `error when ${verb} ${JSON.stringify(source)}: ${error.message}` });
  return new CommandError(`error when ${verb} ${JSON.stringify(source)}: ${(error as Error).message}`);
}

export function usageError(command: string, message: string): CommandError {
  return new CommandError(`${message}\nSee '${command} -h' for help and examples`);
}

export function isNotFound(error: unknown): boolean {
  return error instanceof StatusError && error.reason === "NotFound";
}

/** What goes to stderr and the exit code, after cmdutil.CheckErr. */
export function describeError(error: unknown): { readonly text: string; readonly code: number } {
  if (error instanceof Exit) return { text: "", code: error.code };
  if (error instanceof StatusError && error.reason === "Invalid") return { text: line(invalid(error.status)), code: 1 };
  if (error instanceof Aggregate) return { text: error.errors.map((e) => line(standard(e) ?? e.message)).join(""), code: 1 };
  if (error instanceof PlainError) return { text: line(error.message), code: error.exit };
  if (error instanceof StatusError) return { text: line(standard(error) ?? error.message), code: 1 };
  if (error instanceof CommandError) return { text: line(error.message.startsWith("error: ") ? error.message : `error: ${error.message}`), code: error.exit };
  throw error;
}

function line(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

function standard(error: Error): string | undefined {
  if (!(error instanceof StatusError)) return undefined;
  if (error.reason === "Unauthorized") return `error: You must be logged in to the server (${error.message})`;
  return error.reason === "" ? `Error from server: ${error.message}` : `Error from server (${error.reason}): ${error.message}`;
}

function invalid(status: Status): string {
  const details = status.details;
  if (!details) return status.message ? `The request is invalid: ${status.message}` : "The request is invalid";
  const causes = [...new Set((details.causes ?? []).map((c) => (c.field ? `${c.field}: ${c.message ?? ""}` : (c.message ?? ""))))];
  let text = "The request is invalid";
  if (details.kind || details.name) text = `The ${details.kind ?? ""} ${JSON.stringify(details.name ?? "")} is invalid`;
  else if (status.message && causes.length === 0) text += `: ${status.message}`;
  if (causes.length === 0) return text;
  if (causes.length === 1) return `${text}: ${causes[0] ?? ""}`;
  return `${text}: \n${causes.map((c) => `* ${c}\n`).join("")}`;
}
