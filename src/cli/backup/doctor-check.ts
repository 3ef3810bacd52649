import { rmSync } from "node:fs";
import { displayPath } from "../../config/index.ts";
import { realOf } from "../../lib/files/index.ts";
import type { Check, Finding } from "../doctor/check.ts";
import { finishInterrupted, interruptedRestore, journalLitter } from "./interrupted.ts";

/** No restore stopped half-way. */
export const restoreCheck: Check = {
  id: "restore",
  title: "Restored backups",
  reason: "A restore that was interrupted leaves what it unpacked, or parts of it in their places.",
  async run(session) {
    const journal = interruptedRestore(session);
    if (journal === undefined) return litterFindings(journalLitter(session));
    const placing = journal.phase === "placing";
    const { paths } = session;
    return [
      {
        severity: placing ? "error" : "info",
        message: placing
          ? "A backup was being restored when something ended it; some of it may be in its place already."
          : "A backup was being unpacked when something ended it; nothing was replaced.",
        path: realOf(paths.stateDir),
        repair: {
          summary: placing ? "Carry the restore through" : "Remove what was unpacked",
          preview: journal.places.map(({ staged, to }) =>
            placing
              ? `${displayPath(staged, paths.home)} → ${displayPath(to, paths.home)}`
              : `remove ${displayPath(staged, paths.home)}`,
          ),
          apply: async () => (await finishInterrupted(session)) ?? "There was nothing left to do",
        },
      },
    ];
  },
};

function litterFindings(files: readonly string[]): Finding[] {
  const [path] = files;
  if (path === undefined) return [];
  return [
    {
      severity: "info",
      message: "A backup was to be restored when something ended it; nothing was unpacked or replaced.",
      path,
      repair: {
        summary: "Remove the beginning of its journal",
        apply: async () => {
          for (const file of files) rmSync(file, { force: true });
          return "Removed what a restore had begun to write";
        },
      },
    },
  ];
}
