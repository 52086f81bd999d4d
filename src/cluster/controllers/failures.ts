import { ApiError } from "../api/status";

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "NotFound";
}

export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "Conflict";
}

export function isAlreadyExists(error: unknown): boolean {
  return error instanceof ApiError && error.reason === "AlreadyExists";
}

/** Creating in a namespace that is being deleted can't succeed, so that controllers don't try again. */
export function isNamespaceTerminating(error: unknown): boolean {
  return error instanceof ApiError && (error.details.causes ?? []).some((cause) => cause.reason === "NamespaceTerminating");
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
