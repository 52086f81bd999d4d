import type { Files, Image } from "../images/program";
import { writeLate, type ContainerRecord, type MountPoint, type Runtime, type VolumeTree } from "./runtime-state";

/** Directories that every image with a userland has, whatever files it carries. */
const usual = ["/bin", "/dev", "/etc", "/home", "/lib", "/mnt", "/opt", "/proc", "/root", "/run", "/sbin", "/srv", "/sys", "/tmp", "/usr", "/usr/bin", "/usr/lib", "/usr/local", "/usr/local/bin", "/usr/sbin", "/usr/share", "/var", "/var/lib", "/var/log", "/var/run", "/var/tmp"];
const bare = ["/dev", "/etc", "/proc", "/sys"];
const devices = new Set(["/dev/null", "/dev/zero", "/dev/stdout", "/dev/stderr"]);

/** Removes "." and "..", doubled and trailing slashes. */
export function normal(path: string): string {
  // Most are written so already.
  if (/^(?:\/[^/.][^/]*)+$/.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function under(path: string, directory: string): boolean {
  return directory === "/" || path === directory || path.startsWith(`${directory}/`);
}

function parent(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}

function join(base: string, rest: string): string {
  return base === "" ? rest : rest === "" ? base : `${base}/${rest}`;
}

/** The files of a container: its volumes over its writable layer over its image. `state` is asked afresh on each call, since a checkpoint may replace it. */
export function containerFiles(container: ContainerRecord, image: Image, state: () => Runtime): Files {
  const mountOf = (path: string): MountPoint | undefined => container.mounts.find((mount) => under(path, mount.path));
  const tree = (mount: MountPoint): VolumeTree | undefined => {
    const found = state().volumes.get(mount.volume);
    if (found?.late !== undefined) writeLate(found);
    return found;
  };
  const inMount = (mount: MountPoint, path: string): string => join(mount.base, path.slice(mount.path.length + 1));
  const base = image.userland === "none" ? bare : usual;
  const own = (path: string): string | undefined => {
    const written = container.layer[path];
    if (written !== undefined) return written ?? undefined;
    return container.given.files[path] ?? image.files[path] ?? (devices.has(path) ? "" : undefined);
  };
  const ownPaths = function* (): Iterable<string> {
    for (const path of Object.keys(image.files)) if (container.layer[path] !== null) yield path;
    for (const path of Object.keys(container.given.files)) if (container.layer[path] !== null) yield path;
    for (const [path, content] of Object.entries(container.layer)) if (content !== null) yield path;
  };
  const isDirectory = (path: string): boolean => {
    if (path === "/") return true;
    const mount = mountOf(path);
    if (mount) {
      const found = tree(mount);
      const inside = inMount(mount, path);
      if (found === undefined || found.files[inside] !== undefined) return false;
      return inside === "" || found.directories[inside] === true || Object.keys(found.files).some((file) => file.startsWith(`${inside}/`));
    }
    if (container.directories[path] || base.includes(path) || path === container.cwd) return true;
    if (container.mounts.some((m) => m.path.startsWith(`${path}/`))) return true;
    for (const file of ownPaths()) if (file.startsWith(`${path}/`)) return true;
    return Object.keys(container.directories).some((directory) => directory.startsWith(`${path}/`));
  };
  const refuse = (path: string): string | undefined => {
    const mount = mountOf(path);
    if (mount ? mount.readOnly : container.readOnlyRoot) return "Read-only file system";
    return undefined;
  };
  const files: Files = {
    read(raw) {
      const path = normal(raw);
      const mount = mountOf(path);
      if (mount) return tree(mount)?.files[inMount(mount, path)];
      return own(path);
    },
    list(raw) {
      const path = normal(raw);
      if (!isDirectory(path)) return undefined;
      const names = new Set<string>();
      const prefix = path === "/" ? "/" : `${path}/`;
      const add = (full: string): void => {
        if (full.startsWith(prefix) && full.length > prefix.length) names.add(full.slice(prefix.length).split("/")[0]);
      };
      const mount = mountOf(path);
      if (mount) {
        const found = tree(mount);
        const inside = inMount(mount, path);
        const start = inside === "" ? "" : `${inside}/`;
        for (const file of [...Object.keys(found?.files ?? {}), ...Object.keys(found?.directories ?? {})]) {
          if (file.startsWith(start) && file.length > start.length) names.add(file.slice(start.length).split("/")[0]);
        }
      } else {
        for (const file of ownPaths()) add(file);
        for (const directory of [...Object.keys(container.directories), ...base, container.cwd]) add(directory);
      }
      for (const other of container.mounts) add(other.path);
      return [...names].sort();
    },
    write(raw, data) {
      const path = normal(raw);
      if (devices.has(path)) return undefined;
      if (isDirectory(path)) return "Is a directory";
      const refused = refuse(path);
      if (refused !== undefined && path !== "/dev/termination-log") return refused;
      if (!isDirectory(parent(path))) return "No such file or directory";
      const mount = mountOf(path);
      if (!mount) {
        container.layer[path] = data;
        return undefined;
      }
      const found = tree(mount);
      if (!found) return "Input/output error";
      found.files[inMount(mount, path)] = data;
      return undefined;
    },
    mkdir(raw) {
      const path = normal(raw);
      if (files.read(path) !== undefined || isDirectory(path)) return "File exists";
      const refused = refuse(path);
      if (refused !== undefined) return refused;
      if (!isDirectory(parent(path))) return "No such file or directory";
      const mount = mountOf(path);
      if (!mount) container.directories[path] = true;
      else {
        const found = tree(mount);
        if (!found) return "Input/output error";
        found.directories[inMount(mount, path)] = true;
      }
      return undefined;
    },
    remove(raw) {
      const path = normal(raw);
      const directory = isDirectory(path);
      if (!directory && files.read(path) === undefined) return "No such file or directory";
      const refused = refuse(path);
      if (refused !== undefined) return refused;
      if (container.mounts.some((m) => m.path === path)) return "Device or resource busy";
      if (directory && (files.list(path)?.length ?? 0) > 0) return "Directory not empty";
      const mount = mountOf(path);
      if (mount) {
        const found = tree(mount);
        if (found && directory) delete found.directories[inMount(mount, path)];
        else if (found) delete found.files[inMount(mount, path)];
      } else if (directory) delete container.directories[path];
      else if (image.files[path] !== undefined || container.given.files[path] !== undefined) container.layer[path] = null;
      else delete container.layer[path];
      return undefined;
    },
  };
  return files;
}
