import { chmodSync, closeSync, constants, fchmodSync, fstatSync, openSync } from "node:fs";

/**
 * Sets the permission bits of a file or folder that was looked at before. What a link leads to keeps its own, also when the
 * link took the place only now, and so does a file that has another name elsewhere. Not for a database that this process has
 * open: its locks end with any handle on the file. @throws Error that says why not
 */
export function setMode(path: string, mode: number): void {
  if (process.platform === "win32") {
    chmodSync(path, mode);
    return;
  }
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (stat.isFile() && stat.nlink > 1) {
      throw new Error(`${path} has another name elsewhere (a hard link), which would change with it`);
    }
    fchmodSync(fd, mode);
  } finally {
    closeSync(fd);
  }
}
