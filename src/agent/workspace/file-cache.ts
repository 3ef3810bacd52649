import { statSync } from "node:fs";
import { join } from "node:path";
import { PathJailError, readInside } from "../../lib/path-jail/index.ts";
import { CACHED_FILES, FILE_MAX_BYTES } from "./limits.ts";

/** A workspace file as it was when it was last looked at. */
export interface WorkspaceFile {
  readonly text: string;
  /** Of its bytes, lower-case hex. */
  readonly sha256: string;
}

interface Cached {
  readonly version: string;
  readonly file: WorkspaceFile;
}

/**
 * Small text files of workspaces, read again only when size or times changed. Looking is synchronous: a `stat` of a local
 * file costs microseconds, and a turn looks at six.
 */
export class FileCache {
  readonly #files = new Map<string, Cached>();

  /** The file; undefined when it is missing, cannot be read, or is none that may be: too large, no plain file, a way out. */
  async read(folder: string, name: string): Promise<WorkspaceFile | undefined> {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) {
      this.#files.delete(path);
      return undefined;
    }
    const version = `${stat.ino}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}`;
    const known = this.#files.get(path);
    if (known?.version === version) return known.file;
    this.#files.delete(path);
    const file = await load(folder, name);
    if (!file) return undefined;
    if (this.#files.size >= CACHED_FILES) this.#files.clear();
    this.#files.set(path, { version, file });
    return file;
  }
}

async function load(folder: string, name: string): Promise<WorkspaceFile | undefined> {
  try {
    const { bytes } = await readInside({ root: folder }, name, FILE_MAX_BYTES);
    return { text: bytes.toString("utf8"), sha256: sha256(bytes) };
  } catch (error) {
    if (error instanceof PathJailError) return undefined;
    throw error;
  }
}

/** Lower-case hex. */
export function sha256(content: string | Uint8Array): string {
  return Bun.SHA256.hash(content, "hex");
}
