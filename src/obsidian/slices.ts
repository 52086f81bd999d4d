/** How much is done before the page may draw and answer, wall ms. */
const slice = 8;

/** Does long work with the page's own between its pieces. Rejects where it takes longer than `longest` wall ms. */
export async function inSlices<T>(steps: Generator<void, T>, longest = Infinity): Promise<T> {
  const began = performance.now();
  for (let from = began; ;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    const now = performance.now();
    if (now - from < slice) continue;
    if (now - began > longest) {
      steps.return(undefined as never);
      throw new Error("It takes too long");
    }
    await new Promise((resolve) => window.setTimeout(resolve, 0));
    from = performance.now();
  }
}
