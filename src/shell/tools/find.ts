import { shellPattern } from "../glob";
import { regular } from "../regular";
import { exists, isDir, nameOf } from "./files";
import { bytesOf, tool } from "./tool";

export const find = tool<{ queue: string[][]; status: number }>({
  start(io) {
    const args = io.argv.slice(1);
    const paths: string[] = [];
    while (args.length && !/^[-(!]/.test(args[0])) paths.push(args.shift()!);
    if (!paths.length) paths.push(".");
    const results: string[] = [];
    const commands: string[][] = [];
    let status = 0;
    let depthMax = Infinity;
    let depthMin = 0;
    type Test = (path: string, depth: number) => boolean;
    let acted = false;
    const parse = (): Test => {
      const alternatives: Test[] = [];
      let all: Test[] = [];
      while (args.length) {
        const arg = args.shift()!;
        if (arg === ")") break;
        if (arg === "-o" || arg === "-or") {
          const group = all;
          alternatives.push((p, d) => group.every((t) => t(p, d)));
          all = [];
        } else if (arg === "-a" || arg === "-and") continue;
        else all.push(one(arg));
      }
      const group = all;
      alternatives.push((p, d) => group.every((t) => t(p, d)));
      return (p, d) => alternatives.some((t) => t(p, d));
    };
    const one = (arg: string): Test => {
      const value = (): string => args.shift() ?? "";
      switch (arg) {
        case "!":
        case "-not": {
          const inner = one(args.shift() ?? "");
          return (p, d) => !inner(p, d);
        }
        case "(": return parse();
        case "-name":
        case "-iname": {
          const pattern = shellPattern([{ t: value(), q: false }], arg === "-iname");
          return (p) => pattern.matches(nameOf(p));
        }
        case "-path":
        case "-wholename": {
          const pattern = shellPattern([{ t: value(), q: false }]);
          return (p) => pattern.matches(p);
        }
        case "-regex": {
          const made = regular(`^(${value()})$`, "extended");
          return (p) => typeof made !== "string" && made.test(p);
        }
        case "-type": {
          const kind = value();
          return (p) => (kind === "d") === isDir(io, p);
        }
        case "-empty": return (p) => (isDir(io, p) ? io.files.list(p)!.length === 0 : io.files.read(p) === "");
        case "-size": {
          const spec = /^([-+]?)(\d+)([ckM]?)$/.exec(value());
          const unit = spec?.[3] === "c" ? 1 : spec?.[3] === "k" ? 1024 : spec?.[3] === "M" ? 1048576 : 512;
          return (p) => {
            const units = Math.ceil(bytesOf(io.files.read(p) ?? "") / unit);
            const n = Number(spec?.[2]);
            return spec?.[1] === "+" ? units > n : spec?.[1] === "-" ? units < n : units === n;
          };
        }
        case "-maxdepth":
          depthMax = Number(value());
          return () => true;
        case "-mindepth":
          depthMin = Number(value());
          return () => true;
        case "-print":
          acted = true;
          return (p) => {
            results.push(`${p}\n`);
            return true;
          };
        case "-print0":
          acted = true;
          return (p) => {
            results.push(`${p}\0`);
            return true;
          };
        case "-delete":
          acted = true;
          return (p) => io.files.remove(p) === undefined;
        case "-exec": {
          acted = true;
          const command: string[] = [];
          while (args.length && args[0] !== ";" && args[0] !== "+") command.push(args.shift()!);
          const many = args.shift() === "+";
          let batch: string[] | undefined;
          return (p) => {
            if (!many) commands.push(command.map((c) => c.split("{}").join(p)));
            else if (batch) batch.push(p);
            else {
              batch = command.filter((c) => c !== "{}").concat(p);
              commands.push(batch);
            }
            return true;
          };
        }
        case "-mtime":
        case "-mmin":
        case "-newer":
        case "-user":
        case "-perm":
          value();
          return () => true;
        case "-true": return () => true;
        default:
          if (arg.startsWith("-")) {
            io.err(`find: unknown predicate \`${arg}'\n`);
            status = 1;
          }
          return () => true;
      }
    };
    const test = parse();
    if (status) return 1;
    const visit = (path: string, depth: number): void => {
      if (depth >= depthMin && test(path, depth) && !acted) results.push(`${path}\n`);
      if (depth < depthMax) for (const name of [...(io.files.list(path) ?? [])].sort()) visit(path.endsWith("/") ? path + name : `${path}/${name}`, depth + 1);
    };
    for (const path of paths) {
      if (!exists(io, path)) {
        io.err(io.flavour === "busybox" ? `find: ${path}: No such file or directory\n` : `find: '${path}': No such file or directory\n`);
        status = 1;
      } else visit(path, 0);
    }
    io.out(results.join(""));
    if (!commands.length) return status;
    io.spawn(commands.shift()!);
    return { queue: commands, status };
  },
  child(io, s) {
    const next = s.queue.shift();
    if (next) io.spawn(next);
    else io.exit(s.status);
  },
});
