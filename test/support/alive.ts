import { readFileSync } from "node:fs";

/** Whether a process is at work still; one that has ended and that nobody has fetched yet is not. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}
