import fc from "fast-check";
import { it } from "vitest";
import { Agent, request } from "node:https";
import { appendFileSync, writeFileSync } from "node:fs";
import { hostileRequests } from "./hostile-requests";
import { servedCluster } from "./served-cluster";
it("slow", async () => {
  const c = await servedCluster(3);
  c.note.complete("kubectl create deployment web --image=nginx:1.27 --replicas=2 && kubectl expose deployment web --port=80 && kubectl rollout status deployment/web");
  writeFileSync("/tmp/slow3.txt", "");
  const log = (x: string): void => { appendFileSync("/tmp/slow3.txt", x + "\n"); };
  const agent = new Agent({ keepAlive: true, maxSockets: 16, rejectUnauthorized: false });
  const port = Number(new URL(c.served.url).port);
  let n = 0;
  const t0 = performance.now();
  for (const r of fc.sample(hostileRequests, { numRuns: 10_000, seed: 20261126 })) {
    n++;
    const t = performance.now(); if (n % 1 === 0) writeFileSync("/tmp/slow3n.txt", `${n} ${r.method} ${r.path.slice(0, 400)} ${JSON.stringify(r.headers).slice(0, 300)} ${String(r.body).slice(0, 800)}`);
    const how = await new Promise<string>((resolve) => {
      const out = request({ agent, host: "127.0.0.1", port, method: r.method, path: r.path, headers: { authorization: `Bearer ${c.served.token}`, host: `127.0.0.1:${port}`, ...r.headers } }, (answer) => {
        if (answer.headers["transfer-encoding"] === "chunked") { answer.destroy(); resolve("stream"); return; }
        answer.resume(); answer.on("end", () => resolve(String(answer.statusCode))).on("error", (e) => resolve(String(e)));
      });
      out.on("error", (e) => resolve(String(e)));
      out.setTimeout(4000, () => { resolve("TIMEOUT"); out.destroy(); });
      if (r.body !== undefined) out.write(r.body);
      out.end();
    });
    const u = performance.now();
    if (u - t > 1000) log(`${n} SLOW ${(u - t).toFixed(0)} ${how} ${r.method} ${r.path.slice(0, 250)} ${JSON.stringify(r.headers).slice(0, 200)} ${String(r.body).slice(0, 100)} ${c.served.streams}`);
    if (n % 50 === 0) {
      c.note.cluster.advance(c.note.cluster.now + 40);
    }
    if (performance.now() - t0 > 100_000) { log(`stopped at ${n}`); break; }
  }
  log(`end ${n} ${(performance.now() - t0).toFixed(0)}`);
  await c.close();
}, 200_000);
