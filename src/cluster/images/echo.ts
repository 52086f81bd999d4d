import type { Image, ProcessContext } from "./program";
import type { NetRequest } from "../network/trace";
import { header, httpDate, logDate, pathOf, queryOf, respond, server } from "./server";

/** The value of "-name=x", "--name=x" or "-name x" among arguments. */
function option(argv: readonly string[], name: string): string | undefined {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i];
    const from = word.startsWith("--") ? 2 : word.startsWith("-") ? 1 : undefined;
    if (from === undefined || !word.startsWith(name, from)) continue;
    const rest = word.slice(from + name.length);
    if (rest === "") return argv[i + 1];
    if (rest.startsWith("=")) return rest.slice(1);
  }
  return undefined;
}

const httpEchoProgram = server({
  steady: true,
  ports: ({ argv }) => [Number(/(\d+)$/.exec(option(argv, "listen") ?? ":5678")?.[1] ?? 5678)],
  boot: (context) => [{ fd: 2, text: `${new Date(context.epoch + context.now).toISOString().slice(0, 19).replace(/-/g, "/").replace("T", " ")} [INFO] server is listening on ${option(context.argv, "listen") ?? ":5678"}` }],
  answer(request, context) {
    const text = option(context.argv, "text") ?? context.env["ECHO_TEXT"] ?? "hello-world";
    const response = respond(200, `${text}\n`, "text/plain; charset=utf-8", { "X-App-Name": "http-echo", "X-App-Version": "1.0.0", Date: httpDate(context) });
    return { response, log: `${logDate(context)} ${header(request, "Host") ?? request.to} ${header(request, "X-Simulated-From") ?? "10.244.0.1"}:40000 "${request.method ?? "GET"} ${request.path ?? "/"} HTTP/1.1" 200 ${response.body.length} "${header(request, "User-Agent") ?? ""}" 12µs` };
  },
});

/** hashicorp/http-echo: says what it was told to say. */
export const httpEcho: Image = {
  name: /(^|\/)http-echo(:|@|$)/, size: 3_100_000, user: 65532, entrypoint: ["/http-echo"], cmd: [], env: {}, ports: [5678], files: { "/http-echo": "" }, userland: "none",
  program: ([command]) => (command === "/http-echo" ? httpEchoProgram : undefined),
};

function echoed(request: NetRequest, context: ProcessContext): string {
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => `\t${name.toLowerCase()}=${value}  `).sort().join("\n");
  const { env } = context;
  return `\n\nHostname: ${context.hostname}\n\nPod Information:\n\tnode name:\t${env["NODE_NAME"] ?? ""}\n\tpod name:\t${env["POD_NAME"] ?? ""}\n\tpod namespace:\t${env["POD_NAMESPACE"] ?? ""}\n\tpod IP:\t${env["POD_IP"] ?? ""}\n\nServer values:\n\tserver_version=nginx: 1.14.2 - lua: 10015\n\nRequest Information:\n\tclient_address=${header(request, "X-Simulated-From") ?? "10.244.0.1"}\n\tmethod=${request.method ?? "GET"}\n\treal path=${request.path ?? "/"}\n\tquery=${queryOf(request).toString()}\n\trequest_version=1.1\n\trequest_scheme=http\n\trequest_uri=http://${header(request, "Host") ?? request.to}:${request.port}${request.path ?? "/"}\n\nRequest Headers:\n${headers}\n\nRequest Body:\n${request.body ?? "\t-no body in request-"}\n\n`;
}

/** Servers that answer with the request itself: kicbase/echo-server, echoserver, whoami. */
export function echoServer(reference: string): Image {
  const who = /whoami/.test(reference);
  const port = who ? 80 : 8080;
  const program = server({
    steady: true,
    ports: ({ env }) => [Number(env["PORT"] ?? port)],
    boot: ({ env }) => [{ fd: 2, text: who ? `Starting up on port ${port}` : `Echo server listening on port ${env["PORT"] ?? port}.` }],
    answer(request, context) {
      const plain = /kicbase|jmalloc|ealen/.test(reference);
      const lines = Object.entries(request.headers ?? {}).map(([name, value]) => `${name}: ${value}`).sort().join("\n");
      const body = who ? `Hostname: ${context.hostname}\nIP: 127.0.0.1\nIP: ${context.address}\nRemoteAddr: ${header(request, "X-Simulated-From") ?? "10.244.0.1"}:40000\n${request.method ?? "GET"} ${request.path ?? "/"} HTTP/1.1\nHost: ${header(request, "Host") ?? request.to}\n${lines}\n\n`
        : plain ? `Request served by ${context.hostname}\n\nHTTP/1.1 ${request.method ?? "GET"} ${request.path ?? "/"}\n\nHost: ${header(request, "Host") ?? request.to}\n${lines}\n${request.body ?? ""}` : echoed(request, context);
      return { response: respond(200, body, "text/plain", { Date: httpDate(context) }) };
    },
  });
  return {
    name: /(^|\/)(echo-?server|echo|whoami)(:|@|$)/, size: 4_950_000, user: 0, entrypoint: [who ? "/whoami" : "/bin/echo-server"], cmd: [], env: {}, ports: [port], files: {}, userland: "none",
    program: ([command = ""]) => (/(whoami|echo-server)$/.test(command) ? program : undefined),
  };
}

const netexec = server({
  ports: ({ argv }) => [Number(option(argv, "http-port") ?? 8080)],
  boot: ({ argv }) => [{ fd: 2, text: `Started HTTP server on port ${option(argv, "http-port") ?? "8080"}` }],
  answer(request, context) {
    const path = pathOf(request);
    const query = queryOf(request);
    const date = { Date: httpDate(context) };
    const text = path === "/hostname" || path === "/hostName" ? context.hostname
      : path === "/echo" ? query.get("msg") ?? ""
        : path === "/clientip" ? `${header(request, "X-Simulated-From") ?? "10.244.0.1"}:40000`
          : path === "/healthz" ? "" : path === "/" ? `NOW: ${new Date(context.epoch + context.now).toISOString().replace("T", " ").replace("Z", " +0000 UTC")}` : "";
    const status = path === "/exit" ? 200 : Number(query.get("code") ?? 200);
    return { response: respond(status, text, "text/plain; charset=utf-8", date), log: `GET ${path}` };
  },
});
const serveHostname = server({ steady: true, ports: ({ argv }) => [Number(option(argv, "port") ?? 9376)], boot: () => [{ fd: 2, text: "Serving on port 9376." }], answer: (_request, context) => ({ response: respond(200, context.hostname) }) });

/** The Kubernetes project's test image: netexec, serve-hostname, pause. */
export const agnhost: Image = {
  name: /(^|\/)(agnhost|e2e-test-images\/[a-z-]+|serve_hostname|serve-hostname|hello-app|kubernetes-bootcamp|hello-node|google-samples\/[a-z-]+)(:|@|$)/, size: 52_800_000, user: 0, entrypoint: ["/agnhost"], cmd: ["pause"], env: {}, ports: [8080],
  files: { "/agnhost": "" }, userland: "busybox", tools: ["curl", "dig"],
  program: (argv) => {
    if (argv[0] !== "/agnhost") return undefined;
    switch (argv[1]) {
      case "netexec": return netexec;
      case "serve-hostname": return serveHostname;
      case "pause": case undefined: return { start: () => ({ state: null, do: [{ do: "write", fd: 1, data: "Paused\n" }] }), on: (state, input) => ({ state, do: input.is === "signal" && input.name === "TERM" ? [{ do: "exit", code: 0 }] : [] }) };
      default: return undefined;
    }
  },
};

/** Small greeting servers of tutorials: hello-app, kubernetes-bootcamp. */
export function greeting(reference: string): Image {
  const tag = /:([^/@:]+)$/.exec(reference)?.[1] ?? "1.0";
  const bootcamp = /bootcamp/.test(reference);
  const program = server({
    steady: true,
    ports: ({ env }) => [Number(env["PORT"] ?? 8080)],
    boot: (context) => (bootcamp ? [{ fd: 1, text: `Kubernetes Bootcamp App Started At: ${new Date(context.epoch + context.now).toISOString()} | Running On:  ${context.hostname} \n` }]
      : [{ fd: 2, text: `${new Date(context.epoch + context.now).toISOString().slice(0, 19).replace(/-/g, "/").replace("T", " ")} Server listening on port 8080` }]),
    answer: (_request, context) => ({ response: respond(200, bootcamp ? `Hello Kubernetes bootcamp! | Running on: ${context.hostname} | v=${tag.replace(/^v/, "")}\n` : `Hello, world!\nVersion: ${tag.split(".").length === 2 ? `${tag}.0` : tag}\nHostname: ${context.hostname}\n`) }),
  });
  return {
    name: /(^|\/)(hello-app|kubernetes-bootcamp|hello-node)(:|@|$)/, size: 11_500_000, user: 0, entrypoint: [bootcamp ? "/server.js" : "./hello-app"], cmd: [], env: {}, ports: [8080], files: {}, userland: bootcamp ? "debian" : "none", tools: bootcamp ? ["bash", "curl"] : [],
    program: ([command = ""]) => (/(server\.js|hello-app)$/.test(command) ? program : undefined),
  };
}
