/** CPU time and heap of this process. A row runs in a process of its own, so that nothing of another row is in its figures. */

/** CPU ms (user and system, all threads) that `work` takes. */
export async function cpu(work: () => void | Promise<void>): Promise<number> {
  const from = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
}

/** Bytes of heap that live, after a full collection (node --expose-gc). */
export function heap(): number {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) throw new Error("needs node --expose-gc");
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

