import type { Ms } from "../model";
import type { ContainerLog, LogLine } from "./runtime-state";

/** How much of a container's log is kept; what is older goes, as with the kubelet's log rotation. */
export interface LogBounds {
  readonly lines: number;
  readonly bytes: number;
}

/** What was written last and its only line, so that a server which says the same again and again keeps one text. */
let written = "\n";
let line = "";

/** The text of what is one whole line and no more; undefined for anything else. */
function oneLine(data: string): string | undefined {
  if (data === written) return line;
  const end = data.indexOf("\n");
  if (end < 0 || end < data.length - 1) return undefined;
  written = data;
  return line = data.slice(0, -1);
}

/** Appends what a process wrote to a log and tells of each whole line that this completed (a partial line is kept open until its newline comes). */
export function append(log: ContainerLog, at: Ms, fd: 1 | 2, data: string, bounds: LogBounds, done?: (line: LogLine) => void): void {
  const last = log.lines[log.lines.length - 1] as LogLine | undefined;
  const text = last?.partial === true ? undefined : oneLine(data);
  if (text !== undefined) {
    const whole: LogLine = last?.at === at && last.fd === fd && last.text === text ? last : { at, fd, text };
    add(log, whole);
    log.bytes += 40 + text.length;
    trim(log, bounds);
    done?.(whole);
    return;
  }
  const completed: LogLine[] = [];
  const pieces = data.split("\n");
  for (let i = 0; i < pieces.length; i++) {
    const last = i === pieces.length - 1;
    const piece = pieces[i];
    if (last && piece === "") break;
    const open = log.lines[log.lines.length - 1];
    const joins = open?.partial === true && open.fd === fd;
    const text = joins ? open.text + piece : piece;
    if (joins) log.lines.pop();
    else log.bytes += 40;
    const line: LogLine = last ? { at: joins ? open.at : at, fd, text, partial: true } : { at: joins ? open.at : at, fd, text };
    add(log, line);
    log.bytes += piece.length;
    if (!last) completed.push(line);
  }
  trim(log, bounds);
  if (done) completed.forEach(done);
}

/** A server's log is often one line: a list of one is made as such, for one that grows keeps room for sixteen more. */
function add(log: ContainerLog, line: LogLine): void {
  if (log.lines.length === 0) log.lines = [line];
  else log.lines.push(line);
}

/** Drops the oldest quarter at once, so that a busy log is not moved on every line. */
function trim(log: ContainerLog, bounds: LogBounds): void {
  if (log.lines.length <= bounds.lines && log.bytes <= bounds.bytes) return;
  let drop = 0;
  while (drop < log.lines.length - 1 && (log.lines.length - drop > bounds.lines * 0.75 || log.bytes > bounds.bytes * 0.75)) {
    log.bytes -= (log.lines[drop]).text.length + 40;
    drop++;
  }
  log.lines = log.lines.slice(drop);
}
