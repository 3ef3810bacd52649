import type { Timer } from "../../../lib/clock.ts";
import type { InboxRow } from "../../../store/index.ts";
import type { Entry } from "./entry.ts";

/** Rows are taken up in order within a lane: a chat with its topic, as one account sees it. */
export function laneKey({
  channel,
  accountId,
  identity,
  lane,
}: Pick<InboxRow, "channel" | "accountId" | "identity" | "lane">): string {
  return JSON.stringify([channel, accountId, identity, lane]);
}

/** What waits in one lane, in order of arrival. */
export class Lane {
  readonly key: string;
  readonly channel: string;
  readonly accountId: string;
  /** `/stop` of somebody ends what they said before it: the row of the last one, by sender. */
  readonly stops = new Map<string, number>();
  /** Commands that go first, one after the other. */
  overtaking: Promise<void> = Promise.resolve();
  /** Times in a row that the agents would not take the head. */
  refusals = 0;
  /** Times in a row that a step went wrong. */
  failures = 0;
  isMoving = false;
  /** Something came or changed since the last look. */
  isStirred = false;
  timer: Timer | undefined;
  readonly #entries: Entry[] = [];

  constructor({ channel, accountId }: InboxRow, key: string) {
    this.key = key;
    this.channel = channel;
    this.accountId = accountId;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get head(): Entry | undefined {
    return this.#entries[0];
  }

  /** Takes entries in at their places. */
  add(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const after = this.#entries.findIndex(({ row }) => row.id > entry.row.id);
      this.#entries.splice(after === -1 ? this.#entries.length : after, 0, entry);
    }
  }

  has(entry: Entry): boolean {
    return this.#entries.includes(entry);
  }

  remove(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const at = this.#entries.indexOf(entry);
      if (at !== -1) this.#entries.splice(at, 1);
    }
  }

  /** Those that were begun together with the head; the head alone when it was not begun. */
  get begunTogether(): readonly Entry[] {
    const runId = this.head?.row.runId;
    return runId === undefined ? [] : this.#entries.filter(({ row }) => row.runId === runId);
  }
}
