import fc from "fast-check";
import { it } from "vitest";
import { appendFileSync, writeFileSync } from "node:fs";
import { hostileRequests } from "./hostile-requests";
import { servedCluster } from "./served-cluster";
import { addressed } from "../../src/serve/rest-path";
import { bodyOf, negotiate } from "../../src/serve/negotiate";
it("slow", async () => {
  const c = await servedCluster(3);
  c.note.complete("kubectl create deployment web --image=nginx:1.27 --replicas=2 && kubectl expose deployment web --port=80 && kubectl rollout status deployment/web");
  writeFileSync("/tmp/slow.txt", "");
  const log = (x: string): void => { appendFileSync("/tmp/slow.txt", x + "\n"); };
  let n = 0;
  const t0 = performance.now();
  for (const r of fc.sample(hostileRequests, { numRuns: 10_000, seed: 20261126 })) {
    n++;
    const t = performance.now();
    let code = 0; let msg = "";
    try {
      const [path = "", search = ""] = r.path.split("?", 2);
      const query = Object.fromEntries(new URLSearchParams(search));
      const to = addressed(r.method, path, query);
      if (to === undefined) continue;
      const wants = negotiate(r.headers["accept"], to.path);
      const body = r.body === undefined ? {} : bodyOf(r.headers["content-type"], r.body, r.method, to.resource);
      if (to.verb === "watch" || to.verb === "connect") continue;
      const a = c.note.cluster.handle({ ...to, caller: { user: "kubernetes-admin", groups: ["system:masters"], agent: "x", origin: "http" }, query, accept: wants.accept, ...body });
      code = a.code; msg = JSON.stringify(a.body)?.slice(0, 300);
    } catch (e) { code = 400; if (!(e as Error).name.match(/ApiError|URIError/)) log(`THROW ${String((e as Error).stack).slice(0, 300)}`); }
    const u = performance.now();
    if (code >= 500) log(`${n} CODE ${code} ${r.method} ${r.path.slice(0, 150)} ${String(r.body).slice(0, 500)} ${msg}`);
    if (u - t > 200) log(`${n} SLOW ${(u - t).toFixed(0)} ${r.method} ${r.path.slice(0, 150)} ${String(r.body).slice(0, 300)}`);
    if (n % 50 === 0) {
      c.note.cluster.advance(c.note.cluster.now + 40);
      const v = performance.now();
      if (v - u > 200) log(`${n} ADVANCE ${(v - u).toFixed(0)} pods ${c.note.cluster.at().list("pods").length}`);
    }
    if (performance.now() - t0 > 90_000) { log(`stopped at ${n}`); break; }
  }
  log(`end ${n} ${(performance.now() - t0).toFixed(0)}`);
  await c.close();
}, 200_000);
