import { delimiter, isAbsolute } from "node:path";

/** Where programs of a system are, for a caller that names no folder at all. */
const SYSTEM_FOLDERS = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"].join(delimiter);

/**
 * Where the program of a bare name is; `undefined` when it is nowhere. Only absolute folders of `path` are searched: with a
 * relative or empty one, whoever can write into the current folder would choose what is run.
 */
export function findProgram(name: string, path: string | undefined): string | undefined {
  const folders = (path ?? SYSTEM_FOLDERS).split(delimiter).filter((folder) => isAbsolute(folder));
  if (folders.length === 0) return undefined;
  return Bun.which(name, { PATH: folders.join(delimiter) }) ?? undefined;
}

/** The path of a program that is named by its path or by a bare name. @throws Error (`ENOENT`) when it is nowhere */
export function programPath(command: string, env: Readonly<Record<string, string>>): string {
  if (isAbsolute(command)) return command;
  // Without PATH the system itself knows best where its programs are, and only Windows has none of the usual folders.
  if (process.platform === "win32" && pathOf(env) === undefined) return command;
  const found = /[/\\]/.test(command) ? undefined : findProgram(command, pathOf(env));
  if (found !== undefined) return found;
  throw Object.assign(new Error(`${command} was not found in PATH`), { code: "ENOENT", syscall: "spawn" });
}

/** Windows calls it Path. */
function pathOf(env: Readonly<Record<string, string>>): string | undefined {
  return env["PATH"] ?? env["Path"];
}
