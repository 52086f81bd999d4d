import { describe, expect, it } from "vitest";
import type { Effect, Image, ProcessInput, Program } from "../../src/cluster/images/program";
import type { Json } from "../../src/cluster/model";
import { noteShell, promptReady, shell, userland } from "../../src/shell/shell";
import { host, type HostOptions } from "./host";

const none = (): undefined => undefined;

/** A program that prints a line a second, as `kubectl get -w` does. */
const ticker: Program<Json> = {
  start: () => ({ state: 0, do: [{ do: "write", fd: 1, data: "tick 0\n" }, { do: "sleep", id: "t", ms: 1000 }] }),
  on(state, input: ProcessInput) {
    if (input.is === "signal") return { state, do: [{ do: "write", fd: 2, data: `got ${input.name}\n` }, { do: "exit", code: 130 }] };
    if (input.is !== "wake") return { state, do: [] };
    const n = Number(state) + 1;
    const effects: Effect[] = [{ do: "write", fd: 1, data: `tick ${n}\n` }, { do: "sleep", id: "t", ms: 1000 }];
    return { state: n, do: effects };
  },
};
/** A program that repeats what it reads. */
const reader: Program<Json> = {
  start: () => ({ state: null, do: [] }),
  on: (state, input) => ({ state, do: input.is === "stdin" ? [{ do: "write", fd: 1, data: `<${input.data.trim()}>\n` }] : input.is === "eof" ? [{ do: "exit", code: 0 }] : [] }),
};
const commands = (name: string): Program<Json> | undefined => (name === "ticker" || name === "kubectl" ? ticker : name === "reader" ? reader : undefined);

const bash = (line: string, options: HostOptions = {}): ReturnType<typeof host> => host(shell({ commands, flavour: "bash" }), { argv: ["bash", "-c", line], ...options });
const note = (options: HostOptions = {}): ReturnType<typeof host> => host(noteShell(commands), { argv: [], eof: false, ...options });

describe("a pipeline", () => {
  it("streams, and ends its writer with 141 once the reader is gone", () => {
    const h = bash('ticker | head -3; echo "${PIPESTATUS[@]}"');
    h.run();
    expect(h.out).toBe("tick 0\ntick 1\ntick 2\n141 0\n");
    expect(h.now).toBe(3000);
  });
  it("gives what a program has written so far", () => {
    const h = bash("ticker | grep --line-buffered 1", { snapshot: true });
    h.run(1500);
    expect(h.out).toBe("tick 1\n");
    expect(h.exit).toBeUndefined();
  });
  it("feeds a program's standard input", () => {
    const h = bash("printf 'a\\n' | reader | cat -n");
    h.run();
    expect(h.out).toBe("     1\t<a>\n");
  });
  it("reads a live process substitution", () => {
    const h = bash("while read a b; do echo got $b; [ $b = 2 ] && break; done < <(ticker)");
    h.run();
    expect(h.out).toBe("got 0\ngot 1\ngot 2\n");
  });
});

describe("virtual time", () => {
  it("passes in sleep, date, SECONDS and time", () => {
    const h = bash("date -u +%T; sleep 90; date -u +%T; echo $SECONDS; time sleep 2");
    h.run();
    expect(h.out).toBe("00:00:00\n00:01:30\n90\n");
    expect(h.err).toBe("\nreal\t0m2.000s\nuser\t0m0.000s\nsys\t0m0.000s\n");
  });
  it("ends a command that takes too long", () => {
    const h = bash("timeout 5 sleep 100; echo $?; timeout 5 sleep 1; echo $?");
    h.run();
    expect(h.out).toBe("124\n0\n");
    expect(h.now).toBe(6000);
  });
  it("runs a watched command every two seconds", () => {
    const h = bash("watch -t echo hi");
    h.run(5000);
    expect(h.out).toBe("hi\nhi\nhi\n");
  });
  it("follows a file", () => {
    const h = bash("tail -f log", { files: { "/work/log": "one\n" } });
    h.run(500);
    h.files.set("/work/log", "one\ntwo\n");
    h.run(2000);
    expect(h.out).toBe("one\ntwo\n");
  });
  it("charges a loop that never waits, and bounds each activation", () => {
    const h = bash("while :; do :; done");
    h.run(60_000);
    expect(h.exit).toBeUndefined();
    expect(h.now).toBeGreaterThanOrEqual(60_000);
    expect(h.activations).toBeLessThan(100);
  });
  it("bounds endless output", () => {
    const h = bash("yes");
    h.run(10_000);
    expect(h.out.length).toBeLessThan(5_000_000);
    expect(h.activations).toBeLessThan(100);
  });
  it("runs jobs in the background side by side", () => {
    const h = bash("sleep 3 & sleep 5 & wait; echo $SECONDS");
    h.run();
    expect(h.out).toBe("5\n");
  });
});

describe("a signal", () => {
  it("ends what runs with 130", () => {
    const h = bash("sleep 100; echo never");
    h.send({ is: "signal", name: "INT" });
    h.run();
    expect([h.out, h.exit]).toEqual(["", 130]);
  });
  it("runs the trap once the foreground command is done", () => {
    const h = bash('trap "echo bye; exit 3" TERM; sleep 10; echo never');
    h.send({ is: "signal", name: "TERM" });
    expect(h.out).toBe("");
    h.run();
    expect([h.out, h.exit, h.now]).toEqual(["bye\n", 3, 10_000]);
  });
  it("interrupts wait at once", () => {
    const h = bash('trap "echo bye; exit 3" TERM; sleep 1000 & wait');
    h.send({ is: "signal", name: "TERM" });
    expect([h.out, h.exit]).toEqual(["bye\n", 3]);
  });
  it("is ignored by pid 1 without a trap, as the kernel does", () => {
    const h = bash("while true; do sleep 1; done", { pid: 1 });
    h.send({ is: "signal", name: "TERM" });
    h.run(5000);
    expect(h.exit).toBeUndefined();
  });
  it("reaches the program that the shell has become", () => {
    const h = bash("exec ticker", { pid: 1 });
    h.send({ is: "signal", name: "TERM" });
    expect([h.err, h.exit]).toEqual(["got TERM\n", 130]);
  });
});

describe("the shell of a note", () => {
  it("keeps variables, directory, functions and the status between lines", () => {
    const h = note();
    h.type("x=5; f() { echo f$x; }\n");
    h.type("cd /tmp\n");
    h.type("f; pwd; false\n");
    expect(h.out).toBe("f5\n/tmp\n");
    expect(promptReady(h.state)).toEqual({ ready: true, lastExit: 1, continuation: false });
    h.type("echo $?\n");
    expect(h.out).toBe("f5\n/tmp\n1\n");
  });
  it("says when a command is done", () => {
    const h = note();
    h.type("sleep 5\n");
    expect(promptReady(h.state).ready).toBe(false);
    h.run(5000);
    expect(promptReady(h.state).ready).toBe(true);
  });
  it("waits for the rest of a command", () => {
    const h = note();
    h.type("for i in 1 2; do\n");
    expect(promptReady(h.state)).toMatchObject({ ready: true, continuation: true });
    h.type("echo $i\ndone\n");
    expect(h.out).toBe("1\n2\n");
    h.type("cat <<EOF\nhi\nEOF\n");
    expect(h.out).toBe("1\n2\nhi\n");
  });
  it("expands the alias k", () => {
    const h = note();
    h.type("k get pods -w | head -1\n");
    h.run(2000);
    expect(h.out).toBe("tick 0\n");
  });
  it("goes on after Ctrl-C with 130", () => {
    const h = note();
    h.type("sleep 100; echo never\n");
    h.send({ is: "signal", name: "INT" });
    expect(promptReady(h.state)).toMatchObject({ ready: true, lastExit: 130 });
    h.type("kubectl get pods -w\n");
    h.send({ is: "signal", name: "INT" });
    expect(h.err).toBe("got INT\n");
    expect(promptReady(h.state)).toMatchObject({ ready: true, lastExit: 130 });
    h.type("for i in 1 2 3; do sleep 10; echo $i; done\n");
    h.send({ is: "signal", name: "INT" });
    h.run(100_000);
    expect(h.out).toBe("tick 0\n");
    h.type("echo ${PIPESTATUS[0]} ok\n");
    expect(h.out).toContain("ok\n");
  });
  it("goes on after every kind of error", () => {
    const h = note();
    h.type("foo\necho )\necho $((1/0))\necho ${x:?no}\necho alive\n");
    expect(h.err).toBe("bash: foo: command not found\nbash: syntax error near unexpected token `)'\nbash: 1/0: division by 0 (error token is \"0\")\nbash: x: no\n");
    expect(h.out).toBe("alive\n");
  });
  it("leaves lines typed ahead to the shell, unless the command reads them", () => {
    const h = note();
    h.type("sleep 1\necho after\n");
    h.run(2000);
    expect(h.out).toBe("after\n");
    h.type("reader\nabc\n");
    expect(h.out).toBe("after\n<abc>\n");
  });
  it("survives being written down and read again at any step", () => {
    const h = note({ snapshot: true });
    h.type("a=(1 2); f() { for i in \"${a[@]}\"; do sleep 1; echo $i; done; }\n");
    h.type("f | while read x; do echo \"<$x>\"; done\n");
    h.run(5000);
    expect(h.out).toBe("<1>\n<2>\n");
  });
});

const image = (kind: Image["userland"], tools: readonly string[] = []): Image => ({ name: /^x$/, size: 1, user: 0, entrypoint: [], cmd: [], env: {}, ports: [], files: {}, userland: kind, tools, program: none });

describe("a container's commands", () => {
  it("are none where the image has no userland", () => {
    expect(userland(["sh"], image("none"))).toBeUndefined();
    expect(userland(["bash"], image("busybox"))).toBeUndefined();
    expect(userland(["nosuch"], image("debian"))).toBeUndefined();
    expect(userland(["curl"], image("debian"))).toBeUndefined();
    expect(userland(["curl"], image("debian", ["curl"]))).toBeDefined();
  });
  it("word a missing command as each shell does", () => {
    const run = (argv: readonly string[], kind: Image["userland"]): string => {
      const h = host(userland(argv, image(kind))!, { argv });
      h.run();
      return `${h.err}${h.exit}`;
    };
    expect(run(["sh", "-c", "foo"], "debian")).toBe("sh: 1: foo: not found\n127");
    expect(run(["sh", "-c", "foo"], "busybox")).toBe("sh: foo: not found\n127");
    expect(run(["/bin/bash", "-c", "foo"], "debian")).toBe("/bin/bash: line 1: foo: command not found\n127");
  });
  it("prompt at a terminal", () => {
    const h = host(userland(["bash"], image("debian"))!, { argv: ["bash"], tty: true, cwd: "/" });
    expect(h.out).toBe("root@web-0:/# ");
    h.type("cd /tmp\n");
    expect(h.out).toBe("root@web-0:/# root@web-0:/tmp# ");
    h.type("exit 3\n");
    expect(h.exit).toBe(3);
    const b = host(userland(["sh"], image("busybox"))!, { argv: ["sh"], tty: true, cwd: "/" });
    expect(b.out).toBe("/ # ");
    b.type("for i in 1; do\n");
    b.type("echo $i; done\n");
    expect(b.out).toBe("/ # > 1\n/ # ");
    const d = host(userland(["sh"], image("debian"))!, { argv: ["sh"], tty: true, cwd: "/" });
    expect(d.out).toBe("# ");
    d.send({ is: "eof" });
    expect(d.exit).toBe(0);
  });
  it("read a script from standard input", () => {
    const h = host(userland(["sh"], image("busybox"))!, { argv: ["sh"], stdin: "x=1\nif [ $x = 1 ]; then\n  echo yes\nfi\nread y\nhello\necho $y\n" });
    h.run();
    expect(h.out).toBe("yes\nhello\n");
  });
  it("run alone", () => {
    const h = host(userland(["/bin/ls", "/data"], image("alpine"))!, { argv: ["/bin/ls", "/data"], files: { "/data/b": "", "/data/a": "" } });
    h.run();
    expect([h.out, h.exit]).toEqual(["a\nb\n", 0]);
  });
});

describe("network tools", () => {
  const ok = (body: string, status = 200): NonNullable<HostOptions["net"]> => (request) =>
    request.to === "gone" ? undefined : request.to === "closed" ? { after: 3, result: { ok: false, why: "refused", trace: "t", address: "10.0.0.9" } } : request.to === "slow" ? { after: request.timeout, result: { ok: false, why: "timeout", trace: "t" } } : { after: 2, result: { ok: true, address: "10.0.0.1", trace: "t", response: { status, headers: { Server: "nginx" }, body: request.protocol === "dns" ? "10.96.0.10 web.default.svc.cluster.local" : body } } };
  const run = (line: string, net = ok("hello")): { out: string; err: string; exit: number | undefined } => {
    const h = bash(line, { net });
    h.run();
    return { out: h.out, err: h.err, exit: h.exit };
  };
  it("fetch", () => {
    expect(run("curl -s web")).toEqual({ out: "hello", err: "", exit: 0 });
    expect(run("curl -s -o /dev/null -w '%{http_code}\\n' http://web:8080/x").out).toBe("200\n");
    expect(run("curl -sI web").out).toBe("HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n");
    expect(run("curl -s web | cat; wget -qO- web").out).toBe("hellohello");
  });
  it("fail in curl's words", () => {
    expect(run("curl -sS gone")).toEqual({ out: "", err: "curl: (6) Could not resolve host: gone\n", exit: 6 });
    expect(run("curl closed:81").err).toBe("curl: (7) Failed to connect to closed port 81 after 3 ms: Could not connect to server\n");
    expect(run("curl -m 2 slow")).toMatchObject({ err: "curl: (28) Connection timed out after 2000 milliseconds\n", exit: 28 });
    expect(run("curl -sf web", ok("x", 503)).exit).toBe(22);
    expect(run("curl -s gone || echo failed").out).toBe("failed\n");
  });
  it("resolve", () => {
    expect(run("nslookup web").out).toBe("Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.96.0.10\n\n");
    expect(run("dig +short web").out).toBe("10.96.0.10\n");
  });
});
