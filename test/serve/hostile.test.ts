import { randomBytes } from "node:crypto";
import { Agent, request } from "node:https";
import { connect } from "node:tls";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostileRequests } from "./hostile-requests";
import { servedCluster } from "./served-cluster";
import type { ServedCluster } from "./served-cluster";
import type { HostileRequest } from "./hostile-requests";

let cluster: ServedCluster;
beforeAll(async () => {
  cluster = await servedCluster(3);
  const answers = cluster.note.complete("kubectl create deployment web --image=nginx:1.27 --replicas=2 && kubectl expose deployment web --port=80 && kubectl rollout status deployment/web");
  expect(answers.exit).toBe(0);
});
afterAll(async () => { await cluster.close(); });

interface Heard { readonly code: number; readonly text: string; readonly type: string }

const agent = new Agent({ keepAlive: true, maxSockets: 16, rejectUnauthorized: false });
const port = (): number => Number(new URL(cluster.served.url).port);

/** Sends a request; of a stream the head is enough. */
function send({ method, path, headers, body }: HostileRequest): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const out = request({ agent, host: "127.0.0.1", port: port(), method, path, headers: { authorization: `Bearer ${cluster.served.token}`, host: `127.0.0.1:${port()}`, ...(body === undefined ? {} : { "content-length": String(body.length) }), ...headers } }, (answer) => {
      const of = { code: answer.statusCode ?? 0, type: answer.headers["content-type"] ?? "" };
      if (answer.headers["transfer-encoding"] === "chunked") {
        answer.destroy();
        resolve({ ...of, text: "" });
        return;
      }
      let text = "";
      answer.on("data", (data: Buffer) => { text += data.toString(); }).on("end", () => { resolve({ ...of, text }); }).on("error", reject);
    });
    out.on("error", (error: NodeJS.ErrnoException) => {
      // A header or path that is no HTTP is not even sent, or answered and hung up on.
      if (error.code === "ECONNRESET" || error.code === "EPIPE") resolve({ code: 400, text: "", type: "" });
      else reject(error);
    });
    // Nobody waits so long: what has no answer by then has none.
    out.setTimeout(60_000, () => {
      resolve({ code: 599, text: "no answer", type: "" });
      out.destroy();
    });
    if (body !== undefined) out.write(body);
    out.end();
  });
}

/** What is wrong with an answer; undefined where nothing is. */
function fault(asked: HostileRequest, heard: Heard): string | undefined {
  const about = `${asked.method} ${asked.path.slice(0, 200)} ${JSON.stringify(asked.headers).slice(0, 200)} ${(asked.body ?? "").toString().slice(0, 600)} → ${heard.code} ${heard.text.slice(0, 400)}`;
  // The real one answers so where groups are asked for without a user, and revisions that are yet to come.
  if (/without impersonating a user|Too large resource version/.test(heard.text)) return undefined;
  // To act for a group and nobody in it is an internal error to the real server too.
  if (heard.code === 500 && "impersonate-group" in asked.headers) return undefined;
  if (heard.code < 200 || heard.code >= 500) return about;
  if (heard.code < 400 || asked.method === "HEAD" || heard.text === "") return undefined;
  if (/^(text\/plain|application\/yaml)/.test(heard.type)) return undefined;
  try {
    const { kind, code, message } = JSON.parse(heard.text) as { kind?: string; code?: number; message?: string };
    return kind === "Status" && code === heard.code && typeof message === "string" ? undefined : about;
  } catch {
    return about;
  }
}

/** Bytes on a connection of their own; what comes back until it closes, or what came while the server thought about it. */
function raw(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ host: "127.0.0.1", port: port(), rejectUnauthorized: false }, () => { socket.end(bytes); });
    socket.on("data", (data) => { text += data.toString("latin1"); }).on("close", () => { resolve(text); }).on("error", () => { resolve(text); });
  });
}

const everything = (of = cluster.note.cluster): string => {
  const view = of.at();
  return ["pods", "services", "configmaps", "deployments.apps", "replicasets.apps", "namespaces", "nodes", "jobs.batch"].map((resource) => view.list(resource).map((object) => `${resource} ${object.metadata.namespace ?? ""}/${object.metadata.name} ${object.metadata.uid} ${object.metadata.resourceVersion}`).join("\n")).join("\n");
};

describe("10,000 hostile requests", () => {
  it("are answered one and all, and the server goes on", async () => {
    const requests = fc.sample(hostileRequests, { numRuns: 10_000, seed: 20261126 });
    const faults: string[] = [];
    let next = 0;
    const client = async (): Promise<void> => {
      for (let at = next++; at < requests.length && faults.length < 20; at = next++) {
        const asked = requests[at] as HostileRequest;
        const found = fault(asked, await send(asked));
        if (found !== undefined) faults.push(found);
        if (at % 50 === 0) cluster.note.cluster.advance(cluster.note.cluster.now + 40);
      }
    };
    await Promise.all(Array.from({ length: 12 }, client));
    expect(faults).toEqual([]);
  }, 900_000);

  it("that are no HTTP, or WebSockets that lie, get a Status or the door", async () => {
    const auth = `Host: 127.0.0.1:${port()}\r\nAuthorization: Bearer ${cluster.served.token}\r\n`;
    const upgrade = (path: string, protocol: string): string => `GET ${path} HTTP/1.1\r\n${auth}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`;
    const pod = cluster.note.cluster.at().list("pods").find((object) => object.metadata.name.startsWith("web-"))?.metadata.name ?? "";
    const exec = upgrade(`/api/v1/namespaces/default/pods/${pod}/exec?command=cat&stdin=true&stdout=true`, "v5.channel.k8s.io");
    const forward = upgrade(`/api/v1/namespaces/default/pods/${pod}/portforward`, "SPDY/3.1+portforward.k8s.io");
    const frame = (data: Buffer): Buffer => Buffer.concat([Buffer.from([0x82, 0x80 | data.length, 0, 0, 0, 0]), data]);
    expect(await raw("NONSENSE\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 [\s\S]*"kind":"Status"/);
    expect(await raw(`GET / HTTP/1.1\r\n${auth}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(`GET / HTTP/1.1\r\n${auth}X: ${"x".repeat(100_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 4/);
    expect(await raw(`GET /api/v1/namespaces/default/pods/nope/exec HTTP/1.1\r\n${auth}Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n`)).toMatch(/^HTTP\/1\.1 404 [\s\S]*pods \\"nope\\" not found/);
    expect(await raw(upgrade(`/api/v1/namespaces/default/pods/${pod}/exec?command=cat`, "nonsense"))).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw(Buffer.concat([Buffer.from(exec), Buffer.from([0x82, 0x05, 1, 2, 3, 4, 5])]))).toMatch(/^HTTP\/1\.1 101 /);
    for (const bytes of [Buffer.from([0xff, 0xff]), frame(Buffer.alloc(0)), frame(Buffer.from([255])), frame(Buffer.from([9, 9, 9])), Buffer.from([0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), Buffer.from([0x00, 0x80, 0, 0, 0, 0])]) {
      expect(await raw(Buffer.concat([Buffer.from(exec), bytes]))).toMatch(/^HTTP\/1\.1 101 /);
    }
    const random = fc.sample(fc.uint8Array({ maxLength: 120 }), { numRuns: 100, seed: 7 });
    for (const bytes of random) {
      const spdy = Buffer.concat([Buffer.from([0x80, 3, 0, 1, 0, 0, 0, Math.min(120, bytes.length)]), Buffer.from(bytes)]).subarray(0, 125);
      expect(await raw(Buffer.concat([Buffer.from(forward), frame(spdy)]))).toMatch(/^HTTP\/1\.1 101 /);
      await raw(randomBytes(0).length === 0 ? Buffer.from(bytes) : "");
    }
    await cluster.until("every stream is closed", () => cluster.served.streams === 0);
  });

  it("come no further without the token, from a web page, or by another name", async () => {
    const ask = (headers: Record<string, string>): Promise<Heard> => send({ method: "GET", path: "/api/v1/namespaces/default/secrets", headers, body: undefined });
    expect((await ask({})).code).toBe(200);
    expect((await ask({ authorization: "Bearer x" })).code).toBe(401);
    expect((await ask({ host: "rebound.example" })).code).toBe(403);
    expect((await ask({ host: `rebound.example:${port()}` })).code).toBe(403);
    expect((await ask({ origin: "https://evil.example" })).code).toBe(403);
    expect((await ask({ origin: "null" })).code).toBe(403);
    expect((await ask({ host: `localhost:${port()}` })).code).toBe(200);
  });

  it("leave the cluster whole", async () => {
    cluster.note.cluster.advance(cluster.note.cluster.now + 120_000);
    const view = cluster.note.cluster.at();
    const unique = (values: readonly (string | number | undefined)[]): void => {
      const given = values.filter((value) => value !== undefined && value !== "" && value !== "None");
      expect(new Set(given).size).toBe(given.length);
    };
    const spec = (object: object): { clusterIP?: string; ports?: { nodePort?: number }[] } => (object as { spec?: object }).spec ?? {};
    unique(view.list("pods").filter((pod) => !["Succeeded", "Failed"].includes((pod["status"] as { phase?: string }).phase ?? "")).map((pod) => (pod["status"] as { podIP?: string }).podIP));
    unique(view.list("services").map((service) => spec(service).clusterIP));
    unique(view.list("services").flatMap((service) => (spec(service).ports ?? []).map((of) => of.nodePort)));
    // What was stored is what a replay of everything that came in makes, byte for byte.
    const now = everything();
    const again = cluster.note.cluster.branch(cluster.note.cluster.now);
    expect(everything(again)).toBe(now);
    again.dispose();
    // And it still does what it is for.
    const answer = cluster.note.complete("kubectl create deployment after --image=nginx:1.27 && kubectl rollout status deployment/after");
    expect(answer.stdout).toContain("successfully rolled out");
  });
});
