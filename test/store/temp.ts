import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new empty folder that goes away with `using`. */
export interface TempDir extends Disposable {
  readonly path: string;
  /** A path inside it. */
  file(name: string): string;
}

export function tempDir(): TempDir {
  const path = mkdtempSync(join(tmpdir(), "openclaw-store-"));
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
