import { chmodSync, constants, copyFileSync, rmSync } from "node:fs";

/** Copies a file to a place that gets a file of its own: a link that stands there is replaced, not written through. */
export function copyAnew(from: string, to: string, mode: number): void {
  rmSync(to, { force: true });
  copyFileSync(from, to, constants.COPYFILE_EXCL);
  chmodSync(to, mode);
}
