import { scalar } from "../scalar";
import type { FieldError } from "./kind";
import type { ApiResponse } from "./request";

/** The reasons of a failure, as `metav1.StatusReason`. */
export type StatusReason =
  | "NotFound" | "AlreadyExists" | "Conflict" | "Invalid" | "Forbidden" | "BadRequest" | "MethodNotAllowed" | "NotAcceptable"
  | "UnsupportedMediaType" | "InternalError" | "Expired" | "Unauthorized" | "TooManyRequests" | "Timeout" | "ServerTimeout" | "RequestEntityTooLarge" | "";

export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** The Status object that the API answers a failure with. */
export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: object;
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: StatusReason;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** A failed request, with everything its Status says. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly reason: StatusReason,
    message: string,
    readonly details: StatusDetails = {},
    /** The token of an expired list's continuation. */
    readonly metadata: { readonly continue?: string } = {},
  ) {
    super(message);
    this.name = "ApiError";
  }

  get status(): Status {
    return {
      kind: "Status", apiVersion: "v1", metadata: this.metadata, status: "Failure", message: this.message,
      ...(this.reason === "" ? {} : { reason: this.reason }),
      ...((this.reason === "BadRequest" || this.reason === "Unauthorized") && Object.keys(this.details).length === 0 ? {} : { details: this.details }),
      code: this.code,
    };
  }

  response(warnings: readonly string[] = []): ApiResponse {
    return { code: this.code, body: this.status, warnings };
  }
}

/**
 * One error that lives on. Where all of a shape are gone V8 forgets the shape, and the compiled code that knows it with it: errors
 * are soon gone, and what may throw them is everything.
 */
export const lastingError = new ApiError(0, "", "");

/** "deployments.apps", or "pods" in the core group: how messages name a resource or kind. */
export function qualified(name: string, group: string): string {
  return group === "" ? name : `${name}.${group}`;
}

function about(kind: string, group: string, name: string): StatusDetails {
  return { ...(name === "" ? {} : { name }), ...(group === "" ? {} : { group }), kind };
}

export function notFound(plural: string, group: string, name: string): ApiError {
  return new ApiError(404, "NotFound", `${qualified(plural, group)} "${name}" not found`, about(plural, group, name));
}

/** No such path: the answer to a resource or version that the server does not serve. */
export function noSuchResource(): ApiError {
  return new ApiError(404, "NotFound", "the server could not find the requested resource");
}

export function alreadyExists(plural: string, group: string, name: string): ApiError {
  return new ApiError(409, "AlreadyExists", `${qualified(plural, group)} "${name}" already exists`, about(plural, group, name));
}

export function conflict(plural: string, group: string, name: string, why: string): ApiError {
  return new ApiError(409, "Conflict", `Operation cannot be fulfilled on ${qualified(plural, group)} "${name}": ${why}`, about(plural, group, name));
}

export const staleObject = "the object has been modified; please apply your changes to the latest version and try again";

export function forbidden(plural: string, group: string, name: string, why: string): ApiError {
  const what = name === "" ? `${qualified(plural, group)} is forbidden` : `${qualified(plural, group)} "${name}" is forbidden`;
  return new ApiError(403, "Forbidden", `${what}: ${why}`, about(plural, group, name));
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, "BadRequest", message);
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
}

export function unsupportedMediaType(message = "415: Unsupported Media Type"): ApiError {
  return new ApiError(415, "UnsupportedMediaType", message);
}

export function internalError(message: string): ApiError {
  return new ApiError(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ reason: "", message }] });
}

/** `kind` is the Go kind: "Deployment". Prints one error bare and several in brackets, as field.ErrorList does. */
export function invalid(kind: string, group: string, name: string, errors: readonly FieldError[]): ApiError {
  const texts = errors.map(fieldErrorText);
  const unique = texts.filter((text, at) => texts.indexOf(text) === at);
  const list = unique.length === 1 ? unique[0] ?? "" : `[${unique.join(", ")}]`;
  return new ApiError(422, "Invalid", `${qualified(kind, group)} "${name}" is invalid: ${list}`, {
    ...about(kind, group, name),
    causes: errors.map((error) => ({ reason: causeReason[error.type], message: fieldErrorBody(error), field: error.field })),
  });
}

const causeReason: Record<FieldError["type"], string> = {
  Required: "FieldValueRequired", Invalid: "FieldValueInvalid", Forbidden: "FieldValueForbidden", Duplicate: "FieldValueDuplicate",
  NotSupported: "FieldValueNotSupported", TooLong: "FieldValueTooLong", TooMany: "FieldValueTooMany", NotFound: "FieldValueNotFound",
  Internal: "InternalError", TypeInvalid: "FieldValueTypeInvalid",
};

const typeText: Record<FieldError["type"], string> = {
  Required: "Required value", Invalid: "Invalid value", Forbidden: "Forbidden", Duplicate: "Duplicate value", NotSupported: "Unsupported value",
  TooLong: "Too long", TooMany: "Too many", NotFound: "Not found", Internal: "Internal error", TypeInvalid: "Invalid value",
};

/** A value that is already Go text, where Go prints a struct: `{ go: 'v1.LabelSelector{…}' }`. */
export interface GoText { readonly go: string }

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object") return scalar(value);
  if ("go" in value && typeof value.go === "string") return value.go;
  if (Array.isArray(value)) return `[]string{${value.map(valueText).join(", ")}}`;
  return `map[string]string{${Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, of]) => `${JSON.stringify(key)}:${valueText(of)}`).join(", ")}}`;
}

function fieldErrorBody(error: FieldError): string {
  const type = typeText[error.type];
  const value = error.type === "Required" || error.type === "Forbidden" || error.type === "TooLong" || error.type === "TooMany" || error.type === "Internal" ? "" : `: ${valueText(error.value)}`;
  return `${type}${value}${error.detail === "" ? "" : `: ${error.detail}`}`;
}

/** `spec.replicas: Invalid value: -1: must be greater than or equal to 0` */
export function fieldErrorText(error: FieldError): string {
  return `${error.field}: ${fieldErrorBody(error)}`;
}
