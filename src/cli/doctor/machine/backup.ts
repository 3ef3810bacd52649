import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { displayPath } from "../../../config/index.ts";
import type { Check, Finding } from "../check.ts";
import { namesIn } from "../migration/tree.ts";

/** The name that `openclaw backup create` gives. */
const BACKUP = /-openclaw-backup\.tar\.gz$/;

/** A state this young has nothing yet that a backup would save. */
const NEW_STATE_MS = 7 * 24 * 3_600_000;

/** After this long a backup says little of what there is now. */
const OLD_BACKUP_MS = 30 * 24 * 3_600_000;

/** There is a copy of the state somewhere. */
export const backupCheck: Check = {
  id: "backup",
  title: "Backup",
  reason: "Pairings, conversations and credentials of a lost disk come back from nowhere else.",
  ofThePast: true,
  async run({ paths, clock }) {
    const { home, dbPath } = paths;
    if (!existsSync(dbPath)) return [];
    const places = [...new Set([process.cwd(), home, join(home, "Backups"), join(home, "backups")])];
    const backups = places.flatMap((place) =>
      namesIn(place)
        .filter((name) => BACKUP.test(name))
        .flatMap((name) => statSync(join(place, name), { throwIfNoEntry: false })?.mtimeMs ?? []),
    );
    const { birthtimeMs, mtimeMs } = statSync(dbPath);
    return backupFindings({
      now: clock.now(),
      // Some disks do not know when a file was made.
      stateSince: birthtimeMs > 0 ? birthtimeMs : mtimeMs,
      newest: backups.length === 0 ? undefined : Math.max(...backups),
      places: places.map((place) => displayPath(place, home)),
    });
  },
};

/** What to say of the newest backup (epoch ms) that lies in one of the places. */
export function backupFindings(known: {
  readonly now: number;
  readonly stateSince: number;
  readonly newest: number | undefined;
  readonly places: readonly string[];
}): Finding[] {
  const { now, stateSince, newest, places } = known;
  if (now - stateSince < NEW_STATE_MS) return [];
  if (newest !== undefined && now - newest < OLD_BACKUP_MS) return [];
  const where = places.join(", ");
  const message =
    newest === undefined
      ? `No backup was found in ${where}.`
      : `The newest backup in ${where} is of ${new Date(newest).toISOString().slice(0, 10)}.`;
  return [
    {
      severity: "info",
      message,
      fixHint: "Make one, while the gateway runs: openclaw backup create --verify",
    },
  ];
}
