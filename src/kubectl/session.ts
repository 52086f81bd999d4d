import { scalar } from "../cluster/scalar";
import type { ProcessInput } from "../cluster/images/program";
import type { KubeObject } from "../cluster/model";
import type { Command } from "./command";
import { CommandError, Exit, StatusError, type Status } from "./errors";

export interface SessionOptions {
  readonly subresource: "exec" | "attach";
  readonly container: string;
  readonly words?: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** Opens a stream into a container. */
export function openSession(command: Command, pod: KubeObject, options: SessionOptions): void {
  command.connect("session", command.request("connect", command.mapper.resource("pods"), {
    namespace: pod.metadata.namespace, name: pod.metadata.name, subresource: options.subresource,
    query: {
      container: options.container, ...(options.words ? { command: options.words } : {}),
      stdin: String(options.stdin), stdout: "true", stderr: String(!options.tty), tty: String(options.tty),
    },
  }));
}

/** Passes input in and output out; true when the session is over. A command that failed ends kubectl with its exit code. */
export function onSession(command: Command, input: ProcessInput): boolean {
  if (input.is === "stdin") command.effects.push({ do: "send", id: "session", channel: 0, data: input.data });
  else if (input.is === "eof") command.effects.push({ do: "send", id: "session", channel: 0, data: "" });
  else if (input.is === "stream" && input.id === "session") {
    if (input.channel === 1) command.out(scalar(input.data));
    else if (input.channel === 2) command.err(scalar(input.data));
    else if (input.channel === 3) {
      finish(command, input.data as Status | undefined);
      command.close("session");
      return true;
    }
  } else if (input.is === "end" && input.id === "session") {
    if (input.response.code >= 400) throw new StatusError((input.response.body ?? {}));
    finish(command, input.response.body as Status | undefined);
    return true;
  }
  return false;
}

function finish(command: Command, status: Status | undefined): void {
  if (status?.status !== "Failure") return;
  const code = status.details?.causes?.find((c) => c.reason === "ExitCode")?.message;
  if (status.reason === "NonZeroExitCode" || code !== undefined) {
    command.err(`command terminated with exit code ${code ?? "1"}\n`);
    throw new Exit(Number(code ?? "1"));
  }
  throw new CommandError(status.message ?? "unknown");
}
