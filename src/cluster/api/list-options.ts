import { fromBase64, toBase64 } from "../encoding";
import { ApiError, badRequest, invalid } from "./status";
import type { FieldError } from "./kind";
import type { Rev } from "../model";

/** The parameters of a list or watch that say from when it is; "" where they are not given. */
export interface ListParameters {
  readonly resourceVersion: string;
  readonly match: string;
  readonly continue: string;
  readonly sendInitialEvents: string;
  readonly watch: boolean;
}

const forbidden = (field: string, detail: string): FieldError => ({ field, type: "Forbidden", detail });
const matching = "resourceVersionMatch";

/** metav1's ValidateListOptions. Throws ApiError 422. */
export function validateListOptions({ resourceVersion, match, continue: token, sendInitialEvents, watch }: ListParameters): void {
  const errors: FieldError[] = [];
  const initial = sendInitialEvents !== "";
  const unsupported = (...values: readonly string[]): FieldError => ({ field: matching, type: "NotSupported", value: match, detail: `supported values: ${values.map((value) => JSON.stringify(value)).join(", ")}` });
  if (watch) {
    if (initial && match !== "NotOlderThan") errors.push(forbidden(matching, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    if (match !== "" && !initial) errors.push(forbidden(matching, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
    if (match !== "" && match !== "NotOlderThan") errors.push(unsupported("NotOlderThan"));
  } else {
    if (match !== "" && resourceVersion === "") errors.push(forbidden(matching, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
    if (match !== "" && token !== "") errors.push(forbidden(matching, "resourceVersionMatch is forbidden when continue is provided"));
    if (match !== "" && match !== "Exact" && match !== "NotOlderThan") errors.push(unsupported("Exact", "NotOlderThan", ""));
    if (match === "Exact" && resourceVersion === "0") errors.push(forbidden(matching, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    if (initial) errors.push(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  if (errors.length > 0) throw invalid("ListOptions", "meta.k8s.io", "", errors);
}

/** What is wrong with a resourceVersion; undefined where it is one. */
export function revisionProblem(text: string): FieldError | undefined {
  if (text === "" || /^\d{1,19}$/.test(text)) return undefined;
  return { field: "resourceVersion", type: "Invalid", value: text, detail: `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${/^\d+$/.test(text) ? "value out of range" : "invalid syntax"}` };
}

/** 504: a revision that this server has not reached. */
export function tooLarge(wanted: Rev, current: Rev): ApiError {
  const message = "Too large resource version";
  return new ApiError(504, "Timeout", `Timeout: ${message}: ${wanted}, current: ${current}`, { causes: [{ reason: "ResourceVersionTooLarge", message }], retryAfterSeconds: 1 });
}

/** Where a list goes on: after this key, as things stood at this revision; -1 is now. */
export interface Continuation {
  readonly rev: Rev;
  readonly start: string;
}

/** The token of a list that is not at its end. `start` is the last key that was told; the next one follows a zero behind it. */
export function continueToken({ rev, start }: Continuation): string {
  return toBase64(JSON.stringify({ v: "meta.k8s.io/v1", rv: rev, start: `${start}\0` }), true);
}

/** Reads a token. Throws ApiError 400 with the words of apiserver's storage. */
export function readContinue(token: string): Continuation {
  const fail = (why: string): ApiError => badRequest(`invalid continue token: continue key is not valid${why}`);
  const wrong = token.search(/[^A-Za-z0-9_-]/);
  if (wrong >= 0 || token.length % 4 === 1) throw fail(`: illegal base64 data at input byte ${wrong >= 0 ? wrong : token.length - 1}`);
  let read: { readonly v?: unknown; readonly rv?: unknown; readonly start?: unknown };
  try {
    read = JSON.parse(fromBase64(token.replace(/-/g, "+").replace(/_/g, "/"))) as typeof read;
  } catch {
    throw fail(": invalid character in the encoded key");
  }
  if (read.v !== "meta.k8s.io/v1") throw fail(`: server does not recognize this encoded version ${typeof read.v === "string" ? read.v : ""}`.trimEnd());
  if (typeof read.rv !== "number" || read.rv === 0) throw fail(": incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  const start = typeof read.start === "string" ? read.start : "";
  if (start === "") throw fail(": encoded start key empty (version meta.k8s.io/v1)");
  if (`/${start}/`.includes("/../") || `/${start}/`.includes("//") || `/${start}/`.includes("/./")) throw fail(`: ${start}`);
  return { rev: read.rv, start };
}

/** 410: the snapshot of a list is gone. The answer has a token with which the list goes on as things are now. */
export function continueExpired(start: string): ApiError {
  return new ApiError(410, "Expired", "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.", {}, { continue: continueToken({ rev: -1, start: start.replace(/\0$/, "") }) });
}

export const listExpired = (): ApiError => new ApiError(410, "Expired", "The resourceVersion for the provided list is too old.");
export const watchExpired = (wanted: Rev, oldest: Rev): ApiError => new ApiError(410, "Expired", `too old resource version: ${wanted} (${oldest})`);
