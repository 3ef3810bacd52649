import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { FILE_MAX_BYTES } from "./limits.ts";

/** A workspace file as it was when it was last looked at. */
export interface WorkspaceFile {
  readonly text: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

interface Cached extends WorkspaceFile {
  readonly version: string;
}

/** Files remembered at most; a gateway has a handful of agents with six files each. */
const MAX_FILES = 512;

/**
 * Small text files of workspaces, read again only when size or times changed. Looking is synchronous: a `stat` of a local
 * file costs microseconds, and a turn looks at six.
 */
export class FileCache {
  readonly #files = new Map<string, Cached>();

  /** The file, or undefined when it is missing, no plain file, too large, or a link that leads out of `folder`. */
  read(folder: string, name: string): WorkspaceFile | undefined {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size > FILE_MAX_BYTES) {
      this.#files.delete(path);
      return undefined;
    }
    const version = `${stat.ino}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}`;
    const known = this.#files.get(path);
    if (known?.version === version) return known;
    const file = load(folder, path, version);
    if (this.#files.size >= MAX_FILES) this.#files.clear();
    if (file) this.#files.set(path, file);
    else this.#files.delete(path);
    return file;
  }
}

function load(folder: string, path: string, version: string): Cached | undefined {
  try {
    const real = realpathSync(path);
    if (!real.startsWith(realpathSync(folder) + sep)) return undefined;
    const handle = openSync(real, "r");
    try {
      if (!fstatSync(handle).isFile()) return undefined;
      const text = readFileSync(handle, "utf8");
      return { text, sha256: sha256(text), version };
    } finally {
      closeSync(handle);
    }
  } catch {
    // Gone between two looks, or not ours to read: for the prompt it is not there.
    return undefined;
  }
}

/** Lower-case hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
