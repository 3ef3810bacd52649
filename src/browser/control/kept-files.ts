import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import { MAX_KEPT_FILES } from "../limits.ts";

/** Pictures and documents of pages, in a folder of the state folder; the oldest make room. */
export class KeptFiles {
  constructor(
    private readonly folder: string,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Writes a file that its owner alone can read; returns its path. */
  async keep(bytes: Uint8Array, extension: "png" | "jpg" | "pdf"): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    // Names sort by age.
    const path = join(this.folder, `${this.clock.now()}-${this.ids.hex(6)}.${extension}`);
    await writeFile(path, bytes, { mode: 0o600 });
    await this.#makeRoom();
    return path;
  }

  async #makeRoom(): Promise<void> {
    const ours = (await readdir(this.folder)).filter((name) => /^\d+-[0-9a-f]+\.(?:png|jpg|pdf)$/.test(name));
    const old = ours.toSorted().slice(0, Math.max(0, ours.length - MAX_KEPT_FILES));
    for (const name of old) await rm(join(this.folder, name), { force: true });
  }
}
