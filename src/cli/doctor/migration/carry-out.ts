import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { GatewayLock } from "../../../lib/locks/index.ts";
import { silentLogger } from "../../../lib/logger.ts";
import type { Session } from "../../session.ts";
import { lockState } from "../../state-lock.ts";
import { applyStep } from "./apply-step.ts";
import { fingerprint } from "./fingerprint.ts";
import { beginJournal, type Journal, type JournalStep, saveJournal } from "./journal.ts";
import { sessionOn } from "./legacy-state.ts";
import type { MigrationPlan } from "./plan.ts";
import { takeOver, type TakenOver } from "./take-over.ts";
import { namesIn } from "./tree.ts";

const loadStore = () => import("../../../store/index.ts");

type Store = Awaited<ReturnType<Awaited<ReturnType<typeof loadStore>>["openStore"]>>;

/** Hears of each step before it is done, when it is done, and when that is on disk; for what shows or disturbs it. */
export type Witness = (step: number, moment: "before" | "done" | "noted") => void;

/** What a migration did, for people. */
export interface MigrationResult {
  readonly taken: readonly string[];
  /** What could not be taken over, and why. */
  readonly problems: readonly string[];
}

/** Begins a migration: from here on it can be gone on with, and taken back. */
export function beginMigration(plan: MigrationPlan, session: Session): Journal {
  const { from, to } = plan;
  // The folder that is there: the journal and the lock move along with the rest.
  const root = existsSync(to) ? to : from;
  const { paths } = sessionOn(session, root);
  const below = [paths.tmpDir, paths.lockDir, join(root, "state")];
  const databases = [paths.dbPath, sessionOn(session, from).paths.dbPath];
  const journal: Journal = {
    version: 1,
    id: new Date(session.clock.now()).toISOString().replaceAll(/[:.]/g, "-"),
    state: "running",
    from,
    to,
    steps: plan.steps.map(({ step }) => ({ step, done: false })),
    hadDatabase:
      databases.some((path) => existsSync(path)) && !plan.steps.some(({ step }) => isDatabaseMove(step, to)),
    beside: namesIn(join(root, "state")),
    absent: below.filter((path) => !existsSync(path)).map((path) => relative(root, path)),
  };
  beginJournal(journal, root);
  return journal;
}

function isDatabaseMove(step: JournalStep["step"], to: string): boolean {
  return step.kind === "move" && step.from === join(to, "state", "openclaw.sqlite");
}

/** Does what a journal says is left to do. No gateway can start on the folder meanwhile. @throws Error, GatewayRunningError */
export async function carryOut(
  journal: Journal,
  session: Session,
  witness: Witness = () => {},
): Promise<MigrationResult> {
  const results: TakenOver[] = [];
  let store: Store | undefined;
  using lock = await lockFolder(session, existsSync(journal.to) ? journal.to : journal.from);
  journal.holder = lock.owner.ownerId;
  saveJournal(journal);
  const moved = sessionOn(session, journal.to);
  try {
    for (const [index, entry] of journal.steps.entries()) {
      if (entry.done) continue;
      witness(index, "before");
      const { step } = entry;
      if (step.kind === "take-over") {
        store ??= await openStore(moved);
        results.push(await taken(step, moved, store));
      } else applyStep(step, entry, () => saveJournal(journal));
      witness(index, "done");
      entry.done = true;
      saveJournal(journal);
      witness(index, "noted");
    }
  } finally {
    await store?.close();
  }
  verify(journal);
  if (!journal.hadDatabase) {
    const mark = fingerprint(moved.paths.dbPath);
    if (mark !== undefined) journal.database = mark;
  }
  journal.state = "done";
  saveJournal(journal);
  return {
    taken: results.map(({ done }) => done),
    problems: results.flatMap(({ problems }) => problems),
  };
}

/** A source that cannot be read is told, and stays; the rest of the state is not worth less for it. */
async function taken(
  step: Parameters<typeof takeOver>[0],
  session: Session,
  store: Store,
): Promise<TakenOver> {
  try {
    return await takeOver(step, { session, store, clock: session.clock });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { done: "nothing", problems: [`${step.from} was not taken over: ${reason}`] };
  }
}

/** Everything is where it should be. @throws Error */
function verify({ steps }: Journal): void {
  const later = new Set(steps.flatMap(({ step }) => (step.kind === "move" ? [step.from] : [])));
  for (const { step } of steps) {
    if (step.kind !== "move" || later.has(step.to)) continue;
    if (!existsSync(step.to)) throw new Error(`${step.to} is missing after the migration`);
  }
}

async function openStore({ paths, clock }: Session): Promise<Store> {
  const { openStore: open } = await loadStore();
  return open({ path: paths.dbPath, clock, log: silentLogger });
}

/** Keeps gateways off a state folder. The lock moves with the folder. @throws GatewayRunningError */
export async function lockFolder(session: Session, root: string): Promise<GatewayLock> {
  const on = sessionOn(session, root);
  // The configuration may be renamed on the way; who uses the folder holds the lock of the state.
  return lockState({ ...on, env: { ...on.env, allowMultiGateway: true } });
}
