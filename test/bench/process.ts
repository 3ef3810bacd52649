import { readFile } from "node:fs/promises";

/** Clock ticks per second that Linux counts CPU time in, on every architecture the gateway runs on. */
const TICKS_PER_SECOND = 100;

/** Resident memory in MB (10^6 bytes), or undefined where there is no `/proc`. */
export async function residentMb(pid: number): Promise<number | undefined> {
  const status = await readProc(pid, "status");
  const kib = status?.match(/^VmRSS:\s+(\d+) kB$/m)?.[1];
  return kib === undefined ? undefined : (Number(kib) * 1024) / 1e6;
}

/** CPU time used so far by all threads, in seconds, or undefined where there is no `/proc`. */
export async function cpuSeconds(pid: number): Promise<number | undefined> {
  const stat = await readProc(pid, "stat");
  // The second field is the program's name in parentheses and may hold blanks.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (!fields) return undefined;
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function readProc(pid: number, name: string): Promise<string | undefined> {
  return readFile(`/proc/${pid}/${name}`, "utf8").catch(() => undefined);
}
