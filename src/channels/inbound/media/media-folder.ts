import { chmod, mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { conversationMediaDir } from "../../../config/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Logger } from "../../../lib/logger.ts";
import {
  MEDIA_CLEARED_AFTER_BYTES,
  MEDIA_CLEARED_AFTER_FILES,
  MEDIA_KEPT_BYTES,
  MEDIA_KEPT_MS,
} from "../limits.ts";

/** A file from a chat. */
export interface ChatFile {
  readonly bytes: Uint8Array;
  readonly name?: string | undefined;
  readonly mimeType: string;
}

/** Files from chats, for the agent's tools: readable by this user alone, kept for a while, each conversation's apart. */
export class MediaFolder {
  readonly path: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  #filesSinceClearing = 0;
  #bytesSinceClearing = 0;

  constructor(deps: { readonly path: string; readonly clock: Clock; readonly log: Logger }) {
    this.path = deps.path;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /**
   * Keeps a file for a conversation; the same `key` is the same file. Its name is ours: of the sender's only the ending
   * stays. @throws Error of the file system
   */
  async keep(sessionKey: string, key: string, { bytes, name, mimeType }: ChatFile): Promise<string> {
    const folder = conversationMediaDir(this.path, sessionKey);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(this.path, 0o700);
    const digest = new Bun.CryptoHasher("sha256").update(key).digest("hex").slice(0, 24);
    const file = join(folder, `${digest}${endingOf(name, mimeType)}`);
    await writeFile(`${file}.part`, bytes, { mode: 0o600 });
    await rename(`${file}.part`, file);
    this.#filesSinceClearing += 1;
    this.#bytesSinceClearing += bytes.length;
    const isMuch =
      this.#filesSinceClearing >= MEDIA_CLEARED_AFTER_FILES ||
      this.#bytesSinceClearing >= MEDIA_CLEARED_AFTER_BYTES;
    if (isMuch) await this.clear();
    return file;
  }

  /** Deletes what is too old or too much; never throws. */
  async clear(): Promise<void> {
    this.#filesSinceClearing = 0;
    this.#bytesSinceClearing = 0;
    try {
      const files = await this.#files();
      let kept = 0;
      for (const { path, modifiedAt, bytes } of files.sort((a, b) => b.modifiedAt - a.modifiedAt)) {
        kept += bytes;
        const isOld = modifiedAt < this.#clock.now() - MEDIA_KEPT_MS;
        if (isOld || kept > MEDIA_KEPT_BYTES) await rm(path, { force: true });
      }
    } catch (error) {
      this.#log.warn("old files from chats could not be deleted", { path: this.path, error });
    }
  }

  async #files() {
    const found = await readdir(this.path, { recursive: true, withFileTypes: true }).catch(() => []);
    const looks = await Promise.allSettled(
      found
        .filter((one) => one.isFile())
        .map(async ({ parentPath, name }) => {
          const path = join(parentPath, name);
          const { mtimeMs, size } = await stat(path);
          return { path, modifiedAt: mtimeMs, bytes: size };
        }),
    );
    // One that is gone meanwhile needs no clearing.
    return looks.flatMap((look) => (look.status === "fulfilled" ? [look.value] : []));
  }
}

const ENDINGS: Readonly<Record<string, string>> = {
  "audio/ogg": ".ogg",
  "audio/mpeg": ".mp3",
  "audio/mp4": ".m4a",
  "video/mp4": ".mp4",
  "application/pdf": ".pdf",
  "image/jpeg": ".jpg",
  "image/png": ".png",
  "image/webp": ".webp",
  "image/gif": ".gif",
  "text/plain": ".txt",
};

function endingOf(name: string | undefined, mimeType: string): string {
  const [ending] = /\.[a-z0-9]{1,10}$/i.exec(name ?? "") ?? [];
  return ending?.toLowerCase() ?? ENDINGS[mimeType] ?? "";
}
