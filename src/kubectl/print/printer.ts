import { scalar } from "../../cluster/scalar";
import type { Command } from "../command";
import { kindWord, type Mapping } from "../discovery";
import { CommandError } from "../errors";
import { readFile } from "../files";
import { parseColumns, parseColumnsFile, printColumns } from "./custom-columns";
import { goJson } from "./go-json";
import { goSyntax } from "./go-value";
import { parseTemplate, runTemplate, TemplateError } from "./go-template";
import { JsonPathError, parseJsonPath, runJsonPath } from "./jsonpath";
import { goYaml } from "./yaml";

type Obj = Readonly<Record<string, unknown>>;

/** Prints whole objects, one call after the other. */
export type ObjectPrinter = (object: Obj, options?: { readonly typed?: boolean }) => string;

const ALLOWED = ["custom-columns", "custom-columns-file", "go-template", "go-template-file", "json", "jsonpath", "jsonpath-as-json", "jsonpath-file", "name", "template", "templatefile", "wide", "yaml"];

/** The words that -o knows; get looks for the objects before it complains of another. */
export const KNOWN_OUTPUTS: ReadonlySet<string> = new Set(["", ...ALLOWED]);

/** The word before "=" of -o, and what follows. */
export function outputFormat(command: Command): { readonly name: string; readonly argument: string } {
  const output = command.flags.text("output");
  const template = command.flags.text("template");
  const at = output.indexOf("=");
  if (at < 0) return { name: output === "" && template !== "" ? "go-template" : output, argument: template };
  return { name: output.slice(0, at), argument: output.slice(at + 1) };
}

/** The printer for -o; undefined where the output is the human one ("" or "wide"). */
export function objectPrinter(command: Command, allowed: readonly string[] = ALLOWED): ObjectPrinter | undefined {
  const { name, argument } = outputFormat(command);
  const strip = (object: Obj): Obj => (command.flags.on("show-managed-fields") ? object : withoutManagedFields(object));
  const missing = command.flags.text("allow-missing-template-keys") !== "false";
  const needsTemplate = (): string => {
    if (argument === "") throw new CommandError("template format specified but no template given");
    return argument;
  };
  const fileText = (flag = "--template"): string => {
    const path = needsTemplate();
    const text = readFile(command.context, path);
    if (text === undefined) throw new CommandError(`error reading ${flag} ${path}, open ${path}: no such file or directory`);
    return text;
  };
  const refused = new CommandError(`unable to match a printer suitable for the output format "${command.flags.text("output")}", allowed formats are: ${allowed.join(",")}`);
  if (name !== "" && name !== "wide" && !allowed.includes(name)) throw refused;
  let documents = 0;
  switch (name) {
    case "":
    case "wide":
      return undefined;
    case "yaml":
      return (object) => {
        const list = object["kind"] === "List" ? { ...object, items: (object["items"] as Obj[]).map(strip) } : strip(object);
        return `${documents++ > 0 ? "---\n" : ""}${goYaml(list)}`;
      };
    case "json":
      return (object, options) => {
        const list = object["kind"] === "List" ? { ...object, items: (object["items"] as Obj[]).map(strip) } : strip(object);
        return `${goJson(list, { indent: 4, keepOrder: options?.typed ?? false })}\n`;
      };
    case "name":
      return (object) => {
        if (Array.isArray(object["items"])) return (object["items"] as Obj[]).map((item) => `${nameOf(item)}\n`).join("");
        return `${nameOf(object)}\n`;
      };
    case "jsonpath":
    case "jsonpath-as-json":
    case "jsonpath-file": {
      const template = name === "jsonpath-file" ? fileText() : needsTemplate();
      const nodes = guard(template, () => parseJsonPath(template));
      return (object) => {
        try {
          return runJsonPath(nodes, object, { allowMissingKeys: missing, asJson: name === "jsonpath-as-json" });
        } catch (error) {
          if (!(error instanceof JsonPathError)) throw error;
          throw new CommandError(`error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n\n`);
        }
      };
    }
    case "go-template":
    case "template":
    case "go-template-file":
    case "templatefile": {
      const template = name.endsWith("file") ? fileText() : needsTemplate();
      const parts = guard(template, () => parseTemplate(template));
      return (object) => {
        try {
          return runTemplate(parts, object);
        } catch (error) {
          if (!(error instanceof TemplateError)) throw error;
          throw new CommandError(`error executing template ${JSON.stringify(template)}: template: output:1: executing "output": ${error.message}`);
        }
      };
    }
    case "custom-columns":
    case "custom-columns-file": {
      const columns = name === "custom-columns" ? parseColumns(argument) : parseColumnsFile(fileText("template"));
      const headers = !command.flags.on("no-headers");
      return (object) => printColumns(columns, object["kind"] === "List" ? (object["items"] as Obj[]) : [object], headers);
    }
    default:
      throw refused;
  }
}

function guard<T>(template: string, task: () => T): T {
  try {
    return task();
  } catch (error) {
    if (error instanceof JsonPathError) throw new CommandError(`error parsing jsonpath ${template}, ${error.message}`);
    if (error instanceof TemplateError) throw new CommandError(`error parsing template ${template}, ${error.message}`);
    throw error;
  }
}

function nameOf(object: Obj): string {
  const [group = ""] = scalar(object["apiVersion"] ?? "").includes("/") ? String(object["apiVersion"]).split("/") : [""];
  const metadata = object["metadata"] as { name?: string } | undefined;
  return `${kindWord({ group, kind: scalar(object["kind"] ?? "") })}/${metadata?.name ?? ""}`;
}

function withoutManagedFields(object: Obj): Obj {
  const metadata = object["metadata"] as Obj | undefined;
  if (metadata?.["managedFields"] === undefined) return object;
  return { ...object, metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== "managedFields")) };
}

/**
 * Reports what was done to an object: "deployment.apps/nginx created (dry run)", or the object itself with -o.
 * `-o name` prints no operation.
 */
export function reporter(command: Command): (mapping: Pick<Mapping, "group" | "kind">, object: Obj, operation: string, typed?: boolean) => void {
  const printer = objectPrinter(command, ALLOWED.filter((name) => !name.startsWith("custom") && name !== "wide"));
  const suffix = command.dryRunSuffix;
  return (mapping, object, operation, typed = false) => {
    if (printer) {
      command.out(printer(object, { typed }));
      return;
    }
    const metadata = object["metadata"] as { name?: string; generateName?: string } | undefined;
    command.out(`${kindWord(mapping)}/${metadata?.name ?? metadata?.generateName ?? ""} ${operation}${suffix}\n`);
  };
}
