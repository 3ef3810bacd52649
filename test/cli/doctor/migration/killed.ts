// Runs a migration, or takes one back, and kills itself in the middle: HOME ARGS migrate|undo STEP MOMENT.
import { beginMigration, carryOut, type Witness } from "../../../../src/cli/doctor/migration/carry-out.ts";
import { journalFolder, readJournal } from "../../../../src/cli/doctor/migration/journal.ts";
import { statePlaces } from "../../../../src/cli/doctor/migration/legacy-state.ts";
import { planMigration } from "../../../../src/cli/doctor/migration/plan.ts";
import { undo } from "../../../../src/cli/doctor/migration/undo.ts";
import { sessionIn } from "./old-homes.ts";

const [home = "", profile = "", act, step, moment] = process.argv.slice(2);
const session = sessionIn(home, profile === "" ? [] : ["--profile", profile]);
const killer: Witness = (at, when) => {
  if (at === Number(step) && when === moment) process.kill(process.pid, "SIGKILL");
};
if (act === "migrate") {
  const plan = await planMigration(session);
  if (plan === undefined) throw new Error("there is nothing to migrate");
  await carryOut(beginMigration(plan, session), session, killer);
} else {
  const { to, from } = statePlaces(session);
  const folder = journalFolder({ to, from: from ?? session.paths.stateDir });
  if (folder === undefined) throw new Error("there is no journal");
  await undo(readJournal(folder), session, killer);
}
