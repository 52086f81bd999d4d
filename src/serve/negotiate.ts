import { ApiError, badRequest } from "../cluster/api/status";
import { duplicateFields } from "./duplicate-fields";
import { decodeProtobuf, ProtobufError } from "./protobuf";
import { openApiProtobufType } from "./openapi-protobuf";
import { parseDocument } from "../kubectl/yaml/parse";
import type { ApiRequest } from "../cluster/api/request";

const formats: ReadonlySet<string> = new Set(["application/json", "application/yaml", "*/*", "application/*"]);
const patches: ReadonlySet<string> = new Set(["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"]);

const protobuf = "application/vnd.kubernetes.protobuf";
const deepest = 500;

export interface Answer {
  readonly accept: ApiRequest["accept"];
  readonly type: "application/json" | "application/yaml" | `application/json;g=apidiscovery.k8s.io;v=${string};as=APIGroupDiscoveryList` | "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
}

/** JSON of the whole object: what errors are answered in. */
export const plainAnswer: Answer = { accept: "object", type: "application/json" };

/** A media type with its parameters. */
function mediaType(text: string): { readonly type: string; readonly of: Readonly<Record<string, string>> } {
  const [type = "", ...rest] = text.split(";").map((part) => part.trim());
  return { type: type.toLowerCase(), of: Object.fromEntries(rest.map((part) => part.split("=", 2) as [string, string])) };
}

/**
 * The first form that client and server share; protobuf and CBOR are not among them, so that a client with JSON as its second choice
 * gets that. Throws ApiError 406 with Kubernetes' words.
 */
export function negotiate(header: string | undefined, path: string | undefined): Answer {
  const resource = path === undefined;
  const discovery = path !== undefined && /^\/apis?\/?$/.test(path);
  for (const text of (header === undefined || header === "" ? "*/*" : header).split(",")) {
    const { type, of } = mediaType(text);
    if (path === "/openapi/v2" && openApiProtobufType.test(type)) return { accept: "object", type: "application/com.github.proto-openapi.spec.v2.v1.0+protobuf" };
    if (!formats.has(type) && !(!resource && type.startsWith("text/"))) continue;
    const plain: Answer = { accept: "object", type: type === "application/yaml" ? type : "application/json" };
    if (of["as"] === undefined) return plain;
    if (of["g"] === "meta.k8s.io" && (of["v"] === "v1" || of["v"] === "v1beta1") && resource) {
      if (of["as"] === "Table") return { ...plain, accept: "table" };
      if (of["as"] === "PartialObjectMetadata" || of["as"] === "PartialObjectMetadataList") return { ...plain, accept: "partial" };
    }
    const { v = "" } = of;
    // All of discovery in one document.
    if (of["as"] === "APIGroupDiscoveryList" && of["g"] === "apidiscovery.k8s.io" && (v === "v2" || v === "v2beta1") && discovery) {
      return { accept: v === "v2" ? "discovery" : "discovery-v2beta1", type: `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList` };
    }
  }
  throw new ApiError(406, "NotAcceptable", "only the following media types are accepted: application/json, application/yaml");
}

/** The body of a request as its content type says. Throws ApiError 415 for what the server does not read, 400 for what can't be read. */
export function bodyOf(type: string | undefined, bytes: Buffer, method: string, goType: () => string): Pick<ApiRequest, "body" | "problems"> & { readonly contentType: string } {
  const contentType = mediaType(type ?? "application/json").type;
  if (method === "PATCH") {
    if (!patches.has(contentType)) throw new ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type");
  } else if (contentType !== "application/json" && contentType !== "application/yaml" && contentType !== protobuf) {
    throw new ApiError(415, "UnsupportedMediaType", "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf");
  }
  const text = bytes.toString();
  if (contentType !== protobuf && text.trim() === "") return { contentType, body: undefined };
  if (depthOf(text) > deepest) throw badRequest("exceeded max depth");
  try {
    // Go clients write protobuf and read JSON; from here on it is JSON like any other.
    if (contentType === protobuf) return { contentType: "application/json", body: decodeProtobuf(bytes) };
    if (contentType.endsWith("yaml")) return { contentType, body: parseDocument(text) };
    const body = JSON.parse(text) as unknown;
    const problems = duplicateFields(text);
    return { contentType, body, ...(problems.length === 0 ? {} : { problems }) };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (error instanceof ProtobufError) throw badRequest(said);
    if (contentType.endsWith("yaml")) throw badRequest(`error converting YAML to JSON: ${said}`);
    throw badRequest(method === "PATCH" ? goJsonError(text, said) : `the object provided is unrecognized (must be of type ${goType()}): couldn't get version/kind; json parse error: ${goJsonError(text, said)} (${excerpt(text)})`);
  }
}

/** How deep a text nests as JSON or flow YAML: what lies deeper than any API object would only exhaust who reads it. */
function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7b || code === 0x5b) most = Math.max(most, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return most;
}

/** The text as the server quotes it in a decoding error: hex where it isn't text, cut where it is long. */
function excerpt(text: string): string {
  return text.length > 70 ? `${text.slice(0, 70)} ...` : text;
}

/** Where JSON goes wrong, in the words of Go's encoding/json. */
function goJsonError(text: string, said: string): string {
  const at = /position (\d+)/.exec(said)?.[1];
  if (at === undefined || Number(at) >= text.length) return "unexpected end of JSON input";
  const before = text.slice(0, Number(at)).trimEnd();
  const found = text[Number(at)] ?? "";
  const last = before[before.length - 1];
  const where = last === "{" ? "looking for beginning of object key string"
    : last === "," && /\{[^{}[\]]*,$/.test(before) ? "looking for beginning of object key string"
      : last === undefined || last === ":" || last === "[" || last === "," ? "looking for beginning of value"
        : /^[{[]/.test(before) ? "after object key:value pair" : "after top-level value";
  const shown = found === "'" ? `'\\''` : found === '"' ? `'"'` : `'${found}'`;
  return `invalid character ${shown} ${where}`;
}
