import type { FieldError } from "../kind";
import type { Dict } from "../../model";

/** Says what is wrong with a value; nothing where it is right. */
export type Problems = readonly string[];
const fine: Problems = [];

const label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const subdomain = `${label}(\\.${label})*`;
const dns1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const qualifiedPart = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const labelValue = `(${qualifiedPart})?`;
const configKey = "[-._a-zA-Z0-9]+";
const percent = "[0-9]+%";

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`);
const labelPattern = whole(label);
const subdomainPattern = whole(subdomain);
const dns1035Pattern = whole(dns1035);
const qualifiedPattern = whole(qualifiedPart);
const labelValuePattern = whole(labelValue);
const configKeyPattern = whole(configKey);
const percentPattern = whole(percent);

function regexProblem(message: string, pattern: string, ...examples: readonly string[]): string {
  return `${message} (e.g. ${examples.map((example) => `'${example}'`).join(",  or ")}, regex used for validation is '${pattern}')`;
}
const tooLong = (most: number): string => `must be no more than ${most} characters`;

const labelMessage = regexProblem("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character", label, "my-name", "123-abc");
const subdomainMessage = regexProblem("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character", subdomain, "example.com");
const dns1035Message = regexProblem("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character", dns1035, "my-name", "abc-123");
const qualifiedMessage = regexProblem("must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character", qualifiedPart, "MyName", "my.name", "123-abc");
const labelValueMessage = regexProblem("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character", labelValue, "MyValue", "my_value", "12345");
const configKeyMessage = regexProblem("a valid config key must consist of alphanumeric characters, '-', '_' or '.'", configKey, "key.name", "KEY_NAME", "key-name");
const percentMessage = regexProblem("a valid percent string must be a numeric string followed by an ending '%'", percent, "1%", "93%");

function bounded(value: string, most: number, pattern: RegExp, message: string): Problems {
  const long = value.length > most;
  const right = pattern.test(value);
  if (!long && right) return fine;
  return [...(long ? [tooLong(most)] : []), ...(right ? [] : [message])];
}

/** Whether every character may stand in a subdomain, and a letter or digit stands at the ends and beside each dot: what `subdomainPattern` says, without its backtracking. */
function isSubdomain(value: string): boolean {
  let before = 46;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    const plain = (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
    if (!plain && (before === 46 || (code !== 45 && (code !== 46 || before === 45)))) return false;
    before = code;
  }
  return before !== 46 && before !== 45;
}

export const dns1123Label = (value: string): Problems => bounded(value, 63, labelPattern, labelMessage);
export const dns1123Subdomain = (value: string): Problems => (value.length <= 253 && isSubdomain(value) ? fine : bounded(value, 253, subdomainPattern, subdomainMessage));
export const dns1035Label = (value: string): Problems => bounded(value, 63, dns1035Pattern, dns1035Message);
export const validLabelValue = (value: string): Problems => bounded(value, 63, labelValuePattern, labelValueMessage);
export const validPercent = (value: string): Problems => (percentPattern.test(value) ? fine : [percentMessage]);

/** Names that become a path segment of a URL: RBAC's. */
export function pathSegment(value: string): Problems {
  if (value === "." || value === "..") return [`may not be '${value}'`];
  return ["/", "%"].filter((part) => value.includes(part)).map((part) => `may not contain '${part}'`);
}

export function qualifiedName(value: string): Problems {
  const parts = value.split("/");
  if (parts.length > 2) return [`a qualified name ${qualifiedMessage} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const problems: string[] = [];
  const name = parts[parts.length - 1];
  if (parts.length === 2) {
    if (parts[0] === "") problems.push("prefix part must be non-empty");
    else problems.push(...dns1123Subdomain(parts[0]).map((problem) => `prefix part ${problem}`));
  }
  if (name === "") problems.push("name part must be non-empty");
  else if (name.length > 63) problems.push(`name part ${tooLong(63)}`);
  if (!qualifiedPattern.test(name)) problems.push(`name part ${qualifiedMessage}`);
  return problems;
}

export function validConfigKey(value: string): Problems {
  const problems: string[] = [];
  if (value.length > 253) problems.push(tooLong(253));
  if (!configKeyPattern.test(value)) problems.push(configKeyMessage);
  if (value === "." || value === "..") problems.push(`must not be '${value}'`);
  else if (value.startsWith("..")) problems.push("must not start with '..'");
  return problems;
}

/** The name of a port of a container. */
export function validPortName(value: string): Problems {
  const problems: string[] = [];
  if (value.length > 15) problems.push(tooLong(15));
  if (!/^[-a-z0-9]+$/.test(value)) problems.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (!/[a-z]/.test(value)) problems.push("must contain at least one letter (a-z)");
  if (value.includes("--")) problems.push("must not contain consecutive hyphens");
  if (value.startsWith("-") || value.endsWith("-")) problems.push("must not begin or end with a hyphen");
  return problems;
}

export function validPortNumber(value: number): Problems {
  return value >= 1 && value <= 65535 ? fine : ["must be between 1 and 65535, inclusive"];
}

export function validIpv4(value: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(value) && value.split(".").every((part) => Number(part) < 256 && (part === "0" || !part.startsWith("0")));
}

export function validIp(value: string): Problems {
  return validIpv4(value) || (/^[0-9a-fA-F:]+(%\w+)?$/.test(value) && value.includes(":")) ? fine : ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"];
}

/** One `Invalid value` for each problem. */
export function invalids(field: string, value: unknown, problems: Problems): FieldError[] {
  return problems.length === 0 ? [] : problems.map((detail) => ({ field, type: "Invalid", value, detail }));
}

export function required(field: string, detail = ""): FieldError {
  return { field, type: "Required", detail };
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { field, type: "Forbidden", detail };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { field, type: "Duplicate", value, detail: "" };
}

/** `Unsupported value`, with what is supported. */
export function unsupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  return { field, type: "NotSupported", value, detail: `supported values: ${supported.map((one) => JSON.stringify(one)).join(", ")}` };
}

export function nonNegative(field: string, value: number | undefined | null): FieldError[] {
  return value !== undefined && value !== null && value < 0 ? [{ field, type: "Invalid", value, detail: "must be greater than or equal to 0" }] : [];
}

export function validateLabels(labels: Dict | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const key in labels) {
    errors.push(...invalids(field, key, qualifiedName(key)), ...invalids(field, labels[key], validLabelValue(String(labels[key]))));
  }
  return errors;
}
