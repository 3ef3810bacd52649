import type { OutboxRow } from "../../store/index.ts";
import type { Target } from "../outbound-message.ts";
import { UNCONFIRMED_ORIGIN } from "./notices.ts";

/** An open delivery; what it says stays in the store until it is begun. */
export interface Entry {
  readonly id: number;
  /** What goes first, see `RANK`. */
  rank: number;
  /** Monotonic ms before which it is not tried. */
  due: number;
  /** Times in a row that the platform said "later". */
  throttled: number;
  /** Taken in as begun: its call is to be made at once. */
  begun?: OutboxRow | undefined;
}

/** First the rest of what was begun, then what a chat must know before anything else, then all others as they came. */
const RANK = { begun: 0, notice: 1, ordinary: 2 } as const;

/** Open deliveries of one chat and topic, one under way at a time. */
export class Lane {
  /** Something of it is under way. */
  isBusy = false;
  #entries: readonly Entry[] = [];

  constructor(
    readonly key: string,
    readonly target: Target,
  ) {}

  get head(): Entry | undefined {
    return this.#entries[0];
  }

  get size(): number {
    return this.#entries.length;
  }

  /** A notice waits to be sent. */
  get hasNotice(): boolean {
    return this.#entries.some(({ rank }) => rank === RANK.notice);
  }

  add(row: OutboxRow, due: number): Entry {
    const rank =
      row.receipts.length > 0 ? RANK.begun : row.origin === UNCONFIRMED_ORIGIN ? RANK.notice : RANK.ordinary;
    const entry: Entry = { id: row.id, rank, due, throttled: 0 };
    this.#entries = [...this.#entries, entry].sort(inOrder);
    return entry;
  }

  remove(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  /** It is begun: nothing goes before the rest of it. */
  hold(entry: Entry): void {
    entry.rank = RANK.begun;
    this.#entries = [...this.#entries].sort(inOrder);
  }
}

function inOrder(a: Entry, b: Entry): number {
  return a.rank - b.rank || a.id - b.id;
}
