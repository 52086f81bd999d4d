import type { ProcessContext } from "../cluster/images/program";

/** An absolute path with "." and ".." taken out. */
export function absolute(path: string, cwd: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

export function readFile(context: ProcessContext, path: string): string | undefined {
  return context.files.read(absolute(path, context.cwd));
}

export function listDirectory(context: ProcessContext, path: string): readonly string[] | undefined {
  return context.files.list(absolute(path, context.cwd));
}

export function baseName(path: string): string {
  return path.replace(/\/+$/, "").split("/").at(-1) ?? path;
}
