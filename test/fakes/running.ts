import { readFileSync } from "node:fs";

/**
 * When the process of this number began, in ticks of the kernel; `undefined` when it has ended, fetched or not. Numbers are
 * used again: number and start together tell whether it is still the one that a double has started.
 */
export function beganAt(pid: number): string | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return ["Z", "X"].includes(state) ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
