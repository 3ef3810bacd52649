import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { MAX_WATCHED_ENTRIES } from "./limits.ts";

/**
 * A short text that is another one as soon as a file of the folder is added, changed or removed; hidden ones do not count,
 * and of a very large folder only the beginning does. A folder that is not there has a state too.
 */
export async function folderState(root: string): Promise<string> {
  const hash = new Bun.CryptoHasher("sha1");
  const folders = [""];
  let left = MAX_WATCHED_ENTRIES;
  for (let folder = folders.shift(); folder !== undefined && left > 0; folder = folders.shift()) {
    for (const entry of await entriesOf(join(root, folder))) {
      if (entry.name.startsWith(".") || left-- <= 0) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      // A file may go between the two looks; that it went is the next state.
      const stats = await lstat(join(root, path)).catch(() => undefined);
      if (stats?.isFile()) hash.update(`${path}\0${stats.ino}\0${stats.size}\0${stats.mtimeMs}\n`);
    }
  }
  return hash.digest("base64url").slice(0, 16);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}
