import type { Machine } from "./machine";
import { emit } from "./machine";
import type { Fds, OpenFile } from "./state";

export type WriteResult = "ok" | "broken" | "closed" | "ended";

const captureLimit = 8_000_000;

export function fileOf(m: Machine, id: number | undefined): OpenFile | undefined {
  return id === undefined ? undefined : m.k.files[id];
}

export function openFile(m: Machine, file: OpenFile): number {
  const id = m.k.nextFile++;
  m.k.files[id] = file;
  return id;
}

/** A pipe: the ids of its reading and its writing end. */
export function openPipe(m: Machine): readonly [number, number] {
  const pipe = openFile(m, { is: "pipe", refs: 2, text: "", readers: 1, writers: 1 });
  return [openFile(m, { is: "pipe-read", refs: 1, pipe }), openFile(m, { is: "pipe-write", refs: 1, pipe })];
}

export function retain(m: Machine, fds: Fds): void {
  for (const id of Object.values(fds)) {
    const file = m.k.files[id];
    if (file) file.refs++;
  }
}

export function release(m: Machine, fds: Fds): void {
  for (const id of Object.values(fds)) {
    const file = m.k.files[id];
    if (!file || --file.refs > 0) continue;
    delete m.k.files[id];
    if (file.is === "pipe-read" || file.is === "pipe-write") {
      const pipe = m.k.files[file.pipe];
      if (pipe?.is !== "pipe") continue;
      if (file.is === "pipe-read") pipe.readers = 0;
      else pipe.writers = 0;
      if (--pipe.refs === 0) delete m.k.files[file.pipe];
    }
  }
}

export function writeTo(m: Machine, id: number | undefined, text: string): WriteResult {
  const file = fileOf(m, id);
  if (!file) return "closed";
  switch (file.is) {
    case "host-out":
      emit(m, { do: "write", fd: file.fd, data: text });
      return "ok";
    case "pipe-write": {
      const pipe = m.k.files[file.pipe];
      if (pipe?.is !== "pipe" || pipe.readers === 0) return "broken";
      pipe.text += text;
      return "ok";
    }
    case "write":
      file.text += text;
      m.context.files.write(file.path, file.text);
      return "ok";
    case "capture":
      if (file.text.length < captureLimit) file.text += text;
      return "ok";
    case "null":
      return "ok";
    default:
      return "closed";
  }
}

/** Up to `limit` characters; null at the end; undefined where nothing is there yet. */
export function readFrom(m: Machine, id: number | undefined, limit: number): string | null | undefined {
  const file = fileOf(m, id);
  if (!file) return null;
  const take = (text: string): readonly [string, string] => [text.slice(0, limit), text.slice(limit)];
  switch (file.is) {
    case "host-in": {
      if (file.text === "") return file.eof ? null : undefined;
      const [got, rest] = take(file.text);
      file.text = rest;
      return got;
    }
    case "pipe-read": {
      const pipe = m.k.files[file.pipe];
      if (pipe?.is !== "pipe") return null;
      if (pipe.text === "") return pipe.writers === 0 ? null : undefined;
      const [got, rest] = take(pipe.text);
      pipe.text = rest;
      return got;
    }
    case "read": {
      if (file.at >= file.text.length) return null;
      const got = file.text.slice(file.at, file.at + limit);
      file.at += got.length;
      return got;
    }
    default:
      return null;
  }
}

/** Looks at what is there without taking it; null at the end. */
export function peekAt(m: Machine, id: number | undefined): { readonly text: string; readonly ended: boolean } {
  const file = fileOf(m, id);
  if (!file) return { text: "", ended: true };
  if (file.is === "host-in") return { text: file.text, ended: file.eof };
  if (file.is === "pipe-read") {
    const pipe = m.k.files[file.pipe];
    return pipe?.is === "pipe" ? { text: pipe.text, ended: pipe.writers === 0 } : { text: "", ended: true };
  }
  if (file.is === "read") return { text: file.text.slice(file.at), ended: true };
  return { text: "", ended: true };
}
