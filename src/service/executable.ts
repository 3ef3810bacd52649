import { existsSync } from "node:fs";
import { basename, delimiter, isAbsolute, join } from "node:path";
import type { Env } from "../config/index.ts";
import { realOf } from "../lib/files/index.ts";

/** Where this program is, for a definition that outlives an upgrade. */
export interface StableExecutable {
  readonly path: string;
  /** Why the path may not last: a build folder, a temporary folder, a runtime that interprets the source. */
  readonly doubt: string | undefined;
  /** It is no program of ours at all: started by a supervisor, it would do something else. */
  readonly unusable: boolean;
}

/** Folders whose files come and go. */
const PASSING = [/^\/tmp\//, /^\/private\/tmp\//, /^\/var\/folders\//, /[/\\]Temp[/\\]/i, /^\/dev\/shm\//];

/** Folders that the next build empties. */
const BUILT = /[/\\](?:dist|build|target)[/\\][^/\\]+$/;

/**
 * The path by which this program will still be found when its file was replaced. Package managers keep versions in
 * folders of their own and a link in `PATH`: the link stays, its target goes. So a name in `PATH` that leads to the
 * running file wins over the file's own path.
 */
export function stableExecutable(env: Env, running: string = process.execPath): StableExecutable {
  // Linux says so of a file that was replaced while it runs.
  const path = running.replace(/ \(deleted\)$/, "");
  const linked = inPath(env, path);
  const chosen = linked ?? path;
  if (/^bun(?:\.exe)?$/.test(basename(path))) {
    return {
      path: chosen,
      doubt: "the program runs from its source; build the executable first: bun run build",
      unusable: true,
    };
  }
  if (PASSING.some((pattern) => pattern.test(chosen)))
    return { path: chosen, doubt: `${chosen} is in a folder for temporary files`, unusable: false };
  const built = BUILT.test(chosen);
  return { path: chosen, doubt: built ? `${chosen} is in a build folder` : undefined, unusable: false };
}

function inPath(env: Env, running: string): string | undefined {
  const name = env.system.platform === "win32" ? "openclaw.exe" : "openclaw";
  const real = realOf(running);
  const dirs = (env.raw["PATH"] ?? env.raw["Path"] ?? "").split(delimiter).filter((dir) => isAbsolute(dir));
  return dirs.map((dir) => join(dir, name)).find((path) => existsSync(path) && realOf(path) === real);
}
