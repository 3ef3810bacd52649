import { displayPath } from "../../../config/index.ts";
import type { Session } from "../../session.ts";
import { plural } from "../../words.ts";
import type { Check, Finding, Repair } from "../check.ts";
import { beginMigration, carryOut } from "./carry-out.ts";
import { usersOf } from "./in-use.ts";
import { type Journal, journalFolder, readJournal } from "./journal.ts";
import { type StatePlaces, statePlaces } from "./legacy-state.ts";
import { type MigrationPlan, planMigration } from "./plan.ts";

/** The state is where this version keeps it, and in its form. */
export const legacyStateCheck: Check = {
  id: "legacy-state",
  title: "State of earlier versions",
  reason:
    "Folders and files of earlier names and forms are read for a while; what is not taken over is forgotten.",
  ofThePast: true,
  async run(session) {
    const places = statePlaces(session);
    const folder = journalFolder({ from: places.from ?? session.paths.stateDir, to: places.to });
    const journal = folder === undefined ? undefined : readJournal(folder);
    if (journal !== undefined && journal.state !== "done") return [await interrupted(journal, session)];
    const plan = await planMigration(session);
    return [...(plan === undefined ? [] : [await planned(plan, session)]), ...besides(places, session)];
  },
};

async function planned(plan: MigrationPlan, session: Session): Promise<Finding> {
  const { from, to, steps, left } = plan;
  const shown = (path: string) => displayPath(path, session.paths.home);
  const users = await usersOf(session, [from, to]);
  return {
    severity: "warning",
    message:
      from === to
        ? `${shown(from)} holds what an earlier version, or another gateway, kept in its own way.`
        : `The state of this gateway is in ${shown(from)}, a folder of an earlier name.`,
    path: from,
    details: [
      ...steps.map(({ title, why }) => `${title}: ${why}`),
      ...left,
      ...users.map((user) => `In the way now: ${user}`),
    ],
    repair: {
      summary: `Take it over (${plural(steps.length, "step")}; openclaw doctor --undo-migration takes it back)`,
      preview: [...steps.map(({ title }) => title), ...left],
      ...common(session, plan),
      apply: () => report(beginMigration(plan, session), session),
    },
  };
}

async function interrupted(journal: Journal, session: Session): Promise<Finding> {
  const { state, steps, to } = journal;
  const done = steps.filter((step) => step.done).length;
  const undoing = state === "undoing";
  return {
    severity: "error",
    message: undoing
      ? "Taking a migration back was interrupted; the state is between its old and its new place."
      : `A migration was interrupted after ${done} of ${plural(steps.length, "step")}; the state is between its old and its new place.`,
    path: to,
    ...(undoing
      ? { fixHint: "Go on with it: openclaw doctor --undo-migration" }
      : {
          repair: {
            summary: "Go on with the migration (openclaw doctor --undo-migration takes it back)",
            ...common(session, journal),
            apply: () => report(journal, session),
          },
        }),
  };
}

/** Moving what is a person's needs their word, and a state that nobody uses. */
function common(
  session: Session,
  { from, to }: { readonly from: string; readonly to: string },
): Pick<Repair, "needsConsent" | "needsStop" | "obstacle"> {
  return {
    needsConsent: true,
    needsStop: true,
    obstacle: async () => (await usersOf(session, [from, to]))[0],
  };
}

async function report(journal: Journal, session: Session): Promise<string> {
  const { taken, problems } = await carryOut(journal, session);
  const to = displayPath(journal.to, session.paths.home);
  const news = taken.length === 0 ? "" : `; taken over: ${taken.join(", ")}`;
  for (const problem of problems) session.out.warn(problem);
  return `The state is in ${to}${news}`;
}

/** Folders of earlier names beside a state that is in use. */
function besides({ beside }: StatePlaces, { paths }: Session): Finding[] {
  return beside.map((path) => {
    const shown = displayPath(path, paths.home);
    return {
      severity: "info",
      message: `${shown} is of an earlier version. It is not taken over, because ${displayPath(paths.stateDir, paths.home)} is in use.`,
      path,
      fixHint: `Take its conversations over: openclaw sessions import ${shown}`,
    };
  });
}
