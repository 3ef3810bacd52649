import { statSync } from "node:fs";
import { BUILD_DATE } from "../../lib/version.ts";
import type { Check, Finding } from "./check.ts";

/** Clocks of network disks differ by this much without harm. */
const TOLERANCE_MS = 5 * 60_000;

/** The machine knows what time it is. */
export const clockCheck: Check = {
  id: "clock",
  title: "Clock",
  reason: "Signatures, tokens, certificates and schedules depend on the time of day.",
  async run({ clock, paths }) {
    const newest = Math.max(
      ...[paths.configPath, paths.dbPath, paths.stateLockPath].map(
        (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0,
      ),
    );
    return timeFindings(clock.now(), { builtAt: Date.parse(BUILD_DATE ?? ""), newestFileAt: newest });
  },
};

/** What to say about the time `now`; `builtAt` is NaN when it is not known. */
export function timeFindings(now: number, known: { builtAt: number; newestFileAt: number }): Finding[] {
  const iso = (at: number) => new Date(at).toISOString();
  const fixHint = "Set the clock, for example: timedatectl set-ntp true";
  if (now < known.builtAt - TOLERANCE_MS) {
    const message = `This machine's clock says ${iso(now)}, before this program was built (${iso(known.builtAt)}).`;
    return [{ severity: "error", message, fixHint }];
  }
  if (now < known.newestFileAt - TOLERANCE_MS) {
    const message = `This machine's clock says ${iso(now)}, but a state file was written at ${iso(known.newestFileAt)}.`;
    return [{ severity: "warning", message, fixHint }];
  }
  return [];
}
