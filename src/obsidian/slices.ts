/** How much is done before the page may draw and answer, wall ms. */
const slice = 8;

const waiting: (() => void)[] = [];
let channel: MessageChannel | undefined;

/** Lets the page draw and answer before the next piece of work. A message comes at once where a timer, set by a timer, waits for 4 ms. */
export function breath(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (channel === undefined) {
      channel = new MessageChannel();
      channel.port1.onmessage = () => waiting.shift()?.();
    }
    channel.port2.postMessage(0);
  });
}

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
    await breath();
    from = performance.now();
  }
}
