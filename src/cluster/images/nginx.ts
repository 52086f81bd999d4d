import type { Image, ProcessContext, Program } from "./program";
import type { NetRequest } from "../network/trace";
import { remembered } from "../remembered";
import { accessLine, header, httpDate, pathOf, respond, server, typeOf, type Answer } from "./server";

const welcome = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

const defaultConfig = `server {
    listen       80;
    listen  [::]:80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

const mainConfig = `
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;
    access_log  /var/log/nginx/access.log  main;
    sendfile        on;
    keepalive_timeout  65;
    include /etc/nginx/conf.d/*.conf;
}
`;

/** One directive of an nginx configuration: its words and, for a block, what is inside. */
export interface Directive {
  readonly words: readonly string[];
  readonly block?: readonly Directive[];
}

/** Reads an nginx configuration, or tells what is wrong in nginx's words. */
export function parseConfig(text: string, path: string): readonly Directive[] | { readonly error: string } {
  const tokens: { text: string; line: number }[] = [];
  let line = 1;
  for (const match of text.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|#[^\n]*|\n|[{};]|(?:\$\{[^}]*\}|[^\s{};"'#])+/g)) {
    if (match[0] === "\n") line++;
    else if (!match[0].startsWith("#")) tokens.push({ text: match[1] ?? match[2] ?? match[0], line });
  }
  let at = 0;
  const block = (inner: boolean): readonly Directive[] | { readonly error: string } => {
    const list: Directive[] = [];
    let words: string[] = [];
    for (;;) {
      const token = tokens[at++];
      if (!token) {
        if (words.length > 0) return { error: `unexpected end of file, expecting ";" or "}" in ${path}:${line}` };
        return inner ? { error: `unexpected end of file, expecting "}" in ${path}:${line}` } : list;
      }
      if (token.text === ";") {
        if (words.length === 0) return { error: `unexpected ";" in ${path}:${token.line}` };
        list.push({ words });
        words = [];
      } else if (token.text === "{") {
        const body = block(true);
        if ("error" in body) return body;
        list.push({ words, block: body });
        words = [];
      } else if (token.text === "}") {
        if (words.length > 0 || !inner) return { error: `unexpected "}" in ${path}:${token.line}` };
        return list;
      } else words.push(token.text);
    }
  };
  return block(false);
}

/** Configurations that were read lately, by path and text: a server asks for its own at every request. */
const configs = remembered((path) => remembered((text) => parseConfig(text, path), 200), 200);

function one(list: readonly Directive[], name: string): Directive | undefined {
  return list.find((directive) => directive.words[0] === name);
}

/** The server blocks of a container's configuration: those of nginx.conf and of the files it includes. */
function serversOf(context: ProcessContext): readonly (readonly Directive[])[] | { readonly error: string } {
  const servers: (readonly Directive[])[] = [];
  const read = (path: string): string | undefined => {
    const parsed = configs(path)(context.files.read(path) ?? "");
    if ("error" in parsed) return parsed.error;
    const walk = (list: readonly Directive[]): string | undefined => {
      for (const directive of list) {
        const [name, argument = ""] = directive.words;
        if (name === "http" && directive.block) {
          const failed = walk(directive.block);
          if (failed !== undefined) return failed;
        } else if (name === "server" && directive.block) servers.push(directive.block);
        else if (name === "include" && argument.includes("*")) {
          const directory = argument.slice(0, argument.lastIndexOf("/"));
          const ending = argument.slice(argument.lastIndexOf("*") + 1);
          for (const file of context.files.list(directory) ?? []) {
            if (!file.endsWith(ending)) continue;
            const failed = read(`${directory}/${file}`);
            if (failed !== undefined) return failed;
          }
        }
      }
      return undefined;
    };
    return walk(parsed);
  };
  const failed = read("/etc/nginx/nginx.conf");
  return failed === undefined ? servers : { error: failed };
}

const portsOf = new WeakMap<readonly Directive[], readonly number[]>();

function listens(block: readonly Directive[]): readonly number[] {
  const known = portsOf.get(block);
  if (known) return known;
  const ports = block.filter((directive) => directive.words[0] === "listen").map((directive) => Number(/(\d+)$/.exec(directive.words[1] ?? "")?.[1] ?? 80));
  const all = ports.length > 0 ? ports : [80];
  portsOf.set(block, all);
  return all;
}

function version(reference: string): string {
  const found = /:(\d+\.\d+(?:\.\d+)?)/.exec(reference)?.[1] ?? "1.29.3";
  return found.split(".").length === 2 ? `${found}.${{ "1.25": 5, "1.26": 3, "1.27": 5, "1.28": 0, "1.20": 2, "1.21": 6, "1.14": 2, "1.16": 1 }[found] ?? 0}` : found;
}

function errorPage(status: number, words: string, server: string): string {
  return `<html>\r\n<head><title>${status} ${words}</title></head>\r\n<body>\r\n<center><h1>${status} ${words}</h1></center>\r\n<hr><center>nginx/${server}</center>\r\n</body>\r\n</html>\r\n`;
}

function fill(text: string, request: NetRequest, context: ProcessContext): string {
  const values: Readonly<Record<string, string>> = {
    hostname: context.hostname, host: header(request, "Host") ?? request.to, uri: pathOf(request), request_uri: request.path ?? "/", server_addr: context.address,
    request_method: request.method ?? "GET", remote_addr: header(request, "X-Simulated-From") ?? "10.244.0.1", time_iso8601: new Date(context.epoch + context.now).toISOString(),
  };
  return text.replace(/\$\{?([a-z0-9_]+)\}?/g, (whole, name: string) => values[name] ?? whole).replace(/\\n/g, "\n");
}

/** Which location answers a path: exact, then regular expressions in order unless the longest prefix forbids, then the longest prefix. */
function locate(block: readonly Directive[], path: string): Directive | undefined {
  let longest: Directive | undefined;
  let length = -1;
  for (const directive of block) {
    if (directive.words[0] !== "location") continue;
    const [, first = "", second] = directive.words;
    if (first === "=") {
      if (second === path) return directive;
      continue;
    }
    const prefix = second === undefined ? first : first === "^~" ? second : undefined;
    if (prefix !== undefined && path.startsWith(prefix) && prefix.length > length) {
      longest = directive;
      length = prefix.length;
    }
  }
  return longest;
}

function statics(request: NetRequest, context: ProcessContext, scope: readonly (readonly Directive[])[], location: string, server: string): Answer["response"] & { readonly note?: string } {
  const setting = (name: string): Directive | undefined => scope.map((list) => one(list, name)).find((found) => found !== undefined);
  const alias = scope[0] && one(scope[0], "alias")?.words[1];
  const root = setting("root")?.words[1] ?? "/etc/nginx/html";
  const path = pathOf(request);
  const file = alias === undefined ? `${root}${path}` : `${alias}${path.slice(location.length)}`;
  const date = httpDate(context);
  const send = (status: number, body: string, type: string): Answer["response"] => respond(status, body, type, { Server: `nginx/${server}`, Date: date, Connection: "keep-alive" });
  if (path.endsWith("/")) {
    for (const index of setting("index")?.words.slice(1) ?? ["index.html"]) {
      const body = context.files.read(`${file}${index}`);
      if (body !== undefined) return send(200, body, typeOf(index));
    }
    if (context.files.list(file) !== undefined) {
      if (setting("autoindex")?.words[1] === "on") return send(200, `<html>\r\n<head><title>Index of ${path}</title></head>\r\n<body>\r\n<h1>Index of ${path}</h1><hr><pre><a href="../">../</a>\r\n${(context.files.list(file) ?? []).map((name) => `<a href="${name}">${name}</a>\r\n`).join("")}</pre><hr></body>\r\n</html>\r\n`, "text/html");
      return { ...send(403, errorPage(403, "Forbidden", server), "text/html"), note: `directory index of "${file}" is forbidden` };
    }
  } else {
    const body = context.files.read(file);
    if (body !== undefined) return send(200, body, typeOf(file));
    if (context.files.list(file) !== undefined) return { ...send(301, errorPage(301, "Moved Permanently", server), "text/html"), headers: { ...send(301, "", "text/html").headers, Location: `${path}/` } };
  }
  const tries = scope[0] && one(scope[0], "try_files")?.words.slice(1);
  const fallback = tries?.[tries.length - 1];
  if (fallback !== undefined && fallback.startsWith("/") && context.files.read(`${root}${fallback}`) !== undefined) return send(200, context.files.read(`${root}${fallback}`) ?? "", typeOf(fallback));
  return { ...send(404, errorPage(404, "Not Found", server), "text/html"), note: `open() "${file}" failed (2: No such file or directory)` };
}

function stamp(context: ProcessContext): string {
  return new Date(context.epoch + context.now).toISOString().slice(0, 19).replace(/-/g, "/").replace("T", " ");
}

/** nginx with the configuration that it finds: `return`, files, and proxying to one address through the network. */
function nginxProgram(reference: string): Program {
  const name = version(reference);
  const plain = (context: ProcessContext, request: NetRequest): Answer => {
    const servers = serversOf(context);
    const blocks = "error" in servers ? [] : servers;
    const host = (header(request, "Host") ?? request.to).split(":")[0] ?? "";
    const fitting = blocks.filter((block) => listens(block).includes(request.port));
    const block = fitting.find((each) => one(each, "server_name")?.words.includes(host)) ?? fitting[0] ?? blocks[0] ?? [];
    const location = locate(block, pathOf(request));
    const scope = location?.block ? [location.block, block] : [block];
    const back = scope.map((list) => one(list, "return")).find((found) => found !== undefined);
    let response: Answer["response"] & { readonly note?: string };
    if (back) {
      const status = Number(back.words[1]) || 302;
      const text = fill(back.words[2] ?? (Number(back.words[1]) ? "" : back.words[1] ?? ""), request, context);
      const type = scope.map((list) => one(list, "default_type")).find((found) => found !== undefined)?.words[1] ?? "application/octet-stream";
      response = status >= 300 && status < 400 && text !== ""
        ? respond(status, errorPage(status, "Moved", name), "text/html", { Server: `nginx/${name}`, Date: httpDate(context), Location: text })
        : respond(status, text, type, { Server: `nginx/${name}`, Date: httpDate(context), Connection: "keep-alive" });
    } else response = statics(request, context, scope, location?.words[location.words.length - 1] ?? "/", name);
    const { note, ...sent } = response;
    const { method = "GET" } = request;
    const body = method === "HEAD" ? "" : sent.body;
    const error = note === undefined ? undefined
      : `${stamp(context)} [error] 29#29: *1 ${note}, client: ${header(request, "X-Simulated-From") ?? "10.244.0.1"}, server: ${one(block, "server_name")?.words[1] ?? "localhost"}, request: "${method} ${request.path ?? "/"} HTTP/1.1", host: "${header(request, "Host") ?? request.to}"`;
    return { response: { ...sent, body }, log: accessLine(request, context, sent.status, Number(sent.headers["Content-Length"] ?? body.length)), ...(error === undefined ? {} : { error }) };
  };
  const upstream = (context: ProcessContext, request: NetRequest): { to: string; port: number; path: string } | undefined => {
    const servers = serversOf(context);
    if ("error" in servers) return undefined;
    const block = servers.find((each) => listens(each).includes(request.port)) ?? [];
    const location = locate(block, pathOf(request));
    const pass = location?.block && one(location.block, "proxy_pass")?.words[1];
    const match = pass === undefined ? null : /^https?:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(pass);
    if (!match || !location) return undefined;
    const rest = match[3] === undefined ? request.path ?? "/" : match[3] + (request.path ?? "/").slice((location.words[location.words.length - 1] ?? "").length);
    return { to: match[1], port: Number(match[2] ?? 80), path: rest };
  };
  const base = server({
    ports: (context) => {
      const servers = serversOf(context);
      return "error" in servers ? [] : [...new Set(servers.flatMap(listens))].sort((a, b) => a - b);
    },
    boot: (context) => [
      ..."/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration\n/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/\n/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh\n10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf\n10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf\n/docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh\n/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh\n/docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh\n/docker-entrypoint.sh: Configuration complete; ready for start up".split("\n").map((text) => ({ fd: 1 as const, text })),
      ...["using the \"epoll\" event method", `nginx/${name}`, "built by gcc 12.2.0 (Debian 12.2.0-14)", "OS: Linux 6.1.0-35-amd64", "getrlimit(RLIMIT_NOFILE): 1048576:1048576", "start worker processes", "start worker process 29"]
        .map((text) => ({ fd: 2 as const, text: `${stamp(context)} [notice] 1#1: ${text}` })),
    ],
    answer: (request, context) => plain(context, request),
    farewell: (context, signal) => `${stamp(context)} [notice] 1#1: signal ${signal === "QUIT" ? "3 (SIGQUIT) received, shutting down" : "15 (SIGTERM) received, exiting"}\n${stamp(context)} [notice] 1#1: exit\n`,
  });
  return {
    start(context) {
      const servers = serversOf(context);
      if ("error" in servers) return { state: context.now, do: [{ do: "write", fd: 2, data: `nginx: [emerg] ${servers.error}\n` }, { do: "exit", code: 1 }] };
      return base.start(context);
    },
    on(state, input, context) {
      if (input.is === "request") {
        const to = upstream(context, input.request);
        if (to) {
          return { state, do: [{ do: "request", id: `up ${input.id}`, request: { ...input.request, ...to, protocol: "http", headers: { ...input.request.headers, Host: to.to, Connection: "close" }, timeout: 60_000 } }] };
        }
      }
      if (input.is === "reply" && input.id.startsWith("up ")) {
        const { result } = input;
        const response = result.ok ? result.response : respond(result.why === "timeout" ? 504 : 502, errorPage(result.why === "timeout" ? 504 : 502, result.why === "timeout" ? "Gateway Time-out" : "Bad Gateway", name), "text/html", { Server: `nginx/${name}` });
        return { state, do: [{ do: "respond", id: input.id.slice(3), response, after: 1 }] };
      }
      return base.on(state, input, context);
    },
  };
}

const sizes: Readonly<Record<string, number>> = { "1.14.2": 22632150, "1.16.1": 34381188, "1.25": 39907185, latest: 7345804 };

/** nginx of the given reference: one object for all of a tag. */
export function nginx(reference: string): Image {
  const tag = /:([^/@]+)/.exec(reference.slice(reference.lastIndexOf("/") + 1))?.[1] ?? "latest";
  return {
    name: /(^|\/)nginx(-slim)?(:|@|$)/, size: /nginx-slim/.test(reference) ? 88543837 : sizes[tag] ?? 72_099_501, user: 0,
    entrypoint: ["/docker-entrypoint.sh"], cmd: ["nginx", "-g", "daemon off;"], env: { NGINX_VERSION: version(reference), PKG_RELEASE: "1~bookworm", DYNPKG_RELEASE: "1~bookworm" }, ports: [80],
    files: {
      "/usr/share/nginx/html/index.html": welcome, "/usr/share/nginx/html/50x.html": "<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n</head>\n<body>\n<h1>An error occurred.</h1>\n</body>\n</html>\n",
      "/etc/nginx/conf.d/default.conf": defaultConfig, "/etc/nginx/nginx.conf": mainConfig, "/etc/nginx/mime.types": "types {\n    text/html html htm shtml;\n    text/css css;\n}\n",
      "/docker-entrypoint.sh": "#!/bin/sh\nexec \"$@\"\n", "/etc/os-release": "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n",
    },
    userland: tag.includes("alpine") ? "alpine" : "debian", tools: ["curl", "bash", "nginx"],
    program: (argv) => {
      const [first = "", ...rest] = argv;
      const words = first === "/docker-entrypoint.sh" ? rest : argv;
      const command = (words[0] ?? "").replace(/^.*\//, "");
      if (command !== "nginx") return undefined;
      if (words.includes("-v") || words.includes("-V")) return { start: () => ({ state: null, do: [{ do: "write", fd: 2, data: `nginx version: nginx/${version(reference)}\n` }, { do: "exit", code: 0 }] }), on: (state) => ({ state, do: [] }) };
      if (words.includes("-t")) {
        return {
          start: (context) => {
            const servers = serversOf(context);
            const bad = "error" in servers;
            return { state: null, do: [{ do: "write", fd: 2, data: bad ? `nginx: [emerg] ${servers.error}\nnginx: configuration file /etc/nginx/nginx.conf test failed\n` : "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n" }, { do: "exit", code: bad ? 1 : 0 }] };
          },
          on: (state) => ({ state, do: [] }),
        };
      }
      const signal = words[words.indexOf("-s") + 1];
      if (words.includes("-s")) return { start: () => ({ state: null, do: [...(signal === "stop" || signal === "quit" ? [{ do: "kill", pid: 1, signal: "TERM" } as const] : []), { do: "exit", code: 0 }] }), on: (state) => ({ state, do: [] }) };
      return nginxProgram(reference);
    },
  };
}
