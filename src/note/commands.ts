import { syntaxOf } from "../shell/syntax";
import { spanIn } from "./fences";
import { filled, placeholdersIn } from "./placeholders";
import type { Command, SourceMap } from "./model";

/** Words that a line of a transcript begins with when it is a command and not somebody's output. */
const known = new Set(("kubectl k k8s-sim curl wget cat echo printf ls export unset env for while until if case sleep watch helm minikube kind docker sed grep awk jq base64 cd pwd mkdir rm touch cp mv tee " +
  "source alias ping nslookup dig nc date head tail sort uniq wc xargs seq test exit sh bash true false set read time timeout kustomize hostname ps top envsubst diff cut tr").split(" "));
const prompt = /^(?:\$ |❯ |➜ +\S* ?|\[[^\]]*\][$#] |[\w.-]+@[\w.-]+:[^\s$#]*[$#%] |PS [^>]*> |[%>] (?=(?:kubectl|k) ))/;
/** The prompt of root, which elsewhere begins a comment. */
const root = /^# (?=(?:kubectl|k) [a-z])/;
const podPrompt = /^(?:root@([\w.-]+):[^\s#$]*[#$] ?|\/[\w./-]* # ?|# (?=[a-z]))(.*)$/;

function isCommand(line: string, own: ReadonlySet<string>): boolean {
  const bare = line.trim();
  if (/^[A-Za-z_]\w*=\S*(\s|$)/.test(bare) && !/\s{3,}/.test(bare)) return true;
  const word = /^(?:sudo +)?([\w.-]+)/.exec(bare)?.[1] ?? "";
  // "kubectl   apply" in a table is unlikely; a capitalised word or a row of columns is output.
  return (known.has(word) || own.has(word)) && !/^\S+\s{3,}\S/.test(bare);
}

/** Whether a line of an ordinary code block speaks to Kubernetes. */
export function speaksKubectl(text: string): boolean {
  return text.split("\n").some((line) => /^(?:[#>] +)?(?:sudo +|alias +[\w-]+=["']?)?(?:kubectl|k) +[a-z-]/.test(cleaned(line).trim().replace(prompt, "")));
}

/** What a copied line carries that a shell must not see: non-breaking and zero-width spaces. */
function cleaned(line: string): string {
  return line.replace(/[\u00a0\u3000]/g, " ").replace(/[\u200b\ufeff]/g, "");
}

interface Open { readonly from: number; readonly to: number; readonly text: string; where: Command["where"]; recorded: { from: number; to: number; line: string }[]; prefix: string }

/**
 * The commands of a transcript with what was recorded under them. Prompts may stand before commands; a comment under a command is
 * its output ("# NAME READY"), and a comment with a container's prompt is a command typed in the session that an `exec -it` opened. It yields every hundred lines.
 */
export function* commandsOf(source: SourceMap, firstLine: number, offset: number, text: string, strict: boolean): Generator<void, readonly Command[]> {
  const lines = text.split("\n");
  const starts: number[] = [];
  let at = offset;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  /** Names that the transcript makes commands of. */
  const own = new Set<string>();
  const prompted = lines.some((line) => prompt.test(line.trimStart()) && !line.trimStart().startsWith("#"));
  // Where every command stands behind "#" and its output does not, that is root's prompt.
  const rooted = !prompted && lines.some((line) => root.test(cleaned(line).trim())) && !lines.some((line) => isCommand(cleaned(line), own)) && lines.some((line) => /^[^#\s]/.test(line));
  const commands: Open[] = [];
  let session: string | undefined;
  let last: Open | undefined;
  for (let i = 0; i < lines.length; i++) {
    if (i % 100 === 99) yield;
    const raw = cleaned(lines[i] ?? "");
    const trimmed = raw.trim();
    const start = starts[i] ?? offset;
    if (trimmed === "") {
      continue;
    }
    const commented = rooted && root.test(trimmed) ? null : /^#+ ?(.*)$/.exec(trimmed);
    // Where commands have prompts "#" is a container's; elsewhere it comments the transcript out.
    const inner = session === undefined ? null : podPrompt.exec(prompted ? trimmed : commented?.[1] ?? trimmed);
    if (session !== undefined && inner !== null && (inner[2] ?? "").trim() !== "") {
      last = { from: start, to: start + (lines[i] ?? "").length, text: (inner[2] ?? "").trim(), where: { pod: session }, recorded: [], prefix: commented === null || prompted ? "" : "#" };
      commands.push(last);
      if (last.text === "exit") session = undefined;
      continue;
    }
    if (commented !== null) {
      if (last !== undefined) {
        last.prefix = "#";
        last.recorded.push({ from: start, to: start + (lines[i] ?? "").length, line: commented[1] ?? "" });
      }
      continue;
    }
    const bare = trimmed.replace(rooted ? root : prompt, "");
    const hasPrompt = bare !== trimmed;
    if (prompted || rooted ? !hasPrompt : strict ? false : !isCommand(trimmed, own)) {
      if (last !== undefined) last.recorded.push({ from: start, to: start + (lines[i] ?? "").length, line: raw });
      continue;
    }
    if (!prompted && !rooted && strict && last !== undefined && !isCommand(trimmed, own) && looksRecorded(trimmed, last)) {
      last.recorded.push({ from: start, to: start + (lines[i] ?? "").length, line: raw });
      continue;
    }
    // A command goes on while the shell's grammar wants more: a heredoc, a loop, a trailing backslash.
    let end = i;
    let command = bare;
    while (end + 1 < lines.length && wantsMore(command)) {
      end++;
      command += `\n${cleaned(lines[end] ?? "").replace(/^> /, "")}`;
    }
    for (const [, name = ""] of command.matchAll(/(?:\balias +|^(?=[\w-]+ *\(\)))([\w-]+)/gm)) own.add(name);
    last = { from: start, to: (starts[end] ?? start) + (lines[end] ?? "").length, text: command, where: "note", recorded: [], prefix: "" };
    commands.push(last);
    // Inside a session that was opened, whatever is no kubectl is typed there, until `exit`.
    const inside = session !== undefined && !/^(kubectl|k|k8s-sim)\s/.test(command) && !(prompted && hasPrompt);
    if (inside) {
      last.where = { pod: session ?? "" };
      if (command.trim() === "exit") session = undefined;
    } else session = openedSession(command);
    i = end;
  }
  return commands.map((open): Command => ({
    span: spanIn(source, firstLine, open.from, open.to), text: open.text, where: open.where,
    ...(open.recorded.length === 0 ? {} : {
      recorded: {
        span: spanIn(source, firstLine, open.recorded[0]?.from ?? 0, open.recorded[open.recorded.length - 1]?.to ?? 0),
        lines: open.recorded.map((of) => of.line), prefix: open.prefix,
      },
    }),
  }));
}

/** In a script without prompts, what kubectl may have printed: a table's header, a row, "x created", an error. */
function looksRecorded(line: string, after: Open): boolean {
  return /^(NAME|LAST SEEN|REVISION|NAMESPACE|CURRENT) /.test(line) || /^(Error from server|error:|Warning:|No resources found|Waiting for|deployment ")/.test(line)
    || /^\S+\/\S+ (created|configured|unchanged|deleted|scaled|exposed|labeled|annotated|patched|image updated|restarted|rolled back|condition met)/.test(line)
    || (after.recorded.length > 0 && /\S\s{2,}\S/.test(line));
}

function wantsMore(command: string): boolean {
  if (command.endsWith("\\")) return true;
  // Plain words are whole; to ask the grammar of each of a thousand lines would take long.
  if (!/["'`({<|&]|\b(?:do|then|case|if|for|while|until|select|function)\b/.test(command)) return false;
  return syntaxOf(filled(command, new Map(placeholdersIn(command).map((name) => [name, "x"])))).trouble?.incomplete === true;
}

/** The pod that `kubectl exec -it POD … sh` opens a session in. */
function openedSession(command: string): string | undefined {
  const words = command.trim().split(/\s+/);
  const exec = words.indexOf("exec");
  if (!/^(kubectl|k)$/.test(words[0] ?? "") || exec < 0) return undefined;
  const interactive = words.some((word) => /^-(it|ti|i|t)$/.test(word) || word === "--stdin" || word === "--tty" || word.startsWith("--stdin="));
  if (!interactive || !/^(\/bin\/|\/usr\/bin\/)?(ba|a|z)?sh$/.test(words[words.length - 1] ?? "")) return undefined;
  const rest = words.slice(exec + 1);
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] ?? "";
    if (/^(-n|--namespace|-c|--container)$/.test(word)) i++;
    else if (!word.startsWith("-")) return word.replace(/^pods?\//, "");
  }
  return undefined;
}
