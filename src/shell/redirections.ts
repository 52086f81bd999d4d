import type { Redirection, Word } from "unbash";
import type { Expander } from "./expand";
import { absolute, filesOf, type Machine } from "./machine";
import { fileOf, openFile, release } from "./open-files";
import type { Fds, ShellProc } from "./state";
import { ExpansionError, getVar, setVar } from "./variables";

/** A redirection whose words are expanded. */
export type Redirected =
  | { readonly is: "file"; readonly fd: number; readonly operator: string; readonly path: string; readonly variable?: string }
  | { readonly is: "text"; readonly fd: number; readonly text: string }
  | { readonly is: "copy"; readonly fd: number; readonly from: string };

export function expandRedirections(redirects: readonly Redirection[], x: Expander): Redirected[] {
  return redirects.map((r): Redirected => {
    const given = r.descriptor?.type === "FileDescriptor" ? r.descriptor.value : undefined;
    if (r.type === "HereDoc") return { is: "text", fd: given ?? 0, text: x.heredoc(r) };
    if (r.type === "HereString") return { is: "text", fd: given ?? 0, text: `${r.target ? x.text(r.target) : ""}\n` };
    const target = r.target ? one(r.target, x) : "";
    const input = r.operator.startsWith("<");
    const fd = given ?? (input ? 0 : 1);
    const variable = r.descriptor?.type === "FileDescriptorVariable" ? { variable: r.descriptor.name } : {};
    if (r.operator === "<&" || (r.operator === ">&" && (given !== undefined || /^(\d+|-)$/.test(target)))) return { is: "copy", fd, from: target };
    return { is: "file", fd, operator: r.operator === ">&" ? "&>" : r.operator, path: target, ...variable };
  });
}

function one(word: Word, x: Expander): string {
  const fields = x.fields([word]);
  if (fields.length !== 1) throw new ExpansionError(`${word.text}: ambiguous redirect`, false);
  return fields[0];
}

/** Applies redirections to a table of descriptors, in place. Returns the message of the first that fails. */
export function redirect(m: Machine, sh: ShellProc, fds: Fds, list: readonly Redirected[]): string | undefined {
  const files = filesOf(m, { cwd: sh.cwd, fds, pid: sh.pid });
  const put = (fd: number, id: number): void => {
    const old = fds[fd];
    fds[fd] = id;
    if (old !== undefined) release(m, { [fd]: old });
  };
  for (const r of list) {
    if (r.is === "text") put(r.fd, openFile(m, { is: "read", refs: 1, path: "", text: r.text, at: 0 }));
    else if (r.is === "copy") {
      if (r.from === "-") {
        const old = fds[r.fd];
        delete fds[r.fd];
        if (old !== undefined) release(m, { [r.fd]: old });
        continue;
      }
      const id = fds[Number(r.from)];
      if (!/^\d+$/.test(r.from) || id === undefined || !fileOf(m, id)) return sh.flavour === "sh" ? `${r.from}: bad file descriptor` : `${r.from}: Bad file descriptor`;
      fileOf(m, id)!.refs++;
      put(r.fd, id);
    } else {
      const why = openPath(m, sh, fds, files, r, put);
      if (why !== undefined) return why;
    }
  }
  return undefined;
}

function openPath(m: Machine, sh: ShellProc, fds: Fds, files: ReturnType<typeof filesOf>, r: Extract<Redirected, { is: "file" }>, put: (fd: number, id: number) => void): string | undefined {
  const path = absolute(sh.cwd, r.path);
  const trouble = (why: string): string => (sh.flavour === "sh" || sh.flavour === "busybox" ? `${r.operator === "<" ? (sh.flavour === "sh" ? "cannot open" : "can't open") : sh.flavour === "sh" ? "cannot create" : "can't create"} ${r.path}: ${sh.flavour === "sh" && why === "No such file or directory" ? (r.operator === "<" ? "No such file" : "Directory nonexistent") : why === "No such file or directory" && sh.flavour === "busybox" ? (r.operator === "<" ? "no such file" : "nonexistent directory") : why}` : `${r.path}: ${why}`);
  const dev = /^\/dev\/fd\/(\d+)$/.exec(path);
  const same = dev ? Number(dev[1]) : path === "/dev/stdin" ? 0 : path === "/dev/stdout" ? 1 : path === "/dev/stderr" ? 2 : path === "/dev/tty" ? 1 : undefined;
  let fd = r.fd;
  if (r.variable) {
    fd = 10;
    while (fds[fd] !== undefined) fd++;
    setVar(m, sh, r.variable, String(fd));
  }
  if (r.path === "") return `${sh.flavour === "bash" ? "" : trouble("")}: No such file or directory`;
  if (same !== undefined && fds[same] !== undefined) {
    fileOf(m, fds[same])!.refs++;
    put(fd, fds[same]);
    return undefined;
  }
  if (path === "/dev/null") {
    put(fd, openFile(m, { is: "null", refs: 1 }));
    if (r.operator.startsWith("&")) {
      m.k.files[fds[fd]].refs++;
      put(2, fds[fd]);
    }
    return undefined;
  }
  if (r.operator === "<") {
    const text = files.read(path);
    if (text === undefined) return trouble(files.list(path) ? "Is a directory" : "No such file or directory");
    put(fd, openFile(m, { is: "read", refs: 1, path, text, at: 0 }));
    return undefined;
  }
  const existing = files.read(path);
  if (existing !== undefined && r.operator === ">" && sh.options["noclobber"]) return `${r.path}: cannot overwrite existing file`;
  const text = r.operator === ">>" || r.operator === "&>>" || r.operator === "<>" ? (existing ?? "") : "";
  const why = files.write(path, text);
  if (why !== undefined) return trouble(why);
  const id = openFile(m, { is: "write", refs: 1, path, text });
  put(fd, id);
  if (r.operator.startsWith("&")) {
    m.k.files[id].refs++;
    put(2, id);
  }
  return undefined;
}

/** HOME as the shell knows it. */
export function homeOf(m: Machine, sh: ShellProc): string | undefined {
  return getVar(m, sh, "HOME");
}
