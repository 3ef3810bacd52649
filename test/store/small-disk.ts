import { mkdirSync } from "node:fs";
import { tempDir } from "./temp.ts";

/** Mounts a small file system, where this user may; undefined elsewhere. */
export function smallDisk(at: string, options: string): Disposable | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  mkdirSync(at, { recursive: true });
  if (Bun.spawnSync(["mount", "-t", "tmpfs", "-o", options, "tmpfs", at]).exitCode !== 0) return undefined;
  return { [Symbol.dispose]: () => void Bun.spawnSync(["umount", at]) };
}

const probeDir = tempDir();
const probeDisk = smallDisk(probeDir.file("disk"), "size=1m");
/** Whether this user may mount. */
export const canMount = probeDisk !== undefined;
probeDisk?.[Symbol.dispose]();
probeDir[Symbol.dispose]();
