import { existsSync, readFileSync } from "node:fs";

/** A database above this has been lived in: it is kept whatever its content is. */
const MAX_READ_BYTES = 512 * 1024 * 1024;

/** What a file holds, as a hash; `undefined` when there is none, or it is too large to say. */
export function fingerprint(path: string): string | undefined {
  if (!existsSync(path) || Bun.file(path).size > MAX_READ_BYTES) return undefined;
  return new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex");
}
