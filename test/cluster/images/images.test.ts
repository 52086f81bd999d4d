import { describe, expect, it } from "vitest";
import { imageOf } from "../../../src/cluster/images/index";
import { missingImage } from "../../../src/cluster/images/missing";
import type { Files, ProcessContext, Step } from "../../../src/cluster/images/program";
import type { NetRequest } from "../../../src/cluster/network/trace";
import { parseImage } from "../../../src/cluster/kubelet/image-reference";

function context(reference: string, more: Partial<ProcessContext> = {}): ProcessContext {
  const content: Record<string, string> = { ...imageOf(reference).files };
  const files: Files = {
    read: (path) => content[path],
    list: (path) => {
      const names = Object.keys(content).filter((file) => file.startsWith(`${path.replace(/\/$/, "")}/`)).map((file) => file.slice(path.replace(/\/$/, "").length + 1).split("/")[0] as string);
      return names.length > 0 ? [...new Set(names)] : undefined;
    },
    write: (path, data) => {
      content[path] = data;
      return undefined;
    },
    mkdir: () => undefined, remove: () => undefined,
  };
  return {
    now: 0, epoch: Date.parse("2026-01-05T08:00:00Z"), container: "c", pid: 1, argv: [], env: {}, cwd: "/", hostname: "web-0", address: "10.244.0.2", user: 0, tty: false, files,
    random: { next: () => 0, int: () => 0, pick: (of) => of[0] as never, suffix: () => "" }, processes: () => [], ...more,
  };
}

function ask(reference: string, path: string, more: Partial<ProcessContext> = {}, at = 0): { status: number; body: string; log: string; start: Step } {
  const image = imageOf(reference);
  const argv = [...image.entrypoint, ...image.cmd];
  const program = image.program(argv, reference);
  if (!program) throw new Error("no program");
  const start = program.start(context(reference, { argv, ...more }));
  const request: NetRequest = { protocol: "http", to: "web", port: 80, method: "GET", path, timeout: 1000 };
  const step = program.on(start.state, { is: "request", id: "1", request }, context(reference, { argv, ...more, now: at }));
  const answer = step.do.find((does) => does.do === "respond");
  const log = step.do.filter((does) => does.do === "write").map((does) => (does as { data: string }).data).join("");
  if (answer?.do !== "respond") throw new Error("no answer");
  return { status: answer.response.status, body: answer.response.body, log, start };
}

describe("images", () => {
  it("nginx serves its page, a 404 and what its configuration returns", () => {
    expect(ask("nginx:1.25", "/").body).toContain("<title>Welcome to nginx!</title>");
    const missing = ask("nginx:1.25", "/nope");
    expect(missing.status).toBe(404);
    expect(missing.body).toContain("<hr><center>nginx/1.25.5</center>");
    expect(missing.log).toContain("open() \"/usr/share/nginx/html/nope\" failed (2: No such file or directory)");
    expect(missing.log).toContain("\"GET /nope HTTP/1.1\" 404");
    const configured = context("nginx:1.25");
    configured.files.write("/etc/nginx/conf.d/default.conf", "server { listen 8080; location /hi { return 200 'hello $hostname\\n'; } }");
    expect(ask("nginx:1.25", "/hi", { files: configured.files }).body).toBe("hello web-0\n");
    configured.files.write("/etc/nginx/conf.d/default.conf", "server { listen 80");
    const image = imageOf("nginx");
    expect(image.program(["nginx"], "nginx")?.start(configured).do).toContainEqual({ do: "exit", code: 1 });
  });

  it("hellok8s answers as the tutorial shows", () => {
    const env = { DB_URL: "http://DB_ADDRESS", NAMESPACE: "dev", MESSAGE: "hi" };
    const body = (tag: string): string => ask(`guangzhengli/hellok8s:${tag}`, "/", { env }).body;
    expect(body("v1")).toBe("[v1] Hello, Kubernetes!");
    expect(body("v3")).toBe("[v3] Hello, Kubernetes!, From host: web-0");
    expect(body("v4")).toBe("[v4] Hello, Kubernetes! From host: web-0, Get Database Connect URL: http://DB_ADDRESS");
    expect(body("v6")).toBe("[v6] Hello, Helm! Message from helm values: hi, From namespace: dev, From host: web-0, Get Database Connect URL: http://DB_ADDRESS, Database Connect Password: ");
    expect(ask("guangzhengli/hellok8s:liveness", "/healthz", {}, 14_000).status).toBe(200);
    expect(ask("guangzhengli/hellok8s:liveness", "/healthz", {}, 16_000)).toMatchObject({ status: 500, body: "error: 16" });
    expect(ask("guangzhengli/hellok8s:bad", "/healthz").status).toBe(500);
  });

  it("databases refuse to start without a password", () => {
    for (const [name, variable] of [["mysql:8", "MYSQL_ROOT_PASSWORD"], ["postgres:17", "POSTGRES_PASSWORD"]] as const) {
      const image = imageOf(name);
      const argv = [...image.entrypoint, ...image.cmd];
      const start = (env: Record<string, string>): Step | undefined => image.program(argv, name)?.start(context(name, { argv, env }));
      expect(start({})?.do).toContainEqual({ do: "exit", code: 1 });
      expect(start({ [variable]: "x" })?.do.some((does) => does.do === "listen")).toBe(true);
    }
  });

  it("knows which images no registry has", () => {
    const why = (text: string): unknown => {
      const reference = parseImage(text);
      return reference && missingImage(reference);
    };
    for (const there of ["nginx", "nginx:1.25", "nginx:1.14.2", "nginx:1.27-alpine", "nginx:stable-alpine", "busybox:1.28", "redis:7", "guangzhengli/hellok8s:v3", "perl:5.34.0", "registry.k8s.io/nginx-slim:0.21"]) expect(why(there), there).toBeUndefined();
    for (const gone of ["nginx:1.161", "nginx:1.14.99", "nginx:nonexistent", "nginx:sometag-bad", "busybox:v1", "guangzhengli/hellok8s:v9"]) expect(why(gone), gone).toBe("not-found");
    expect(why("example/nonexist:v1")).toBe("denied");
    expect(why("registry.invalid/app:1")).toBe("no-host");
  });

  it("runs what nobody modelled on its declared ports, and says so", () => {
    expect(ask("quay.io/some/app:1", "/x", { ports: [80] }).body).toBe("simulated program in web-0: GET /x\n");
  });
});

describe("a server that is asked the same again", () => {
  it("says what it would say anew: of this request, this process and this second", () => {
    const image = imageOf("hashicorp/http-echo:1.0");
    const argv = [...image.entrypoint, "-text", "hi"];
    const program = image.program(argv, "hashicorp/http-echo:1.0");
    if (!program) throw new Error("no program");
    const request: NetRequest = { protocol: "http", to: "web", port: 80, method: "GET", path: "/", timeout: 1000 };
    const moment = { now: 1_200 };
    const one: ProcessContext = { ...context("hashicorp/http-echo:1.0", { argv }), get now() { return moment.now; } };
    const other = context("hashicorp/http-echo:1.0", { argv: [...image.entrypoint, "-text=else"] });
    const said = (of: NetRequest, by = one, id = "1"): string => JSON.stringify(program.on(0, { is: "request", id, request: of }, by).do);
    const first = said(request);
    expect(said({ ...request })).toBe(first);
    expect(said(request, one, "2")).toBe(first.replace("\"id\":\"1\"", "\"id\":\"2\""));
    expect(said({ ...request, path: "/else" })).toContain("GET /else");
    expect(said({ ...request, headers: { "User-Agent": "curl" } })).toContain("\\\"curl\\\"");
    expect(said({ ...request, headers: { "User-Agent": "wget" } })).toContain("\\\"wget\\\"");
    expect(said(request, other)).toContain("else\\n");
    expect(said(request)).toBe(first);
    moment.now = 2_000;
    expect(said(request)).toBe(first.replace(/08:00:01/g, "08:00:02"));
    expect(first).toContain("08:00:01");
  });
});
