import { reasonPhrases } from "../../cluster/network/reason-phrases";
import type { Dict, Ms } from "../../cluster/model";
import type { NetRequest, NetResponse, NetResult } from "../../cluster/network/trace";
import { toBase64, utf8 } from "./hash";
import { readOptions } from "./options";
import { bytesOf, instant, type Io, tool, type Tools } from "./tool";

interface Url {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly user: string;
}

/** A URL as curl and wget read it: the scheme may be missing. */
export function readUrl(text: string): Url | undefined {
  const found = /^(?:([a-zA-Z][\w+.-]*):\/\/)?(?:([^@/]*)@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?([/?][^#]*)?(?:#.*)?$/.exec(text);
  if (!found || found[3] === "") return undefined;
  const scheme = (found[1] ?? "http").toLowerCase();
  if (scheme !== "http" && scheme !== "https") return undefined;
  const path = found[5] ?? "/";
  return { scheme, host: found[3].replace(/^\[|\]$/g, ""), port: found[4] ? Number(found[4]) : scheme === "https" ? 443 : 80, path: path.startsWith("?") ? `/${path}` : path, user: found[2] ?? "" };
}


const header = (response: NetResponse, name: string): string | undefined => Object.entries(response.headers).find(([k]) => k.toLowerCase() === name)?.[1];

function headText(response: NetResponse): string {
  return `HTTP/1.1 ${response.status} ${reasonPhrases[response.status] ?? ""}\r\n${Object.entries(response.headers).map(([k, v]) => `${k}: ${v}\r\n`).join("")}\r\n`;
}

interface CurlState {
  urls: string[];
  flags: Record<string, string>;
  headers: Dict;
  method: string;
  data: string | null;
  outputs: string[];
  at: number;
  url: string;
  redirects: number;
  tries: number;
  began: Ms;
  started: Ms;
  status: number;
}

const curlOptions = {
  short: "sSfiIvo:w:H:X:d:kLm:Ou:A:e:b:c:F:T:GgNn46jJqRxZ#r:",
  long: { silent: "s", "show-error": "S", fail: "f", include: "i", head: "I", verbose: "v", "output=": "o", "write-out=": "w", "header=": "H", "request=": "X", "data=": "d", "data-raw=": "d", "data-binary=": "d", "data-ascii=": "d", "data-urlencode=": "U", "json=": "J", insecure: "k", location: "L", "max-time=": "m", "connect-timeout=": "t", "retry=": "y", "retry-delay=": "D", "retry-connrefused": "C", "retry-all-errors": "C", "remote-name": "O", "user=": "u", "user-agent=": "A", "referer=": "e", "cookie=": "b", "cacert=": "l", "cert=": "l", "key=": "l", "resolve=": "l", "noproxy=": "l", "no-progress-meter": "s", compressed: "z", "http1.1": "z", http2: "z", "no-buffer": "N", "url=": "W", get: "G", "fail-with-body": "f", "max-redirs=": "M", "interface=": "l", ipv4: "4", ipv6: "6", version: "V", path: "z", "path-as-is": "z" },
  code: 2,
};

const curl = tool<CurlState>({
  start(io) {
    const options = readOptions({ ...io, err: (text: string) => io.err(curlOptionError(text)) }, curlOptions);
    if (typeof options === "number") return options;
    const { flags, all, rest } = options;
    if ("V" in flags) {
      io.out("curl 8.10.1 (x86_64-pc-linux-musl) libcurl/8.10.1\n");
      return 0;
    }
    const urls = [...(all["W"] ?? []), ...rest];
    if (urls.length === 0) {
      io.err("curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n");
      return 2;
    }
    const headers: Record<string, string> = { "User-Agent": flags["A"] ?? "curl/8.10.1", Accept: "*/*" };
    let data: string | null = null;
    for (const part of all["d"] ?? []) {
      const text = part.startsWith("@") ? (io.files.read(part.slice(1)) ?? "").replace(/[\r\n]/g, "") : part;
      data = data === null ? text : `${data}&${text}`;
    }
    for (const part of all["U"] ?? []) {
      const at = part.indexOf("=");
      const text = at >= 0 ? `${part.slice(0, at + 1)}${encode(part.slice(at + 1))}` : encode(part);
      data = data === null ? text : `${data}&${text}`;
    }
    if (flags["J"] !== undefined && flags["J"] !== "") {
      data = flags["J"];
      headers["Content-Type"] = "application/json";
      headers["Accept"] = "application/json";
    } else if (data !== null && !("G" in flags)) headers["Content-Type"] = "application/x-www-form-urlencoded";
    if (flags["u"]) headers["Authorization"] = `Basic ${toBase64(flags["u"])}`;
    if (flags["b"]) headers["Cookie"] = flags["b"];
    for (const line of all["H"] ?? []) {
      const at = line.indexOf(":");
      if (at <= 0) continue;
      const name = line.slice(0, at).trim();
      for (const key of Object.keys(headers)) if (key.toLowerCase() === name.toLowerCase()) delete headers[key];
      headers[name] = line.slice(at + 1).trim();
    }
    const s: CurlState = { urls: urls.map((u) => ("G" in flags && data ? `${u}${u.includes("?") ? "&" : "?"}${data}` : u)), flags: { ...flags }, headers, method: flags["X"] ?? ("I" in flags ? "HEAD" : data !== null && !("G" in flags) ? "POST" : "GET"), data: "G" in flags ? null : data, outputs: [...(all["o"] ?? [])], at: 0, url: "", redirects: 0, tries: 0, began: io.context.now, started: io.context.now, status: 0 };
    curlNext(io, s);
    return s;
  },
  reply: (io, s, _id, result) => curlReply(io, s, result),
  wake: (io, s) => curlSend(io, s),
});

function curlOptionError(text: string): string {
  const found = /(?:invalid option -- '(.)'|unrecognized option '(.*)'|option requires an argument -- '(.)'|option '(--[^']*)' requires an argument)/.exec(text);
  if (!found) return text;
  const message = found[1] !== undefined ? `option -${found[1]}: is unknown` : found[2] !== undefined ? `option ${found[2]}: is unknown` : `option ${found[3] !== undefined ? `-${found[3]}` : found[4]}: requires parameter`;
  return `curl: ${message}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`;
}

const encode = (text: string): string => [...utf8(text)].map((b) => (/[A-Za-z0-9._~-]/.test(String.fromCharCode(b)) ? String.fromCharCode(b) : `%${b.toString(16).toUpperCase().padStart(2, "0")}`)).join("");

function curlNext(io: Io, s: CurlState): void {
  const url = s.urls[s.at];
  if (url === undefined) return io.exit(s.status);
  s.url = url;
  s.redirects = 0;
  s.tries = 0;
  s.began = io.context.now;
  curlSend(io, s);
}

function curlSend(io: Io, s: CurlState): void {
  const url = readUrl(s.url);
  if (!url) {
    const scheme = /^([a-zA-Z][\w+.-]*):\/\//.exec(s.url)?.[1];
    return curlFail(io, s, scheme && !/^https?$/i.test(scheme) ? 1 : 3, scheme && !/^https?$/i.test(scheme) ? `Protocol "${scheme}" not supported` : s.url === "" || /^https?:\/\/$/.test(s.url) ? "URL using bad/illegal format or missing URL" : "URL rejected: Malformed input to a URL function", undefined, false);
  }
  s.started = io.context.now;
  const seconds = Math.min(Number(s.flags["m"] || Infinity) * 1000 - (io.context.now - s.began), Number(s.flags["t"] || Infinity) * 1000, 135_000);
  const host = (url.scheme === "http" && url.port === 80) || (url.scheme === "https" && url.port === 443) ? url.host : `${url.host}:${url.port}`;
  const own = Object.keys(s.headers).some((k) => k.toLowerCase() === "host");
  const request: NetRequest = { protocol: url.scheme, to: url.host, port: url.port, method: s.method, path: url.path, headers: { ...(own ? {} : { Host: host }), ...s.headers, ...(url.user ? { Authorization: `Basic ${toBase64(url.user)}` } : {}), ...(s.data === null ? {} : { "Content-Length": String(bytesOf(s.data)) }) }, ...(s.data === null ? {} : { body: s.data }), timeout: Math.max(1, Math.round(seconds)) };
  io.request(`curl${s.at}.${s.redirects}.${s.tries}`, request);
}

function curlFail(io: Io, s: CurlState, code: number, message: string, url: Url | undefined, again: boolean): void {
  const tries = Number(s.flags["y"] || 0);
  const transient = again || (code === 7 && "C" in s.flags);
  if (transient && s.tries < tries) {
    const delay = Number(s.flags["D"] || 2 ** s.tries);
    if (!("s" in s.flags)) io.err(`Warning: Problem: ${code === 28 ? "timeout" : code === 7 ? "connection refused" : message}. Will retry in ${delay} seconds. ${tries - s.tries} retries left.\n`);
    s.tries++;
    io.sleep(`retry${s.tries}`, delay * 1000);
    return;
  }
  if (!("s" in s.flags) || "S" in s.flags) io.err(`curl: (${code}) ${message}\n`);
  if ("w" in s.flags) io.out(writeOut(io, s, undefined, url, undefined));
  s.status = code;
  s.at++;
  curlNext(io, s);
}

function writeOut(io: Io, s: CurlState, response: NetResponse | undefined, url: Url | undefined, address: string | undefined): string {
  const total = ((io.context.now - s.began) / 1000).toFixed(6);
  const values: Record<string, string> = { http_code: String(response?.status ?? 0).padStart(3, "0"), response_code: String(response?.status ?? 0).padStart(3, "0"), time_total: total, time_connect: total, time_namelookup: "0.000000", time_starttransfer: total, time_appconnect: "0.000000", time_pretransfer: total, size_download: String(response ? bytesOf(response.body) : 0), size_header: String(response ? headText(response).length : 0), remote_ip: address ?? "", remote_port: String(url?.port ?? 0), local_ip: io.context.address, url_effective: s.url, url: s.url, content_type: (response && header(response, "content-type")) ?? "", num_redirects: String(s.redirects), method: s.method, scheme: url?.scheme.toUpperCase() ?? "", exitcode: "0", redirect_url: (response && header(response, "location")) ?? "", speed_download: "0", http_version: response ? "1.1" : "0", num_connects: "1", errormsg: "" };
  const format = s.flags["w"].startsWith("@") ? (io.files.read(s.flags["w"].slice(1)) ?? "") : s.flags["w"];
  return format.replace(/%\{(\w+)\}/g, (_all, name: string) => values[name] ?? "").replace(/\\n/g, "\n").replace(/\\t/g, "\t").replace(/\\r/g, "\r").replace(/%%/g, "%");
}

function curlReply(io: Io, s: CurlState, result: NetResult): void {
  const url = readUrl(s.url)!;
  const verbose = "v" in s.flags;
  const spent = Math.max(0, Math.round(io.context.now - s.started));
  const known = result.address !== undefined && result.address !== url.host;
  if (verbose && !(!result.ok && result.why === "dns")) {
    if (known) io.err(`* Host ${url.host}:${url.port} was resolved.\n* IPv6: (none)\n* IPv4: ${result.address}\n`);
    io.err(`*   Trying ${result.address ?? url.host}:${url.port}...\n`);
  }
  if (!result.ok) {
    switch (result.why) {
      case "dns":
        if (verbose) io.err(`* Could not resolve host: ${url.host}\n`);
        return curlFail(io, s, 6, `Could not resolve host: ${url.host}`, url, true);
      case "refused":
      case "unreachable":
        if (verbose) io.err(`* connect to ${result.address ?? url.host} port ${url.port} failed: ${result.why === "refused" ? "Connection refused" : "No route to host"}\n`);
        return curlFail(io, s, 7, `Failed to connect to ${url.host} port ${url.port} after ${spent} ms: Could not connect to server`, url, result.why !== "refused");
      case "timeout": {
        const limited = "m" in s.flags || "t" in s.flags;
        return curlFail(io, s, 28, limited ? ("t" in s.flags && !("m" in s.flags) ? `Failed to connect to ${url.host} port ${url.port} after ${spent} ms: Timeout was reached` : `Connection timed out after ${spent} milliseconds`) : `Failed to connect to ${url.host} port ${url.port} after ${spent} ms: Could not connect to server`, url, true);
      }
      default:
        return curlFail(io, s, 56, "Recv failure: Connection reset by peer", url, false);
    }
  }
  const { response } = result;
  if (verbose) {
    io.err(`* Connected to ${url.host} (${result.address ?? url.host}) port ${url.port}\n`);
    const own = Object.entries(s.headers).find(([k]) => k.toLowerCase() === "host");
    const host = own?.[1] ?? (url.port === 80 || url.port === 443 ? url.host : `${url.host}:${url.port}`);
    io.err(`> ${s.method} ${url.path} HTTP/1.1\n> Host: ${host}\n${Object.entries(s.headers).filter(([k]) => k.toLowerCase() !== "host").map(([k, v]) => `> ${k}: ${v}\n`).join("")}> \n* Request completely sent off\n`);
    io.err(headText(response).replace(/\r\n$/, "").split("\r\n").filter((l, i, all) => l !== "" || i < all.length - 1).map((l) => `< ${l}\n`).join("") + "< \n");
  }
  const location = header(response, "location");
  if ("L" in s.flags && response.status >= 300 && response.status < 400 && location !== undefined) {
    if ("i" in s.flags || "I" in s.flags) io.out(headText(response));
    if (s.redirects >= Number(s.flags["M"] ?? 50)) return curlFail(io, s, 47, `Maximum (${s.flags["M"] ?? 50}) redirects followed`, url, false);
    s.redirects++;
    const base = `${url.scheme}://${url.host}${url.port === (url.scheme === "https" ? 443 : 80) ? "" : `:${url.port}`}`;
    s.url = /^https?:\/\//.test(location) ? location : location.startsWith("/") ? base + location : `${base}${url.path.slice(0, url.path.lastIndexOf("/") + 1)}${location}`;
    if (response.status <= 303 && s.method === "POST") {
      s.method = "GET";
      s.data = null;
    }
    return curlSend(io, s);
  }
  if ([408, 429, 500, 502, 503, 504].includes(response.status) && s.tries < Number(s.flags["y"] || 0)) return curlFail(io, s, 22, "HTTP error", url, true);
  if ("f" in s.flags && response.status >= 400) {
    return curlFail(io, s, 22, `The requested URL returned error: ${response.status}`, url, false);
  }
  const text = ("i" in s.flags || "I" in s.flags ? headText(response) : "") + ("I" in s.flags || s.method === "HEAD" ? "" : response.body);
  const target = s.outputs[s.at] ?? ("O" in s.flags ? url.path.replace(/\?.*$/, "").replace(/^.*\//, "") || "curl_response" : undefined);
  if (!("s" in s.flags) && (target !== undefined || !io.tty(1)) && !("s" in s.flags)) io.err(progress(bytesOf(response.body)));
  if (verbose) io.err(`* Connection #0 to host ${url.host} left intact\n`);
  if (target !== undefined && target !== "-") {
    const why = io.files.write(target, text);
    if (why !== undefined) {
      io.err(`curl: (23) Failure writing output to destination, passed ${bytesOf(text)} returned 0\n`);
      s.status = 23;
    }
  } else io.out(text);
  if ("w" in s.flags) io.out(writeOut(io, s, response, url, result.address));
  s.at++;
  curlNext(io, s);
}

/** curl's meter, which it prints where its output is no terminal. */
function progress(bytes: number): string {
  const n = String(bytes).padStart(5);
  return `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\r100 ${n}  100 ${n}    0     0  ${n}      0 --:--:-- --:--:-- --:--:-- ${n}\n`;
}

interface WgetState {
  url: string;
  output: string;
  quiet: boolean;
  spider: boolean;
  server: boolean;
  headers: Dict;
  post: string | null;
  timeout: number;
  redirects: number;
}

const wget = tool<WgetState>({
  start(io) {
    const options = readOptions(io, { short: "qO:ST:t:U:P:cY:", long: { quiet: "q", "output-document=": "O", spider: "p", "server-response": "S", "timeout=": "T", "tries=": "t", "header=": "h", "post-data=": "d", "user-agent=": "U", "no-check-certificate": "k", "no-verbose": "q", "directory-prefix=": "P" } });
    if (typeof options === "number") return options;
    const { flags, all, rest } = options;
    const url = rest[0];
    if (url === undefined) {
      io.err("wget: missing URL\n");
      return 1;
    }
    const headers: Record<string, string> = { "User-Agent": flags["U"] ?? "Wget" };
    for (const line of all["h"] ?? []) headers[line.slice(0, line.indexOf(":")).trim()] = line.slice(line.indexOf(":") + 1).trim();
    const s: WgetState = { url, output: flags["O"] ?? "", quiet: "q" in flags, spider: "p" in flags, server: "S" in flags, headers, post: flags["d"] ?? null, timeout: Number(flags["T"] ?? 900) * 1000, redirects: 0 };
    const parsed = readUrl(url);
    if (!parsed) {
      io.err(`wget: bad address '${url}'\n`);
      return 1;
    }
    wgetSend(io, s, parsed);
    return s;
  },
  reply(io, s, _id, result) {
    const url = readUrl(s.url)!;
    const address = result.address ?? url.host;
    if (!result.ok && result.why === "dns") {
      io.err(`wget: bad address '${url.host}${url.port === 80 || url.port === 443 ? "" : `:${url.port}`}'\n`);
      return io.exit(1);
    }
    if (!s.quiet && s.redirects === 0) io.err(`Connecting to ${url.host}${url.port === 80 ? "" : `:${url.port}`} (${address}:${url.port})\n`);
    if (!result.ok) {
      io.err(result.why === "timeout" && s.timeout < 900_000 ? "wget: download timed out\n" : `wget: can't connect to remote host (${address}): ${result.why === "refused" ? "Connection refused" : result.why === "timeout" ? "Operation timed out" : result.why === "unreachable" ? "Host is unreachable" : "Connection reset by peer"}\n`);
      return io.exit(1);
    }
    const { response } = result;
    if (s.server) io.err(headText(response).split("\r\n").filter((l) => l !== "").map((l) => `  ${l}\n`).join(""));
    const location = header(response, "location");
    if (response.status >= 300 && response.status < 400 && location !== undefined && s.redirects < 10) {
      s.redirects++;
      s.url = /^https?:\/\//.test(location) ? location : `${url.scheme}://${url.host}:${url.port}${location.startsWith("/") ? "" : "/"}${location}`;
      const next = readUrl(s.url);
      if (next) return wgetSend(io, s, next);
    }
    if (response.status >= 400) {
      io.err(`wget: server returned error: HTTP/1.1 ${response.status} ${reasonPhrases[response.status] ?? ""}\n`);
      return io.exit(1);
    }
    if (s.spider) {
      if (!s.quiet) io.err("remote file exists\n");
      return io.exit(0);
    }
    const name = s.output || url.path.replace(/\?.*$/, "").replace(/^.*\//, "") || "index.html";
    if (name === "-") {
      if (!s.quiet) io.err("writing to stdout\n");
      io.out(response.body);
      if (!s.quiet) io.err(`-                    100% |********************************| ${String(bytesOf(response.body)).padStart(5)}  0:00:00 ETA\nwritten to stdout\n`);
      return io.exit(0);
    }
    if (!s.output && io.files.read(name) !== undefined) {
      io.err(`wget: can't open '${name}': File exists\n`);
      return io.exit(1);
    }
    const why = io.files.write(name, response.body);
    if (why !== undefined) {
      io.err(`wget: can't open '${name}': ${why}\n`);
      return io.exit(1);
    }
    if (!s.quiet) io.err(`saving to '${name}'\n${name.slice(0, 20).padEnd(20)} 100% |********************************| ${String(bytesOf(response.body)).padStart(5)}  0:00:00 ETA\n'${name}' saved\n`);
    return io.exit(0);
  },
});

function wgetSend(io: Io, s: WgetState, url: Url): void {
  io.request(`wget${s.redirects}`, { protocol: url.scheme, to: url.host, port: url.port, method: s.post === null ? (s.spider ? "HEAD" : "GET") : "POST", path: url.path, headers: { Host: url.port === 80 || url.port === 443 ? url.host : `${url.host}:${url.port}`, ...s.headers, Connection: "close" }, ...(s.post === null ? {} : { body: s.post }), timeout: Math.min(s.timeout, 135_000) });
}

interface Resolver {
  readonly server: string;
  readonly search: readonly string[];
  readonly ndots: number;
}

function resolver(io: Io): Resolver {
  const text = io.files.read("/etc/resolv.conf") ?? "";
  return { server: /^nameserver\s+(\S+)/m.exec(text)?.[1] ?? "10.96.0.10", search: (/^search\s+(.*)$/m.exec(text)?.[1] ?? "").split(/\s+/).filter(Boolean), ndots: Number(/ndots:(\d+)/.exec(text)?.[1] ?? 1) };
}

const dnsRequest = (name: string, server: string, type: string): NetRequest => ({ protocol: "dns", to: name.replace(/\.$/, ""), port: 53, headers: { server, type }, ...(name.endsWith(".") ? { path: "absolute" } : {}), timeout: 5000 });

interface Answer {
  readonly address: string;
  readonly name: string;
}

function answersOf(result: NetResult, asked: string): Answer[] {
  if (!result.ok) return [];
  return result.response.body.split("\n").filter((l) => l.trim() !== "" && !l.startsWith("CNAME ")).map((line) => {
    const [address = "", name = asked] = line.trim().split(/\s+/);
    return { address, name };
  });
}

const nslookup = tool<{ name: string; server: string; given: string; waiting: boolean; search: string[]; reverse: boolean; type: string }>({
  start(io) {
    const rest = io.argv.slice(1).filter((a) => !a.startsWith("-"));
    const type = /^-(?:type|query|q|t)=(\w+)$/.exec(io.argv.slice(1).find((a) => a.startsWith("-")) ?? "")?.[1] ?? "A";
    const name = rest[0];
    const { server, search, ndots } = resolver(io);
    if (name === undefined) {
      io.err("BusyBox v1.36.1 (2023-11-07 18:53:09 UTC) multi-call binary.\n\nUsage: nslookup [-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n");
      return 1;
    }
    const dots = (name.match(/\./g) ?? []).length;
    const absolute = name.endsWith(".");
    const names = absolute ? [name.slice(0, -1)] : dots >= ndots ? [name, ...search.map((s) => `${name}.${s}`)] : [...search.map((s) => `${name}.${s}`), name];
    const s = { name, server: rest[1] ?? server, given: name, waiting: true, search: names, reverse: /^\d+\.\d+\.\d+\.\d+$/.test(name), type };
    io.request("dns", dnsRequest(name, s.server, type));
    return s;
  },
  reply(io, s, _id, result) {
    const head = io.flavour === "busybox" ? `Server:\t\t${s.server}\nAddress:\t${s.server}:53\n\n` : `Server:\t\t${s.server}\nAddress:\t${s.server}#53\n\n`;
    if (!result.ok && result.why !== "dns") {
      if (io.flavour === "busybox") io.out(";; connection timed out; no servers could be reached\n\n");
      else io.out(`;; connection timed out; no servers could be reached\n\n`);
      return io.exit(1);
    }
    const answers = answersOf(result, s.name);
    if (!answers.length) {
      io.out(io.flavour === "busybox" ? `${head}** server can't find ${s.search[0] ?? s.name}: NXDOMAIN\n\n` : `${head}** server can't find ${s.name}: NXDOMAIN\n\n`);
      return io.exit(1);
    }
    const alias = result.ok ? /^CNAME (\S+) (\S+)$/m.exec(result.response.body) : null;
    const aliased = alias ? `${alias[1]}\tcanonical name = ${alias[2]}\n` : "";
    const lines = s.reverse ? `${s.name.split(".").reverse().join(".")}.in-addr.arpa\tname = ${answers[0].name}\n\n` : `${answers.map((a) => `Name:\t${a.name}\nAddress: ${a.address}\n`).join("")}\n`;
    io.out(head + aliased + lines);
    return io.exit(0);
  },
});

const dig = tool<{ name: string; server: string; short: boolean; type: string }>({
  start(io) {
    const args = io.argv.slice(1);
    const server = args.find((a) => a.startsWith("@"))?.slice(1) ?? resolver(io).server;
    const words = args.filter((a) => !/^[@+-]/.test(a));
    const type = words.find((w, i) => i > 0 && /^(A|AAAA|SRV|CNAME|TXT|NS|PTR|ANY)$/i.test(w))?.toUpperCase() ?? "A";
    let name = words[0] ?? ".";
    if (args.includes("+search")) {
      const { search } = resolver(io);
      if ((name.match(/\./g) ?? []).length < resolver(io).ndots && search[0]) name = `${name}.${search[0]}`;
    }
    io.request("dns", dnsRequest(args.includes("+search") ? name : `${name.replace(/\.$/, "")}.`, server, type));
    return { name: name.replace(/\.$/, ""), server, short: args.includes("+short"), type };
  },
  reply(io, s, _id, result) {
    if (!result.ok && result.why !== "dns") {
      io.out(`;; communications error to ${s.server}#53: timed out\n;; no servers could be reached\n`);
      return io.exit(9);
    }
    const answers = answersOf(result, s.name);
    if (s.short) {
      io.out(answers.map((a) => `${a.address}\n`).join(""));
      return io.exit(0);
    }
    const id = io.context.random.int(65536);
    io.out(`\n; <<>> DiG 9.18.28 <<>> ${io.argv.slice(1).join(" ")}\n;; global options: +cmd\n;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${answers.length ? "NOERROR" : "NXDOMAIN"}, id: ${id}\n;; flags: qr aa rd; QUERY: 1, ANSWER: ${answers.length}, AUTHORITY: 0, ADDITIONAL: 1\n\n;; QUESTION SECTION:\n;${s.name}.\t\tIN\t${s.type}\n\n${answers.length ? `;; ANSWER SECTION:\n${answers.map((a) => `${a.name.replace(/\.$/, "")}.\t30\tIN\t${s.type}\t${a.address}\n`).join("")}\n` : ""};; Query time: 0 msec\n;; SERVER: ${s.server}#53(${s.server}) (UDP)\n;; MSG SIZE  rcvd: ${80 + answers.length * 16}\n\n`);
    return io.exit(0);
  },
});

const nc = tool<{ host: string; port: number; verbose: boolean; zero: boolean; text: string; sent: boolean; listening: boolean; udp: boolean; timeout: number }>({
  start(io) {
    const options = readOptions(io, { short: "vzlukw:p:nN:i:e:q:" });
    if (typeof options === "number") return options;
    const { flags, rest } = options;
    if ("l" in flags) {
      const port = Number(flags["p"] ?? rest.at(-1));
      io.listen(port);
      return { host: "", port, verbose: "v" in flags, zero: false, text: "", sent: false, listening: true, udp: false, timeout: 0 };
    }
    const [host, port] = rest;
    if (host === undefined || port === undefined) {
      io.err("BusyBox v1.36.1 (2023-11-07 18:53:09 UTC) multi-call binary.\n\nUsage: nc [OPTIONS] HOST PORT  - connect\nnc [OPTIONS] -l -p PORT [HOST] [PORT]  - listen\n");
      return 1;
    }
    const s = { host, port: Number(port), verbose: "v" in flags, zero: "z" in flags, text: "", sent: false, listening: false, udp: "u" in flags, timeout: Number(flags["w"] ?? 135) * 1000 };
    if (s.zero) ncSend(io, s);
    else io.read();
    return s;
  },
  data(io, s, chunk) {
    if (s.listening) return;
    s.text += chunk;
    // A request is whole at the empty line that ends its head.
    if (!s.sent && /\r?\n\r?\n/.test(s.text)) ncSend(io, s);
  },
  eof(io, s) {
    if (!s.sent && !s.listening) ncSend(io, s);
  },
  reply(io, s, _id, result) {
    if (!result.ok) {
      if (result.why === "dns") io.err(io.flavour === "busybox" ? `nc: bad address '${s.host}'\n` : `nc: getaddrinfo for host "${s.host}" port ${s.port}: Name or service not known\n`);
      else if (s.verbose || !s.zero) io.err(`nc: ${s.host} (${result.address ?? s.host}:${s.port}): ${result.why === "refused" ? "Connection refused" : result.why === "timeout" ? "Connection timed out" : "No route to host"}\n`);
      return io.exit(1);
    }
    if (s.verbose) io.err(`${s.host} (${result.address ?? s.host}:${s.port}) open\n`);
    if (!s.zero) {
      if (/^[A-Z]+ \S+ HTTP\//.test(s.text)) io.out(headText(result.response) + result.response.body);
      else io.out(result.response.body);
    }
    return io.exit(0);
  },
  request(io, s, _id, request) {
    io.out(request.protocol === "http" ? `${request.method ?? "GET"} ${request.path ?? "/"} HTTP/1.1\r\n${Object.entries(request.headers ?? {}).map(([k, v]) => `${k}: ${v}\r\n`).join("")}\r\n${request.body ?? ""}` : (request.body ?? ""));
    void s;
  },
});

function ncSend(io: Io, s: { host: string; port: number; text: string; sent: boolean; udp: boolean; timeout: number }): void {
  s.sent = true;
  const http = /^([A-Z]+) (\S+) HTTP\//.exec(s.text);
  const headers = Object.fromEntries([...s.text.matchAll(/^([\w-]+):\s*(.*?)\r?$/gm)].map((h) => [h[1], h[2]]));
  io.request("nc", { protocol: http ? "http" : s.udp ? "udp" : "tcp", to: s.host, port: s.port, ...(http ? { method: http[1], path: http[2], headers } : s.text ? { body: s.text } : {}), timeout: s.timeout });
}

interface PingState {
  host: string;
  address: string;
  count: number;
  sent: number;
  got: number;
  every: number;
  times: number[];
  started: Ms;
  quiet: boolean;
  began: Ms;
}

const ping = tool<PingState>({
  start(io) {
    const options = readOptions(io, { short: "c:i:W:w:s:nqt:4" });
    if (typeof options === "number") return options;
    const host = options.rest[0];
    if (host === undefined) {
      io.err("ping: usage error: Destination address required\n");
      return 1;
    }
    const s: PingState = { host, address: "", count: Number(options.flags["c"] ?? 0), sent: 0, got: 0, every: Number(options.flags["i"] ?? 1) * 1000, times: [], started: io.context.now, quiet: "q" in options.flags, began: io.context.now };
    pingSend(io, s, Number(options.flags["W"] ?? 10) * 1000);
    return s;
  },
  wake: (io, s) => pingSend(io, s, 10_000),
  reply(io, s, _id, result) {
    if (!result.ok && result.why === "dns") {
      io.err(io.flavour === "busybox" ? `ping: bad address '${s.host}'\n` : `ping: ${s.host}: Name or service not known\n`);
      return io.exit(io.flavour === "busybox" ? 1 : 2);
    }
    if (s.address === "") {
      s.address = result.address ?? s.host;
      io.out(`PING ${s.host} (${s.address})${io.flavour === "busybox" ? ": 56 data bytes" : " 56(84) bytes of data."}\n`);
    }
    const time = Math.max(0.05, io.context.now - s.started || 0.06);
    if (result.ok) {
      s.got++;
      s.times.push(time);
      if (!s.quiet) io.out(io.flavour === "busybox" ? `64 bytes from ${s.address}: seq=${s.sent - 1} ttl=64 time=${time.toFixed(3)} ms\n` : `64 bytes from ${s.address}: icmp_seq=${s.sent} ttl=64 time=${time.toFixed(3)} ms\n`);
    }
    if (s.count && s.sent >= s.count) return pingEnd(io, s);
    return io.sleep(`ping${s.sent}`, Math.max(1, s.every - (io.context.now - s.started)));
  },
  signal(io, s, name) {
    if (name !== "INT") return false;
    io.out("\n");
    pingEnd(io, s);
    return true;
  },
});

function pingSend(io: Io, s: PingState, timeout: Ms): void {
  s.sent++;
  s.started = io.context.now;
  io.request(`ping${s.sent}`, { protocol: "icmp", to: s.host, port: 0, timeout: Math.min(timeout, s.count && s.sent >= s.count ? timeout : Math.max(s.every, 1)) });
}

function pingEnd(io: Io, s: PingState): void {
  const loss = s.sent ? Math.round(((s.sent - s.got) / s.sent) * 100) : 0;
  const average = s.times.reduce((a, b) => a + b, 0) / (s.times.length || 1);
  const range = `${Math.min(...s.times).toFixed(3)}/${average.toFixed(3)}/${Math.max(...s.times).toFixed(3)}`;
  io.out(`${io.flavour === "busybox" ? "\n" : s.count ? "\n" : ""}--- ${s.host} ping statistics ---\n${s.sent} packets transmitted, ${s.got} ${io.flavour === "busybox" ? "packets " : ""}received, ${loss}% packet loss${io.flavour === "busybox" ? "" : `, time ${Math.round(io.context.now - s.began)}ms`}\n${s.got ? (io.flavour === "busybox" ? `round-trip min/avg/max = ${range} ms\n` : `rtt min/avg/max/mdev = ${range}/0.000 ms\n`) : ""}`);
  io.exit(s.got ? 0 : 1);
}

const mac = (address: string): string => `0a:58:${address.split(".").map((n) => Number(n).toString(16).padStart(2, "0")).join(":")}`;

/** The commands that speak to the simulated network. */
export const network: Tools = {
  curl, wget, nslookup, dig, nc, ncat: nc, ping,
  ip: instant((io, args) => {
    const what = (args.find((a) => !a.startsWith("-")) ?? "").slice(0, 1);
    const address = io.context.address || "127.0.0.1";
    if (what === "r") {
      const gateway = address.replace(/\.\d+$/, ".1");
      io.out(`default via ${gateway} dev eth0 \n${address.replace(/\.\d+$/, ".0")}/24 dev eth0 scope link  src ${address} \n`);
    } else if (what === "a" || what === "l") {
      const inet = what === "a";
      io.out(`1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n${inet ? "    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n" : ""}2: eth0@if3: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue state UP qlen 1000\n    link/ether ${mac(address)} brd ff:ff:ff:ff:ff:ff\n${inet ? `    inet ${address}/24 brd ${address.replace(/\.\d+$/, ".255")} scope global eth0\n       valid_lft forever preferred_lft forever\n` : ""}`);
    } else {
      io.err("Usage: ip [OPTIONS] address|route|link|neigh|rule [ARGS]\n");
      return 1;
    }
    return 0;
  }),
  ifconfig: instant((io) => {
    const address = io.context.address || "127.0.0.1";
    io.out(`eth0      Link encap:Ethernet  HWaddr ${mac(address).toUpperCase()}  \n          inet addr:${address}  Bcast:${address.replace(/\.\d+$/, ".255")}  Mask:255.255.255.0\n          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n\nlo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n`);
    return 0;
  }),
  netstat: instant((io) => {
    io.out("Active Internet connections (only servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State       \n");
    return 0;
  }),
};
