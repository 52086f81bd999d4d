import { formatDate, parseDate } from "./dates";
import { expr } from "./expr";
import { copier, exists, ls, mkdir, nameOf, rm } from "./files";
import { find } from "./find";
import { md5, sha1, sha256 } from "./hash";
import { readOptions } from "./options";
import { kill, ps, sleep, top } from "./processes";
import { env, runner, timeout, watch, xargs } from "./run-command";
import { base64, column, envsubst, sum } from "./text";
import { type Io, type Tool, type Tools, instant, linesOf } from "./tool";

const date = instant((io, args) => {
  const now = io.context.epoch + io.context.now;
  let at = now;
  let format = io.flavour === "bash" ? "%a %b %e %H:%M:%S %Z %Y" : "%a %b %e %H:%M:%S %Z %Y";
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === "-u" || arg === "--utc" || arg === "--universal") continue;
    if (arg === "-d" || arg === "--date" || arg.startsWith("--date=") || /^-d./.test(arg)) {
      const text = arg.startsWith("--date=") ? arg.slice(7) : /^-d./.test(arg) ? arg.slice(2) : (args[++i] ?? "");
      const parsed = parseDate(text, now);
      if (parsed === undefined) {
        io.err(`date: invalid date '${text}'\n`);
        return 1;
      }
      at = parsed;
    } else if (arg === "-R") format = "%a, %d %b %Y %H:%M:%S %z";
    else if (/^-I|^--iso-8601/.test(arg)) format = /seconds|s$/.test(arg) && arg !== "-I" ? "%Y-%m-%dT%H:%M:%S+00:00" : "%Y-%m-%d";
    else if (arg.startsWith("--rfc-3339")) format = "%Y-%m-%d %H:%M:%S+00:00";
    else if (arg.startsWith("+")) format = arg.slice(1);
    else {
      io.err(`date: invalid date '${arg}'\n`);
      return 1;
    }
  }
  io.out(`${formatDate(at, format)}\n`);
  return 0;
});

const which = instant((io, args) => {
  let status = 0;
  for (const name of args.filter((a) => !a.startsWith("-"))) {
    if (io.known(name)) io.out(`${name.includes("/") ? name : `/usr/bin/${name}`}\n`);
    else status = 1;
  }
  return status;
});

const say = (text: (io: Io) => string): Tool =>
  instant((io) => {
    io.out(text(io));
    return 0;
  });

const userName = (io: Io): string => (io.context.user === 0 ? "root" : (passwd(io).find((p) => p[2] === String(io.context.user))?.[0] ?? ""));
const passwd = (io: Io): string[][] => linesOf(io.files.read("/etc/passwd") ?? "").map((l) => l.split(":"));

/** The commands that look after files, time, processes and the surroundings. */
export const basics: Tools = {
  sleep, date, env, timeout, watch, xargs, base64, ls, rm, mkdir, find, expr, ps, top, kill, which, column, envsubst,
  cp: copier(false),
  mv: copier(true),
  md5sum: sum(md5),
  sha1sum: sum(sha1),
  sha256sum: sum(sha256),
  nohup: runner((io) => (io.argv.length > 1 ? { argv: io.argv.slice(1) } : 125)),
  stdbuf: runner((io) => ({ argv: io.argv.slice(1).filter((a, i, all) => !(a.startsWith("-") && all.slice(0, i).every((x) => x.startsWith("-")))) })),
  sudo: runner((io) => ({ argv: io.argv.slice(1) })),
  printenv: instant((io, args) => {
    if (args.length === 0) io.out(Object.entries(io.env).map(([k, v]) => `${k}=${v}\n`).join(""));
    for (const name of args) if (io.env[name] !== undefined) io.out(`${io.env[name]}\n`);
    return args.every((name) => io.env[name] !== undefined) ? 0 : 1;
  }),
  hostname: instant((io, args) => {
    io.out(args[0] === "-i" || args[0] === "-I" ? `${io.context.address}${args[0] === "-I" ? " " : ""}\n` : args[0] === "-s" ? `${io.context.hostname.split(".")[0]}\n` : `${io.context.hostname}\n`);
    return 0;
  }),
  id: instant((io, args) => {
    const uid = io.context.user;
    const name = userName(io);
    if (args[0] === "-u") io.out(`${args[1] === "-n" ? name || uid : uid}\n`);
    else if (args[0] === "-un") io.out(`${name || uid}\n`);
    else if (args[0] === "-g") io.out(`${uid}\n`);
    else io.out(`uid=${uid}${name ? `(${name})` : ""} gid=${uid}${name ? `(${name})` : ""} groups=${uid}${name ? `(${name})` : ""}\n`);
    return 0;
  }),
  whoami: instant((io) => {
    const name = userName(io);
    if (name) io.out(`${name}\n`);
    else io.err(io.flavour === "busybox" ? `whoami: unknown uid ${io.context.user}\n` : `whoami: cannot find name for user ID ${io.context.user}\n`);
    return name ? 0 : 1;
  }),
  uname: instant((io, args) => {
    const parts: Record<string, string> = { s: "Linux", n: io.context.hostname, r: "6.1.0-generic", v: "#1 SMP PREEMPT_DYNAMIC", m: "x86_64", o: "GNU/Linux" };
    const flags = args.join("").replace(/-/g, "") || "s";
    io.out(`${[..."snrvmo"].filter((c) => flags.includes("a") || flags.includes(c)).map((c) => parts[c]).join(" ")}\n`);
    return 0;
  }),
  arch: say(() => "x86_64\n"),
  nproc: say(() => "2\n"),
  tty: instant((io) => {
    io.out(io.tty(0) ? "/dev/pts/0\n" : "not a tty\n");
    return io.tty(0) ? 0 : 1;
  }),
  clear: say((io) => (io.tty(1) ? "\u001b[H\u001b[2J\u001b[3J" : "\u001b[H\u001b[2J")),
  reset: say(() => "\u001bc"),
  sync: instant(() => 0),
  chmod: instant((io, args) => {
    const missing = args.filter((a) => !a.startsWith("-")).slice(1).filter((p) => !exists(io, p));
    for (const p of missing) io.err(`chmod: cannot access '${p}': No such file or directory\n`);
    return missing.length ? 1 : 0;
  }),
  chown: instant(() => 0),
  vi: instant((io) => {
    io.err(`${io.argv[0]}: there is no screen to edit on here; write the file with cat <<EOF > file, or change it with sed -i\n`);
    return 1;
  }),
  rmdir: instant((io, args) => {
    let status = 0;
    for (const path of args.filter((a) => !a.startsWith("-"))) {
      const names = io.files.list(path);
      const why = !names ? (exists(io, path) ? "Not a directory" : "No such file or directory") : names.length ? "Directory not empty" : io.files.remove(path);
      if (why !== undefined) {
        io.err(io.flavour === "busybox" ? `rmdir: '${path}': ${why}\n` : `rmdir: failed to remove '${path}': ${why}\n`);
        status = 1;
      }
    }
    return status;
  }),
  touch: instant((io) => {
    const options = readOptions(io, { short: "cam:d:t:r:", long: { "no-create": "c" } });
    if (typeof options === "number") return options;
    let status = 0;
    for (const path of options.rest) {
      if (exists(io, path) || "c" in options.flags) continue;
      const why = io.files.write(path, "");
      if (why !== undefined) {
        io.err(io.flavour === "busybox" ? `touch: ${path}: ${why}\n` : `touch: cannot touch '${path}': ${why}\n`);
        status = 1;
      }
    }
    return status;
  }),
  basename: instant((io, args) => {
    if (args.length === 0) {
      io.err("basename: missing operand\nTry 'basename --help' for more information.\n");
      return 1;
    }
    let name = nameOf(args[0]);
    if (args[1] && name !== args[1] && name.endsWith(args[1])) name = name.slice(0, -args[1].length);
    io.out(`${name}\n`);
    return 0;
  }),
  dirname: instant((io, args) => {
    for (const path of args) {
      const trimmed = path.replace(/\/+$/, "");
      const at = trimmed.lastIndexOf("/");
      io.out(`${at < 0 ? (path.startsWith("/") ? "/" : ".") : trimmed.slice(0, at).replace(/\/+$/, "") || "/"}\n`);
    }
    return args.length ? 0 : 1;
  }),
  realpath: instant((io, args) => {
    for (const path of args.filter((a) => !a.startsWith("-"))) io.out(`${io.path(path)}\n`);
    return 0;
  }),
  readlink: instant((io, args) => {
    if (!args.some((a) => a.startsWith("-"))) return 1;
    for (const path of args.filter((a) => !a.startsWith("-"))) io.out(`${io.path(path)}\n`);
    return 0;
  }),
  mktemp: instant((io, args) => {
    const template = args.find((a) => !a.startsWith("-")) ?? "/tmp/tmp.XXXXXXXXXX";
    const path = template.replace(/X+$/, (x) => io.context.random.suffix(x.length));
    const why = args.includes("-d") ? io.files.mkdir(path) : io.files.write(path, "");
    if (why !== undefined) {
      io.err(`mktemp: failed to create ${args.includes("-d") ? "directory" : "file"} via template '${template}': ${why}\n`);
      return 1;
    }
    io.out(`${path}\n`);
    return 0;
  }),
  uptime: instant((io) => {
    const minutes = Math.floor(io.context.now / 60000);
    io.out(` ${formatDate(io.context.epoch + io.context.now, "%H:%M:%S")} up ${minutes >= 60 ? `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}` : `${minutes} min`},  0 users,  load average: 0.10, 0.10, 0.10\n`);
    return 0;
  }),
};
