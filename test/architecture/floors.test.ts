import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/** From the ground up; a floor knows itself and those below it. */
const floors = ["cluster", "shell", "kubectl", "note", "diagrams", "session", "ui", "obsidian", "main"];

/** What a floor may know, where that is less than everything below. */
const narrower: Readonly<Record<string, readonly string[]>> = {
  cluster: [],
  shell: ["cluster"],
  kubectl: ["shell", "cluster"],
  note: ["cluster", "shell"],
  diagrams: ["cluster", "note"],
};

/** Sentences know nothing and everyone above the cluster may say them. The served API is Node's alone and loaded on demand. */
const beside = new Set(["i18n", "serve"]);
const pure = new Set(["cluster", "shell", "kubectl", "note", "diagrams", "session", "i18n"]);
/** Floors that know another only by its types. */
const typesOnly: readonly (readonly [from: string, to: string])[] = [
  ["note", "cluster"],
];
const outside: Readonly<Record<string, readonly string[]>> = {
  obsidian: ["obsidian", "@codemirror/", "@lezer/"],
  main: ["obsidian"],
  serve: ["node:"],
};
const libraries = ["yaml", "unbash", "re2js", "just-bash"];

const banned: readonly (readonly [name: string, why: string])[] = [
  ["document", "DOM"], ["window", "DOM"], ["navigator", "DOM"], ["localStorage", "DOM"], ["HTMLElement", "DOM"], ["SVGElement", "DOM"], ["DOMParser", "DOM"],
  ["setTimeout", "timer"], ["setInterval", "timer"], ["setImmediate", "timer"], ["queueMicrotask", "timer"], ["requestAnimationFrame", "timer"], ["requestIdleCallback", "timer"],
  ["fetch", "network"], ["XMLHttpRequest", "network"], ["WebSocket", "network"],
  ["performance", "wall clock"], ["process", "Node"], ["Buffer", "Node"], ["require", "Node"], ["eval", "eval"],
];

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

const root = join(import.meta.dirname, "../..");

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      if (entry.name === "generated") return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? files(path) : path.endsWith(".ts") ? [path] : [];
    });
}

const sources = files(join(root, "src")).map((path) => ({
  name: relative(join(root, "src"), path).split("\\").join("/"),
  tree: ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true),
}));

function floorOf(name: string): string {
  return name === "main.ts" || name === "main" ? "main" : (name.split("/")[0] ?? "");
}

export function importsOf(name: string, tree: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const add = (node: ts.Expression | undefined, typeOnly: boolean, dynamic = false): void => {
    if (node !== undefined && ts.isStringLiteralLike(node)) found.push({ from: name, specifier: node.text, typeOnly, dynamic });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const clause = node.importClause;
      const named = clause?.namedBindings;
      const each = named !== undefined && ts.isNamedImports(named) && clause?.name === undefined && named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
      add(node.moduleSpecifier, clause?.isTypeOnly === true || each);
    } else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false, true);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal as ts.Expression, true);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function target(entry: Import): string | undefined {
  return entry.specifier.startsWith(".") ? posix.normalize(posix.join(posix.dirname(entry.from), entry.specifier)) : undefined;
}

/** Names that are used as values from outside the file: not declared in it, not a property, not in a type. */
function freeNames(tree: ts.SourceFile): { readonly name: string; readonly line: number }[] {
  const declared = new Set<string>();
  const collect = (node: ts.Node): void => {
    if ((ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node) || ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isImportSpecifier(node) || ts.isImportClause(node) || ts.isNamespaceImport(node)) && node.name !== undefined && ts.isIdentifier(node.name)) {
      declared.add(node.name.text);
    }
    ts.forEachChild(node, collect);
  };
  collect(tree);
  const found: { name: string; line: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isPropertyAccessExpression(node)) {
      visit(node.expression);
      return;
    }
    if (ts.isIdentifier(node) && !declared.has(node.text)) {
      const parent = node.parent;
      const label = (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent) || ts.isMethodDeclaration(parent) || ts.isPropertySignature(parent)) && parent.name === node;
      const member = (ts.isBindingElement(parent) && parent.propertyName === node) || ts.isExportSpecifier(parent) || ts.isImportSpecifier(parent) || ts.isEnumMember(parent);
      if (!label && !member) found.push({ name: node.text, line: tree.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

describe("floors", () => {
  it("finds the source", () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.every(({ name }) => floors.includes(floorOf(name)) || beside.has(floorOf(name)))).toBe(true);
  });

  it("know only those below them", () => {
    const wrong = sources.flatMap(({ name, tree }) =>
      importsOf(name, tree).flatMap((entry) => {
        const path = target(entry);
        if (path === undefined) return [];
        const [from, to] = [floorOf(name), floorOf(path)];
        if (from === to) return [];
        const allowed = to === "i18n" ? from !== "cluster" : from === "i18n" ? false : beside.has(from) || to === "serve"
          ? to !== "ui" && to !== "obsidian" && to !== "main" && (to !== "serve" || from === "obsidian")
          : (narrower[from] ?? floors.slice(0, floors.indexOf(from))).includes(to);
        const typed = typesOnly.some(([a, b]) => a === from && b === to) && !entry.typeOnly;
        return allowed && !typed ? [] : [`${name} imports ${entry.specifier}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it("use the libraries of their kind", () => {
    const wrong = sources.flatMap(({ name, tree }) =>
      importsOf(name, tree).flatMap((entry) => {
        if (entry.specifier.startsWith(".")) return [];
        // The API's models are there as types only: nothing of the client reaches the bundle.
        if (entry.specifier.startsWith("@kubernetes/client-node/") && entry.typeOnly) return [];
        const mine = [...libraries, ...(outside[floorOf(name)] ?? [])];
        return mine.some((prefix) => entry.specifier === prefix || entry.specifier.startsWith(prefix.endsWith("/") || prefix.endsWith(":") ? prefix : `${prefix}/`)) ? [] : [`${name} imports ${entry.specifier}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it("import without file extension, and no folder by itself", () => {
    const wrong = sources.flatMap(({ name, tree }) => importsOf(name, tree).filter((entry) => /\.(ts|js|mjs)$/.test(entry.specifier)).map((entry) => `${name} imports ${entry.specifier}`));
    expect(wrong).toEqual([]);
  });
});

describe("what draws pictures", () => {
  const trees = new Map(sources.map(({ name, tree }) => [name, tree]));
  /** The files that are evaluated with this one. */
  const evaluatedWith = (entry: string): ReadonlySet<string> => {
    const met = new Set<string>();
    const visit = (name: string): void => {
      const tree = trees.get(name);
      if (tree === undefined || met.has(name)) return;
      met.add(name);
      for (const each of importsOf(name, tree)) {
        const path = each.typeOnly || each.dynamic ? undefined : target(each);
        if (path !== undefined) visit(`${path}.ts`);
      }
    };
    visit(entry);
    return met;
  };
  const running = ["cluster/cluster.ts", "kubectl/kubectl.ts", "shell/shell.ts", "session/note-cluster.ts"];

  it("waits for nothing that runs", () => {
    const met = evaluatedWith("obsidian/simulator.ts");
    expect(met).toContain("ui/diagram.ts");
    expect(running.filter((name) => met.has(name))).toEqual([]);
    expect(running.filter((name) => !evaluatedWith("obsidian/engine.ts").has(name))).toEqual([]);
  });

  it("is not there before it is asked for", () => {
    expect([...evaluatedWith("main.ts")].filter((name) => name.startsWith("diagrams/concepts/") || running.includes(name))).toEqual([]);
  });
});

describe("pure folders", () => {
  const inside = sources.filter(({ name }) => pure.has(floorOf(name)));

  it("use no DOM, timers, wall clock, network or Node", () => {
    const why = new Map(banned);
    const wrong = inside.flatMap(({ name, tree }) => freeNames(tree).flatMap((use) => (why.has(use.name) ? [`${name}:${use.line} ${use.name} (${why.get(use.name) ?? ""})`] : [])));
    expect(wrong).toEqual([]);
  });

  it("take no time and no chance from the machine", () => {
    const wrong = inside.flatMap(({ name, tree }) => {
      const found: string[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isPropertyAccessExpression(node) && ["Date.now", "Math.random", "crypto.randomUUID", "crypto.getRandomValues"].includes(node.getText(tree))) found.push(node.getText(tree));
        if (ts.isNewExpression(node) && node.expression.getText(tree) === "Date" && (node.arguments?.length ?? 0) === 0) found.push("new Date()");
        if (ts.isCallExpression(node) && node.expression.getText(tree) === "Date") found.push("Date()");
        ts.forEachChild(node, visit);
      };
      visit(tree);
      return found.map((use) => `${name}: ${use}`);
    });
    expect(wrong).toEqual([]);
  });
});

describe("files", () => {
  it("are named after an idea", () => {
    const wrong = sources.map(({ name }) => name).filter((name) => name.split("/").some((part) => /^(utils?|helpers?|common|misc)(\.ts)?$/.test(part)) || !/^[a-z0-9./-]+$/.test(name));
    expect(wrong).toEqual([]);
  });

  it("re-export nothing but in the one index of an extensible folder", () => {
    const wrong = sources.flatMap(({ name, tree }) => (name.endsWith("/index.ts") ? [] : tree.statements.filter((statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined && statement.exportClause === undefined).map(() => name)));
    expect(wrong).toEqual([]);
  });

  it("silence no rule", () => {
    const wrong = sources.filter(({ tree }) => /eslint-disable|@ts-(ignore|nocheck|expect-error)/.test(tree.text)).map(({ name }) => name);
    expect(wrong).toEqual([]);
  });

  it("stay small enough to read", () => {
    const wrong = sources.map(({ name }) => ({ name, size: statSync(join(root, "src", name)).size })).filter(({ size }) => size > 40_000);
    expect(wrong).toEqual([]);
    expect(dirname(root)).not.toBe(root);
  });
});
