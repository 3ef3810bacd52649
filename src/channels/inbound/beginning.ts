import type { RunId } from "../../protocol/index.ts";
import type { InboxRepository } from "../../store/index.ts";
import type { Conversations } from "../conversations.ts";
import type { Answers } from "./answers/answers.ts";
import type { Durable } from "./durable.ts";
import type { Lane } from "./lanes/lane.ts";
import { MAX_ATTEMPTS } from "./limits.ts";
import type { Matter, OpenTurn } from "./matter.ts";
import { nextRun } from "./lanes/run-names.ts";
import type { Settling } from "./answers/settling.ts";

export interface BeginningDeps {
  readonly inbox: Pick<InboxRepository, "begin">;
  readonly conversations: Pick<Conversations, "recall">;
  readonly answers: Answers;
  readonly settling: Settling;
  readonly durable: Durable;
}

/** The step from "waits" to "was begun", and what is found begun. */
export class Beginning {
  readonly #deps: BeginningDeps;

  constructor(deps: BeginningDeps) {
    this.#deps = deps;
  }

  /**
   * The run it is to be said as; undefined when an earlier try or process said it and its end is looked after now.
   * @throws StoreError
   */
  async resume(lane: Lane, matter: Matter, first: RunId): Promise<RunId | undefined> {
    const { conversations, answers } = this.#deps;
    const runId = matter.entries[0]?.row.runId;
    if (runId === undefined) return first;
    const taken = await conversations.recall(matter.scene.account.channel, runId);
    if (taken === undefined || taken.state === "refused") return runId;
    if (taken.state === "settled" && answers.isToBeSaidAgain(matter.entries, taken.outcome)) {
      return nextRun(runId, first);
    }
    const done = taken.state === "accepted" ? taken.done : Promise.resolve(taken.outcome);
    this.hand(lane, { ...matter, runId }, done);
    return undefined;
  }

  /**
   * Counts the attempt, before any work is done. False when there is nothing to be done: it is given up, or a person
   * took it out. @throws StoreError, Stopped
   */
  async begin(lane: Lane, { entries }: Matter, runId: RunId): Promise<boolean> {
    const { inbox, durable, settling } = this.#deps;
    const ids = entries.map(({ row }) => row.id);
    const rows = await durable.act("a message could not be begun", () => inbox.begin(ids, runId));
    const byId = new Map(rows.map((row) => [row.id, row]));
    const gone = entries.filter(({ row }) => !byId.has(row.id));
    for (const entry of entries) {
      entry.row = byId.get(entry.row.id) ?? entry.row;
      entry.isCounted = true;
    }
    if (gone.length > 0) {
      lane.remove(gone);
      settling.gone(gone);
      return false;
    }
    if (rows.every(({ attempts }) => attempts <= MAX_ATTEMPTS)) return true;
    await settling.bury(entries, `It was begun ${MAX_ATTEMPTS} times and never came to an end.`);
    lane.remove(entries);
    return false;
  }

  /** The lane is done with it: the next one is taken up while this one is answered. */
  hand(lane: Lane, turn: OpenTurn, done: Parameters<Answers["watch"]>[1]): void {
    lane.remove(turn.entries);
    this.#deps.answers.watch(turn, done);
  }
}
