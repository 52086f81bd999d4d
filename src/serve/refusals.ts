import { ApiError } from "../cluster/api/status";

export { ApiError, badRequest } from "../cluster/api/status";

export function unauthorized(): ApiError {
  return new ApiError(401, "Unauthorized", "Unauthorized");
}

/** Not from this machine's own clients. */
export function forbiddenRequest(): ApiError {
  return new ApiError(403, "Forbidden", "this server answers clients on its own machine, and no web pages");
}

export function tooMany(): ApiError {
  return new ApiError(429, "TooManyRequests", "Too many requests, please try again later.", { retryAfterSeconds: 1 });
}

/** Any error as what the client is told. */
export function refusal(error: unknown): { readonly code: number; readonly body: unknown; readonly warnings: readonly string[] } {
  if (error instanceof ApiError) return error.response();
  return new ApiError(400, "BadRequest", error instanceof Error ? error.message : String(error)).response();
}
