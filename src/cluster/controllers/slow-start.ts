/**
 * Calls `action` up to `count` times in batches of 1, 2, 4, …; a batch with a failure is the last one.
 * So a controller whose pods are all refused asks a few times, not five hundred. Returns the successes and the first error.
 */
export function slowStart(count: number, action: (index: number) => void): { readonly done: number; readonly error: unknown } {
  let done = 0;
  let next = 0;
  for (let batch = 1; next < count; batch *= 2) {
    let error: unknown;
    for (const end = Math.min(count, next + batch); next < end; next++) {
      try {
        action(next);
        done++;
      } catch (failure) {
        error ??= failure;
      }
    }
    if (error !== undefined) return { done, error };
  }
  return { done, error: undefined };
}
