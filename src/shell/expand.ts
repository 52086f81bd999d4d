import type { DoubleQuotedChild, HereDoc, ParameterExpansionPart, ParameterOperation, Word, WordPart } from "unbash";
import { ArithmeticError, evaluate } from "./arithmetic";
import { expandBraces } from "./braces";
import { globPaths, hasGlob, type Segment, shellPattern } from "./glob";
import { filesOf, type Machine } from "./machine";
import { openFile } from "./open-files";
import type { Answer, Fds, ShellProc } from "./state";
import { type Syntax, syntaxOf } from "./syntax";
import { elements, ExpansionError, getVar, setVar } from "./variables";

/** Raised where an expansion needs the output of a command that has not run yet. The expansion is tried again with the answer. */
export class Need extends Error {
  constructor(
    readonly key: string,
    readonly src: string,
    readonly n: number,
    /** Output as it is (process substitution), instead of without its last newlines. */
    readonly raw: boolean,
  ) {
    super("a substitution has to run first");
  }
}

export interface Expander {
  /** Fields after every expansion, splitting and globbing. */
  fields(words: readonly Word[]): string[];
  /** One text: no splitting, no globbing. */
  text(word: Word): string;
  /** A pattern, quoted parts marked. */
  pattern(word: Word): Segment[];
  heredoc(doc: HereDoc): string;
  /** Evaluates arithmetic text, expansions first. */
  arithmetic(text: string): bigint;
  index(name: string, word: Word): string;
  /** Descriptors opened for process substitutions. */
  readonly temps: Fds;
}

interface Piece {
  readonly t: string;
  readonly q: boolean;
  /** Came out of an expansion: subject to splitting. */
  readonly s?: boolean;
}
type Pieces = (Piece | null)[];

/** The id of a source that frames can point at; the same text and line keep their id. */
export function sourceId(m: Machine, text: string, line: number): string {
  for (const [id, held] of Object.entries(m.k.sources)) if (held.text === text && held.line === line) return id;
  let n = Object.keys(m.k.sources).length;
  while (m.k.sources[`s${n}`]) n++;
  m.k.sources[`s${n}`] = { text, line };
  return `s${n}`;
}

export function expander(m: Machine, sh: ShellProc, src: string, journal: Readonly<Record<string, Answer>>): Expander {
  const temps: Fds = {};
  return expanderOver(m, sh, src, syntaxOf(m.k.sources[src]?.text ?? ""), journal, temps);
}

function expanderOver(m: Machine, sh: ShellProc, src: string, syntax: Syntax, journal: Readonly<Record<string, Answer>>, temps: Fds): Expander {
  const line = m.k.sources[src]?.line ?? 1;
  const other = (text: string): { readonly words: readonly Word[]; readonly expander: Inner } => {
    const source = `: ${text}`;
    const parsed = syntaxOf(source);
    const command = parsed.script.commands[0]?.command;
    const words = command?.type === "Command" ? command.suffix.filter((s): s is Word => s.type === "Word") : [];
    return { words, expander: inner(source, parsed) };
  };

  interface Inner {
    pieces(word: Word, quoted?: boolean): Pieces;
    quoted(parts: readonly WordPart[]): Pieces;
  }

  /** Expansion of words of one source; a source made on the way gets an id only if a substitution needs it. */
  function inner(source: string | null, syn: Syntax): Inner {
    const substitution = (part: WordPart & { readonly script: unknown }, raw: boolean): string => {
      const script = (part as { readonly script?: never }).script;
      const n = script === undefined ? undefined : syn.numbers.get(script);
      if (n === undefined) return "";
      const id = source === null ? src : sourceId(m, source, line);
      const key = `${id}:${n}`;
      const answer = journal[key];
      if (!answer) throw new Need(key, id, n, raw);
      sh.exitStatus = answer.status;
      return answer.text;
    };

    const pieces = (word: Word, quoted = false): Pieces => {
      if (!word.parts) return quoted ? [{ t: word.value, q: true }] : withTilde(literal(word.text), word.text);
      const out: Pieces = [];
      word.parts.forEach((part, i) => {
        if (i === 0 && part.type === "Literal") out.push(...(quoted ? [{ t: part.text.replace(/\\([$`"\\])/g, "$1"), q: true }] : withTilde(literal(part.text), part.text, word.parts!.length > 1)));
        else out.push(...one(part, quoted));
      });
      return out;
    };

    const one = (part: WordPart, quoted: boolean): Pieces => {
      switch (part.type) {
        case "Literal":
          return quoted ? [{ t: part.value, q: true }] : literal(part.text);
        case "Glob":
        case "ExtendedGlob":
          if (part.type === "ExtendedGlob" || part.kind !== "bracket") return [{ t: part.text, q: quoted }];
          return bracketPieces(part.parts, quoted);
        case "BraceExpansion":
          return [{ t: part.text, q: quoted }];
        case "SingleQuoted":
          return [{ t: quoted ? part.text : part.value, q: true }];
        case "AnsiCQuoted":
          return [{ t: part.value, q: true }];
        case "DoubleQuoted":
        case "LocaleString": {
          const children = quotedParts(part.parts);
          return children.length || !onlyList(part.parts) ? [{ t: "", q: true }, ...children] : [];
        }
        case "SimpleExpansion":
          return emitValue(lookup(part.text.slice(1), undefined), quoted, part.text.slice(1));
        case "ParameterExpansion":
          return parameter(part, quoted);
        case "CommandExpansion":
          return [{ t: substitution(part, false), q: quoted, s: !quoted }];
        case "ArithmeticExpansion":
          return [{ t: String(arithmetic(part.text.startsWith("$[") ? part.text.slice(2, -1) : part.text.slice(3, -2))), q: quoted, s: !quoted }];
        case "ProcessSubstitution": {
          const text = substitution(part, true);
          let fd = 63;
          while (sh.fds[fd] !== undefined || temps[fd] !== undefined) fd--;
          temps[fd] = openFile(m, { is: "read", refs: 1, path: "", text, at: 0 });
          return [{ t: `/dev/fd/${fd}`, q: true }];
        }
      }
    };

    const bracketPieces = (parts: readonly WordPart[], quoted: boolean): Pieces => {
      const inside = parts.flatMap((p) => one(p, quoted)).filter((p): p is Piece => p !== null);
      return [{ t: `[${inside.map((p) => (p.q && !quoted ? p.t.replace(/[\]\\^-]/g, "\\$&") : p.t)).join("")}]`, q: quoted }];
    };

    const quotedParts = (parts: readonly (DoubleQuotedChild | WordPart)[]): Pieces => parts.flatMap((child) => (child.type === "Literal" ? [{ t: child.value, q: true }] : one(child, true)));

    /** "$@" alone: no field at all where there are no arguments. */
    const onlyList = (parts: readonly DoubleQuotedChild[]): boolean =>
      parts.length > 0 && parts.every((p) => (p.type === "SimpleExpansion" && p.text === "$@") || (p.type === "ParameterExpansion" && (p.parameter === "@" || p.index?.text === "@") && p.prefix !== "#"));

    const withTilde = (out: Pieces, text: string, more = false): Pieces => {
      const found = /^~([^/]*)(\/|$)/.exec(text);
      if (!found || (more && found[2] === "")) return out;
      const home = found[1] === "" ? (getVar(m, sh, "HOME") ?? "/root") : found[1] === "+" ? sh.cwd : found[1] === "-" ? getVar(m, sh, "OLDPWD") : found[1] === "root" ? "/root" : undefined;
      if (home === undefined) return out;
      return [{ t: home, q: true }, ...literal(text.slice(1 + found[1].length))];
    };

    type Looked = { readonly many: false; readonly value: string | undefined } | { readonly many: true; readonly values: readonly string[]; readonly star: boolean };

    const lookup = (name: string, index: Word | undefined): Looked => {
      if (index && (index.text === "@" || index.text === "*")) return { many: true, values: elements(m, sh, name).map(([, v]) => v), star: index.text === "*" };
      if (index) {
        const key = indexOf(name, index);
        return { many: false, value: Object.fromEntries(elements(m, sh, name))[key] };
      }
      if (name === "@" || name === "*") return { many: true, values: sh.args, star: name === "*" };
      return { many: false, value: getVar(m, sh, name) };
    };

    const emitValue = (looked: Looked, quoted: boolean, name: string): Pieces => {
      if (!looked.many) {
        if (looked.value === undefined && sh.options["nounset"]) throw new ExpansionError(`${name}: ${sh.flavour === "sh" ? "parameter not set" : sh.flavour === "busybox" ? "parameter not set" : "unbound variable"}`, true);
        return [{ t: looked.value ?? "", q: quoted, s: !quoted }];
      }
      if (quoted && looked.star) return [{ t: looked.values.join((getVar(m, sh, "IFS") ?? " ").slice(0, 1)), q: true }];
      return looked.values.flatMap((v, i): Pieces => (i === 0 ? [{ t: v, q: quoted, s: !quoted }] : [null, { t: v, q: quoted, s: !quoted }]));
    };

    const indexOf = (name: string, index: Word): string => {
      const held = sh.vars[name];
      if (held?.assoc) return flat(pieces(index));
      let n = arithmetic(index.text);
      if (n < 0n) {
        const keys = elements(m, sh, name).map(([k]) => Number(k));
        n += BigInt(keys.length ? Math.max(...keys) + 1 : 0);
      }
      return String(n);
    };

    const operand = (word: Word, quoted: boolean): Pieces => pieces(word, quoted).map((p) => (p === null || quoted ? p : p.q ? p : { ...p, s: true }));

    const parameter = (part: ParameterExpansionPart, quoted: boolean): Pieces => {
      const op = part.operation;
      let name = part.parameter;
      if (part.prefix === "!" && op?.type === "Names") {
        const names = Object.keys(sh.vars).filter((v) => v.startsWith(name)).sort();
        return emitValue({ many: true, values: names, star: op.operator === "*" }, quoted, name);
      }
      if (part.prefix === "!" && part.index && (part.index.text === "@" || part.index.text === "*")) return emitValue({ many: true, values: elements(m, sh, name).map(([k]) => k), star: part.index.text === "*" }, quoted, name);
      let index = part.index;
      if (part.prefix === "!") {
        const target = getVar(m, sh, name);
        if (target === undefined || target === "") throw new ExpansionError(`${part.text}: invalid indirect expansion`, false);
        const indexed = /^(\w+)\[(.*)\]$/.exec(target);
        if (indexed) {
          const value = lookup(indexed[1], { type: "Word", text: indexed[2], value: indexed[2], pos: 0, end: 0 });
          return applyOperation(value, op, quoted, target, part);
        }
        name = target;
        index = undefined;
      }
      if (part.prefix === "#") {
        const looked = lookup(name, index);
        if (!looked.many && looked.value === undefined && sh.options["nounset"]) throw new ExpansionError(`${name}: unbound variable`, true);
        return [{ t: String(looked.many ? looked.values.length : [...(looked.value ?? "")].length), q: quoted, s: !quoted }];
      }
      return applyOperation(lookup(name, index), op, quoted, name, part);
    };

    const applyOperation = (looked: Looked, op: ParameterOperation | undefined, quoted: boolean, name: string, part: ParameterExpansionPart): Pieces => {
      if (!op) return emitValue(looked, quoted, name);
      switch (op.type) {
        case "Default": {
          const set = looked.many ? looked.values.length > 0 : looked.value !== undefined;
          const empty = looked.many ? looked.values.join(" ") === "" : looked.value === "";
          const missing = !set || (op.operator.startsWith(":") && empty);
          switch (op.operator.slice(-1)) {
            case "+": return missing ? [{ t: "", q: quoted }] : operand(op.operand, quoted);
            case "-": return missing ? operand(op.operand, quoted) : emitValue(looked, quoted, name);
            case "=": {
              if (!missing) return emitValue(looked, quoted, name);
              if (!/^[A-Za-z_]/.test(name)) throw new ExpansionError(`$${name}: cannot assign in this way`, false);
              const value = flat(pieces(op.operand, quoted));
              setVar(m, sh, name, value, part.index ? indexOf(name, part.index) : undefined);
              return [{ t: value, q: quoted, s: !quoted }];
            }
            default: {
              if (!missing) return emitValue(looked, quoted, name);
              const why = flat(pieces(op.operand, quoted));
              throw new ExpansionError(`${name}: ${why || (op.operator === ":?" ? "parameter null or not set" : "parameter not set")}`, true);
            }
          }
        }
        case "Remove": {
          const pattern = segmentsOf(pieces(op.operand, false));
          return each(looked, quoted, name, (v) => remove(v, pattern, op.operator));
        }
        case "Replace": {
          const pattern = segmentsOf(pieces(op.pattern, false));
          const by = flat(pieces(op.replacement, false));
          return each(looked, quoted, name, (v) => replace(v, pattern, by, op.operator));
        }
        case "Slice": {
          let offset = Number(arithmetic(op.offset.text));
          const length = op.length && op.length.text.trim() !== "" ? Number(arithmetic(op.length.text)) : op.length ? 0 : undefined;
          if (looked.many) {
            const positional = name === "@" || name === "*";
            const list = positional ? [sh.name, ...looked.values] : looked.values;
            if (offset < 0) offset += list.length;
            if (length !== undefined && length < 0) throw new ExpansionError(`${op.length!.text.trim()}: substring expression < 0`, false);
            const values = offset < 0 ? [] : list.slice(offset, length === undefined ? undefined : offset + length);
            return emitValue({ many: true, values, star: looked.star }, quoted, name);
          }
          const chars = [...(looked.value ?? "")];
          if (looked.value === undefined) return emitValue(looked, quoted, name);
          if (offset < 0) offset += chars.length;
          if (offset < 0 || offset > chars.length) return [{ t: "", q: quoted }];
          const until = length === undefined ? chars.length : length < 0 ? chars.length + length : offset + length;
          if (length !== undefined && length < 0 && until < offset) throw new ExpansionError(`${op.length!.text.trim()}: substring expression < 0`, false);
          return [{ t: chars.slice(offset, until).join(""), q: quoted, s: !quoted }];
        }
        case "CaseModification": {
          const pattern = op.operand ? shellPattern(segmentsOf(pieces(op.operand, false))) : undefined;
          const change = (c: string): string => (pattern && !pattern.matches(c) ? c : op.operator.startsWith("^") ? c.toUpperCase() : c.toLowerCase());
          return each(looked, quoted, name, (v) => [...v].map((c, i) => (op.operator.length === 2 || i === 0 ? change(c) : c)).join(""));
        }
        case "Transform": {
          const how = op.operand.text;
          return each(looked, quoted, name, (v) => {
            if (how === "Q") return quoteWord(v);
            if (how === "U") return v.toUpperCase();
            if (how === "u") return v.slice(0, 1).toUpperCase() + v.slice(1);
            if (how === "L") return v.toLowerCase();
            if (how === "a") return "";
            return v;
          });
        }
        default:
          throw new ExpansionError(`${part.text}: bad substitution`, false);
      }
    };

    const each = (looked: Looked, quoted: boolean, name: string, change: (value: string) => string): Pieces => {
      if (looked.many) return emitValue({ ...looked, values: looked.values.map(change) }, quoted, name);
      if (looked.value === undefined) return emitValue(looked, quoted, name);
      return emitValue({ many: false, value: change(looked.value) }, quoted, name);
    };

    return { pieces, quoted: quotedParts };
  }

  const own = inner(null, syntax);

  const arithmetic = (text: string): bigint => {
    let expression = text;
    if (/[$`"'\\]/.test(text)) {
      const { words, expander: over } = other(`"${text.replace(/"/g, "").replace(/\\\n/g, "")}"`);
      expression = words.map((w) => flat(over.pieces(w))).join("");
    }
    try {
      return evaluate(expression, {
        get: (name) => {
          const indexed = /^(\w+)\[(.*)\]$/s.exec(name);
          const key = indexed ? elementKey(indexed[1], indexed[2]) : undefined;
          const value = indexed ? Object.fromEntries(elements(m, sh, indexed[1]))[key!] : getVar(m, sh, name);
          if (value === undefined && sh.options["nounset"]) throw new ExpansionError(`${name}: unbound variable`, true);
          return value ?? "";
        },
        set: (name, value) => {
          const indexed = /^(\w+)\[(.*)\]$/s.exec(name);
          if (indexed) setVar(m, sh, indexed[1], value, elementKey(indexed[1], indexed[2]));
          else setVar(m, sh, name, value);
        },
      });
    } catch (error) {
      if (error instanceof ArithmeticError) throw new ExpansionError(error.message, false);
      throw error;
    }
  };

  const elementKey = (name: string, index: string): string => {
    if (sh.vars[name]?.assoc) return index.replace(/^(["'])(.*)\1$/, "$2");
    let n = arithmetic(index);
    if (n < 0n) n += BigInt(elements(m, sh, name).length);
    return String(n);
  };

  const fieldsOf = (word: Word): string[] => {
    if (word.parts?.some((p) => p.type === "BraceExpansion") && sh.options["braceexpand"] !== false && sh.flavour === "bash") {
      const variants = expandBraces(word.text);
      if (variants.length !== 1 || variants[0] !== word.text)
        return variants.flatMap((text) => {
          const { words, expander: over } = other(text);
          return words.length ? words.flatMap((w) => split(over.pieces(w))) : [];
        });
    }
    return split(own.pieces(word));
  };

  /** Splitting, then globbing. */
  const split = (pieces: Pieces): string[] => {
    const ifs = getVar(m, sh, "IFS") ?? " \t\n";
    const fields: Segment[][] = [];
    let current: Segment[] | null = null;
    const close = (): void => {
      if (current) fields.push(current);
      current = null;
    };
    /** A separator that is not white was seen and its field is closed. */
    for (const piece of pieces) {
      if (piece === null) {
        close();
        continue;
      }
      if (!piece.s || piece.q) {
        if (piece.q || piece.t !== "") (current ??= []).push({ t: piece.t, q: piece.q });
        continue;
      }
      let run = "";
      const flush = (): void => {
        if (run) (current ??= []).push({ t: run, q: false });
        run = "";
      };
      for (let i = 0; i < piece.t.length; i++) {
        const c = piece.t[i];
        if (!ifs.includes(c)) {
          run += c;
          continue;
        }
        const white = c === " " || c === "\t" || c === "\n";
        flush();
        if (white) {
          let j = i;
          while (j + 1 < piece.t.length && " \t\n".includes(piece.t[j + 1]) && ifs.includes(piece.t[j + 1])) j++;
          const next = piece.t[j + 1];
          if (next !== undefined && ifs.includes(next) && current) {
            i = j;
            continue;
          }
          i = j;
          close();
        } else {
          current ??= [];
          close();
          while (i + 1 < piece.t.length && " \t\n".includes(piece.t[i + 1]) && ifs.includes(piece.t[i + 1])) i++;
        }
      }
      flush();
    }
    close();
    return fields.flatMap((field) => {
      if (!sh.options["noglob"] && hasGlob(field)) {
        const files = filesOf(m, sh);
        const found = globPaths(field, sh.cwd, (path) => files.list(path));
        if (found) return found;
        if (sh.options["nullglob"]) return [];
      }
      return [field.map((s) => s.t).join("")];
    });
  };

  return {
    fields: (words) => words.flatMap(fieldsOf),
    text: (word) => flat(own.pieces(word)),
    pattern: (word) => segmentsOf(own.pieces(word)),
    heredoc: (doc) => {
      const strip = (text: string, first: boolean): string => (doc.operator === "<<-" ? text.replace(first ? /(^|\n)\t+/g : /(\n)\t+/g, "$1") : text);
      if (doc.delimiter?.quoted) return strip(doc.body.text, true);
      if (!doc.body.parts) return strip(doc.body.text.replace(/\\(\n|[$`\\])/g, (_all, c: string) => (c === "\n" ? "" : c)), true);
      return doc.body.parts.map((part, i) => (part.type === "Literal" ? strip(part.value, i === 0) : flat(own.quoted([part])))).join("");
    },
    arithmetic,
    index: (name, word) => (sh.vars[name]?.assoc ? flat(own.pieces(word)) : elementKey(name, word.text)),
    temps,
  };
}

function flat(pieces: Pieces): string {
  return pieces.map((p) => (p === null ? " " : p.t)).join("");
}

function segmentsOf(pieces: Pieces): Segment[] {
  return pieces.map((p) => (p === null ? { t: " ", q: false } : { t: p.t, q: p.q }));
}

/** Unquoted source text: a backslash quotes the next character. */
function literal(text: string): Pieces {
  if (!text.includes("\\")) return [{ t: text, q: false }];
  const out: Pieces = [];
  let run = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c !== "\\") {
      run += c;
      continue;
    }
    const next = text[++i];
    if (next === "\n") continue;
    if (run) out.push({ t: run, q: false });
    run = "";
    out.push({ t: next ?? "\\", q: true });
  }
  if (run) out.push({ t: run, q: false });
  return out;
}

function remove(value: string, segments: Segment[], operator: "#" | "##" | "%" | "%%"): string {
  const pattern = shellPattern(segments);
  const n = value.length;
  if (operator === "#") {
    for (let i = 0; i <= n; i++) if (pattern.matches(value.slice(0, i))) return value.slice(i);
  } else if (operator === "##") {
    for (let i = n; i >= 0; i--) if (pattern.matches(value.slice(0, i))) return value.slice(i);
  } else if (operator === "%") {
    for (let i = n; i >= 0; i--) if (pattern.matches(value.slice(i))) return value.slice(0, i);
  } else for (let i = 0; i <= n; i++) if (pattern.matches(value.slice(i))) return value.slice(0, i);
  return value;
}

function replace(value: string, segments: Segment[], by: string, operator: "/" | "//" | "/#" | "/%"): string {
  if (segments.every((s) => s.t === "")) return operator === "/#" ? by + value : operator === "/%" ? value + by : value;
  if (!hasGlob(segments)) {
    const plain = segments.map((s) => s.t).join("");
    if (operator === "/#") return value.startsWith(plain) ? by + value.slice(plain.length) : value;
    if (operator === "/%") return value.endsWith(plain) ? value.slice(0, value.length - plain.length) + by : value;
    if (operator === "//") return value.split(plain).join(by);
    const at = value.indexOf(plain);
    return at < 0 ? value : value.slice(0, at) + by + value.slice(at + plain.length);
  }
  const pattern = shellPattern(segments);
  const longest = (from: number): number => {
    for (let to = value.length; to >= from; to--) if (pattern.matches(value.slice(from, to))) return to;
    return -1;
  };
  if (operator === "/#") {
    const to = longest(0);
    return to < 0 ? value : by + value.slice(to);
  }
  if (operator === "/%") {
    for (let i = 0; i <= value.length; i++) if (pattern.matches(value.slice(i))) return value.slice(0, i) + by;
    return value;
  }
  let out = "";
  for (let i = 0; i < value.length; ) {
    const to = longest(i);
    if (to > i) {
      out += by;
      i = to;
      if (operator === "/") return out + value.slice(i);
    } else out += value[i++];
  }
  return out;
}

/** A word as bash would have to read it to get this text. */
export function quoteWord(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}
