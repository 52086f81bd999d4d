/** A flag as pflag knows it. `noOpt` is the value of the bare flag; bools have "true". */
export interface FlagSpec {
  readonly name: string;
  readonly short?: string;
  readonly type: "bool" | "string" | "int" | "stringArray" | "stringSlice" | "duration";
  readonly default?: string;
  readonly noOpt?: string;
  readonly usage: string;
}

/** The parsed flags. Lists keep every value; a single flag keeps the last. */
export class Flags {
  private readonly values = new Map<string, string[]>();
  constructor(private readonly specs: ReadonlyMap<string, FlagSpec>) {}

  add(spec: FlagSpec, value: string): void {
    const list = spec.type === "stringSlice" ? splitSlice(value) : [value];
    const multiple = spec.type === "stringArray" || spec.type === "stringSlice";
    this.values.set(spec.name, multiple ? [...(this.values.get(spec.name) ?? []), ...list] : list);
  }
  changed(name: string): boolean {
    return this.values.has(name);
  }
  text(name: string): string {
    return this.values.get(name)?.at(-1) ?? this.specs.get(name)?.default ?? "";
  }
  list(name: string): readonly string[] {
    const fallback = this.specs.get(name)?.default;
    return this.values.get(name) ?? (fallback ? [fallback] : []);
  }
  on(name: string): boolean {
    return /^(1|t|T|TRUE|true|True)$/.test(this.text(name));
  }
  number(name: string): number {
    return Number(this.text(name) || "0");
  }
  /** Milliseconds. */
  duration(name: string): number {
    return parseDuration(this.text(name) || "0s") ?? 0;
  }
}

function splitSlice(value: string): string[] {
  if (value === "") return [];
  const out: string[] = [];
  let current = "";
  let inQuotes = false;
  for (const c of value) {
    if (c === '"') inQuotes = !inQuotes;
    else if (c === "," && !inQuotes) {
      out.push(current);
      current = "";
    } else current += c;
  }
  out.push(current);
  return out;
}

/** A Go duration ("1h30m", "10s", "250ms") in milliseconds; a bare number counts as undefined except 0. */
export function parseDuration(text: string): number | undefined {
  const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, "µs": 0.001, ns: 0.000001 };
  if (/^[-+]?0$/.test(text)) return 0;
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|ns)(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|ns))*$/.test(text)) return undefined;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(h|ms|m|s|us|µs|ns)/g)) total += Number(number) * (units[unit ?? ""] ?? 0);
  return text.startsWith("-") ? -total : total;
}

export interface Parsed {
  readonly flags: Flags;
  readonly args: readonly string[];
  /** How many arguments came before `--`; -1 without one. */
  readonly dash: number;
}

/** Parses as pflag does; throws an Error with pflag's own words. */
export function parseFlags(argv: readonly string[], specs: readonly FlagSpec[], interspersed = true): Parsed {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  const byShort = new Map(specs.filter((spec) => spec.short).map((spec) => [spec.short ?? "", spec]));
  const flags = new Flags(byName);
  const args: string[] = [];
  let dash = -1;
  const set = (spec: FlagSpec, value: string): void => {
    const problem = check(spec, value);
    if (problem !== undefined) {
      const shown = spec.short ? `-${spec.short}, --${spec.name}` : `--${spec.name}`;
      throw new Error(`invalid argument ${JSON.stringify(value)} for ${JSON.stringify(shown)} flag: ${problem}`);
    }
    flags.add(spec, value);
  };
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i] ?? "";
    if (arg === "--") {
      dash = args.length;
      args.push(...argv.slice(i + 1));
      break;
    }
    if (!arg.startsWith("-") || arg === "-") {
      args.push(arg);
      if (!interspersed) {
        args.push(...argv.slice(i + 1));
        break;
      }
      continue;
    }
    if (arg.startsWith("--")) {
      const [name = "", ...rest] = arg.slice(2).split("=");
      if (name === "" || name.startsWith("-")) throw new Error(`bad flag syntax: ${arg}`);
      const spec = byName.get(name);
      if (!spec) {
        if (name === "help") throw new HelpWanted();
        throw new Error(`unknown flag: --${name}`);
      }
      if (rest.length > 0) set(spec, rest.join("="));
      else if (noOpt(spec) !== undefined) set(spec, noOpt(spec) ?? "");
      else if (i + 1 < argv.length) set(spec, argv[++i] ?? "");
      else throw new Error(`flag needs an argument: ${arg}`);
      continue;
    }
    for (let rest = arg.slice(1); rest !== ""; ) {
      const short = rest[0] ?? "";
      const spec = byShort.get(short);
      if (!spec) {
        if (short === "h") throw new HelpWanted();
        throw new Error(`unknown shorthand flag: '${short}' in -${rest}`);
      }
      if (rest.length > 2 && rest[1] === "=") {
        set(spec, rest.slice(2));
        break;
      }
      if (noOpt(spec) !== undefined) {
        set(spec, noOpt(spec) ?? "");
        rest = rest.slice(1);
        continue;
      }
      if (rest.length > 1) set(spec, rest.slice(1));
      else if (i + 1 < argv.length) set(spec, argv[++i] ?? "");
      else throw new Error(`flag needs an argument: '${short}' in -${rest}`);
      break;
    }
  }
  return { flags, args, dash };
}

export class HelpWanted extends Error {}

function noOpt(spec: FlagSpec): string | undefined {
  return spec.noOpt ?? (spec.type === "bool" ? "true" : undefined);
}

function check(spec: FlagSpec, value: string): string | undefined {
  if (spec.type === "bool" && !/^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value)) return `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
  if (spec.type === "int" && !/^[-+]?\d+$/.test(value)) return `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`;
  if (spec.type === "duration" && parseDuration(value) === undefined) {
    return /^[-+]?\d+$/.test(value) ? `time: missing unit in duration ${JSON.stringify(value)}` : `time: invalid duration ${JSON.stringify(value)}`;
  }
  return undefined;
}

const flag = (type: FlagSpec["type"]) => (name: string, usage: string, more: Partial<FlagSpec> = {}): FlagSpec => ({ name, usage, type, ...more });
export const bool = flag("bool");
export const text = flag("string");
export const int = flag("int");
export const array = flag("stringArray");
export const slice = flag("stringSlice");
export const duration = flag("duration");

/** `kubectl options`. */
export const GLOBAL_FLAGS: readonly FlagSpec[] = [
  text("as", "Username to impersonate for the operation. User could be a regular user or a service account in a namespace."),
  array("as-group", "Group to impersonate for the operation, this flag can be repeated to specify multiple groups."),
  text("as-uid", "UID to impersonate for the operation."),
  text("cache-dir", "Default cache directory"),
  text("certificate-authority", "Path to a cert file for the certificate authority"),
  text("client-certificate", "Path to a client certificate file for TLS"),
  text("client-key", "Path to a client key file for TLS"),
  text("cluster", "The name of the kubeconfig cluster to use"),
  text("context", "The name of the kubeconfig context to use"),
  bool("disable-compression", "If true, opt-out of response compression for all requests to the server"),
  bool("insecure-skip-tls-verify", "If true, the server's certificate will not be checked for validity. This will make your HTTPS connections insecure"),
  text("kubeconfig", "Path to the kubeconfig file to use for CLI requests."),
  duration("log-flush-frequency", "Maximum number of seconds between log flushes", { default: "5s" }),
  bool("match-server-version", "Require server version to match client version"),
  text("namespace", "If present, the namespace scope for this CLI request", { short: "n" }),
  text("password", "Password for basic authentication to the API server"),
  text("profile", "Name of profile to capture. One of (none|cpu|heap|goroutine|threadcreate|block|mutex)", { default: "none" }),
  text("profile-output", "Name of the file to write the profile to", { default: "profile.pprof" }),
  text("request-timeout", "The length of time to wait before giving up on a single server request. Non-zero values should contain a corresponding time unit (e.g. 1s, 2m, 3h). A value of zero means don't timeout requests.", { default: "0" }),
  text("server", "The address and port of the Kubernetes API server", { short: "s" }),
  text("tls-server-name", "Server name to use for server certificate validation. If it is not provided, the hostname used to contact the server is used"),
  text("token", "Bearer token for authentication to the API server"),
  text("user", "The name of the kubeconfig user to use"),
  text("username", "Username for basic authentication to the API server"),
  int("v", "number for the log level verbosity", { short: "v", default: "0" }),
  text("vmodule", "comma-separated list of pattern=N settings for file-filtered logging (only works for the default text log format)"),
  bool("warnings-as-errors", "Treat warnings received from the server as errors and exit with a non-zero exit code"),
];

export const FILENAME_FLAGS: readonly FlagSpec[] = [
  slice("filename", "The files that contain the configurations.", { short: "f" }),
  text("kustomize", "Process the kustomization directory. This flag can't be used together with -f or -R.", { short: "k" }),
  bool("recursive", "Process the directory used in -f, --filename recursively.", { short: "R" }),
];

export const PRINT_FLAGS: readonly FlagSpec[] = [
  text("output", "Output format.", { short: "o" }),
  text("template", "Template string or path to template file to use when -o=go-template, -o=go-template-file."),
  bool("allow-missing-template-keys", "If true, ignore any errors in templates when a field or map key is missing in the template.", { default: "true" }),
  bool("show-managed-fields", "If true, keep the managedFields when printing objects in JSON or YAML format."),
];

export const DRY_RUN: FlagSpec = text("dry-run", 'Must be "none", "server", or "client".', { default: "none", noOpt: "unchanged" });
export const SELECTOR: FlagSpec = text("selector", "Selector (label query) to filter on.", { short: "l" });
export const FIELD_SELECTOR: FlagSpec = text("field-selector", "Selector (field query) to filter on.");
export const ALL_NAMESPACES: FlagSpec = bool("all-namespaces", "If present, list the requested object(s) across all namespaces.", { short: "A" });
export const fieldManager = (name: string): FlagSpec => text("field-manager", "Name of the manager used to track field ownership.", { default: name });
