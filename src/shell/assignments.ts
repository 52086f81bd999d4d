import type { Assignment, Word } from "unbash";
import { type Expander, expander, sourceId } from "./expand";
import type { Machine } from "./machine";
import type { ShellProc } from "./state";
import { syntaxOf } from "./syntax";
import { ExpansionError, elements, getVar, setVar } from "./variables";

export interface Assigned {
  readonly name: string;
  readonly append: boolean;
  readonly index?: string;
  readonly value: string | readonly (readonly [string | null, string])[];
}

export const declaring = new Set(["export", "local", "declare", "typeset", "readonly", "alias"]);

export function assignmentOf(m: Machine, sh: ShellProc, src: string, a: Assignment, x: Expander): Assigned {
  const append = a.append === true;
  if (a.value.type === "ArrayValue") {
    const items = a.value.elements.flatMap((word): (readonly [string | null, string])[] => {
      const keyed = /^\[([^\]]*)\]=/.exec(word.text);
      if (!keyed) return x.fields([word]).map((text) => [null, text] as const);
      const inside = syntaxOf(`: ${keyed[1]} ${word.text.slice(keyed[0].length)}`);
      const command = inside.script.commands[0]?.command;
      const words = command?.type === "Command" ? command.suffix.filter((s): s is Word => s.type === "Word") : [];
      const own = expander(m, sh, sourceId(m, inside.text, m.k.sources[src]?.line ?? 1), {});
      const key = sh.vars[a.name]?.assoc ? own.text(words[0]) : String(x.arithmetic(keyed[1]));
      return [[key, words[1] ? own.text(words[1]) : ""] as const];
    });
    return { name: a.name, append, value: items };
  }
  return { name: a.name, append, ...(a.index ? { index: x.index(a.name, a.index) } : {}), value: x.text(a.value) };
}

/** Carries out one assignment. */
export function assign(m: Machine, sh: ShellProc, a: Assigned, x?: Expander): void {
  if (typeof a.value !== "string") {
    const held = sh.vars[a.name];
    if (held?.readonly) throw new ExpansionError(`${a.name}: readonly variable`, false);
    const list: Record<string, string> = a.append ? Object.fromEntries(elements(m, sh, a.name)) : {};
    let next = a.append && Object.keys(list).length ? Math.max(...Object.keys(list).map(Number)) + 1 : 0;
    for (const [key, value] of a.value) {
      list[key ?? String(next)] = value;
      next = (key === null ? next : Number(key)) + 1;
    }
    const { v: _value, ...rest } = held ?? {};
    sh.vars[a.name] = { ...rest, list };
    return;
  }
  let value = a.value;
  if (a.append) {
    const old = a.index !== undefined ? (Object.fromEntries(elements(m, sh, a.name))[a.index] ?? "") : (getVar(m, sh, a.name) ?? "");
    value = sh.vars[a.name]?.integer && x ? String(x.arithmetic(`${old || "0"}+(${value || "0"})`)) : old + value;
  } else if (sh.vars[a.name]?.integer && x) value = String(x.arithmetic(value));
  setVar(m, sh, a.name, value, a.index);
  if (sh.options["allexport"]) sh.vars[a.name] = { ...sh.vars[a.name], exported: true };
}
