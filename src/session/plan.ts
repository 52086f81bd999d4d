import { placeholdersIn } from "../note/placeholders";
import type { Dict } from "../cluster/model";
import type { Block, Command, Span } from "../note/model";

/** What the runner changed or cannot know, and says: an i18n key with its arguments. */
export interface Notice {
  readonly key: string;
  readonly args: Dict<string | number>;
}

/** One thing that a block does when it runs. */
export interface Planned {
  readonly is: "apply" | "command";
  /** As the reader sees it. */
  readonly text: string;
  /** What the shell is given. */
  readonly line: string;
  readonly where: Command["where"];
  /** It opens a session in a pod, into which the commands that follow are typed. */
  readonly opens: boolean;
  readonly span: Span;
  readonly recorded?: readonly string[];
  /** What is applied. */
  readonly manifest?: string;
  readonly notices: readonly Notice[];
  /** Words that the reader gives before it can run: `<pod-name>`. */
  readonly asks: readonly string[];
}

const mark = "END_OF_MANIFEST";

/** What a block does, in order: its manifests applied, its commands run. */
export function plan(block: Block): readonly Planned[] {
  return block.parts.flatMap((part): readonly Planned[] => {
    if (part.is === "manifest") {
      if (part.documents.length === 0) return [];
      return [applied(part.text, part.span)];
    }
    return part.commands.map((command): Planned => {
      const { line, notices } = mended(command.text);
      const asks = placeholdersIn(command.text);
      return {
        is: "command", text: command.text, line, where: command.where, opens: command.where === "note" && opensSession(line), span: command.span, notices, asks,
        ...(command.recorded === undefined ? {} : { recorded: command.recorded.lines }),
      };
    });
  });
}

/** Manifests given to kubectl as if by a pipe; what stands at `span` in the note, or (with notices) what the runner made. */
export function applied(text: string, span: Span, notices?: readonly Notice[]): Planned {
  return { is: "apply", text: "kubectl apply -f -", line: `kubectl apply -f - <<'${mark}'\n${text.replace(/\n$/, "")}\n${mark}`, where: "note", opens: false, span, notices: notices ?? [], asks: [], ...(notices === undefined ? { manifest: text } : {}) };
}

/** `kubectl exec POD COMMAND` was right until 1.30; today it wants "--". Old notes still have it: the runner inserts it and says so. */
function mended(text: string): { line: string; notices: readonly Notice[] } {
  const match = /^(\s*(?:kubectl|k)\s+(?:\S+\s+)*?exec\s+)(.*)$/s.exec(text);
  if (match === null || /\s--(\s|$)/.test(text)) return { line: text, notices: [] };
  const words = (match[2] ?? "").split(/(\s+)/);
  let pod = false;
  for (let i = 0; i < words.length; i += 2) {
    const word = words[i] ?? "";
    if (/^(-n|--namespace|-c|--container|--context)$/.test(word)) i += 2;
    else if (!word.startsWith("-")) {
      if (pod) return { line: `${match[1] ?? ""}${words.slice(0, i).join("")}-- ${words.slice(i).join("")}`, notices: [{ key: "run.inserted-dashes", args: {} }] };
      pod = true;
    }
  }
  return { line: text, notices: [] };
}

/** Whether a command leaves the reader at a prompt inside a container. */
function opensSession(line: string): boolean {
  return /^\s*(kubectl|k)\s/.test(line) && /\s(exec|attach|run)\s/.test(line) && /\s(-it|-ti|-i\s+-t|-t\s+-i|--stdin\s+--tty|--tty\s+--stdin)\b/.test(line) && /(^|[\s/])(ba|a|z|da)?sh\s*$/.test(line.trimEnd());
}
