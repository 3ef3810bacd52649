import { displayPath } from "../../../config/index.ts";
import { CliError, EXIT_OK } from "../../errors.ts";
import type { Session } from "../../session.ts";
import { usersOf } from "./in-use.ts";
import { type Journal, journalFolder, readJournal } from "./journal.ts";
import { statePlaces } from "./legacy-state.ts";
import type { Step } from "./step.ts";
import { undo } from "./undo.ts";

/** What the command needs to know of its flags. */
export interface UndoFlags {
  readonly yes: boolean;
  readonly nonInteractive: boolean;
  readonly json: boolean;
}

/** `openclaw doctor --undo-migration`. Resolves to the exit code. Throws `CliError`. */
export async function undoMigration(session: Session, flags: UndoFlags): Promise<number> {
  const { out, paths } = session;
  const journal = lastMigration(session);
  const shown = (path: string) => displayPath(path, paths.home);
  const steps = journal.steps.map(({ step }) => backwards(step, shown)).reverse();
  if (!flags.json) {
    out.line(`The migration of ${journal.id} is taken back:`);
    for (const line of steps) out.line(`  ${out.style.dim(line)}`);
  }
  const mayAsk = !flags.json && !flags.nonInteractive;
  const agreed = flags.yes || (mayAsk && (await session.confirm?.("Take it back?")) === true);
  if (!agreed) {
    throw new CliError("Nothing was changed, because nobody agreed.", { hint: "Agree with --yes." });
  }
  const [user] = await usersOf(session, [journal.from, journal.to]);
  if (user !== undefined) throw new CliError("A gateway uses the state, so it is not moved.", { hint: user });
  const kept = await undo(journal, session);
  if (flags.json) out.json({ ok: true, stateDir: journal.from, steps: steps.length, kept });
  else {
    out.line(`The state is in ${shown(journal.from)} as it was.`);
    for (const line of kept) out.warn(line);
  }
  return EXIT_OK;
}

function lastMigration(session: Session): Journal {
  const { from, to } = statePlaces(session);
  const folder = journalFolder({ from: from ?? session.paths.stateDir, to });
  if (folder === undefined) {
    throw new CliError("There is no migration to take back.", { hint: "See what is there: openclaw doctor" });
  }
  return readJournal(folder);
}

/** What taking a step back does. */
function backwards(step: Step, shown: (path: string) => string): string {
  switch (step.kind) {
    case "folder":
      return `Remove ${shown(step.path)}, if it is empty`;
    case "move":
      return `Move ${shown(step.to)} to ${shown(step.from)}`;
    case "link":
      return `Remove the link ${shown(step.path)}`;
    case "settings":
      return `Put ${shown(step.path)} back as it was`;
    case "take-over":
      return `Forget what was taken over from ${shown(step.from)}`;
  }
}
