import type { QueueSettings } from "./queue-settings.ts";

/** What waits in a session. */
export interface Waiting {
  readonly acceptedAt: number;
  readonly settings: QueueSettings;
  /** Those with the same value may become one turn: same sender, same rights, same chat. */
  readonly kinship: string;
  /** What is left of it in a summary when it falls out of the queue. */
  readonly summary: string;
}

/** What goes next. */
export type Next<Item> =
  | { readonly batch: readonly [Item, ...Item[]]; readonly droppedSummaries: readonly string[] }
  /** Somebody may still be typing. */
  | { readonly quietInMs: number };

/** The messages that wait in one session, in order. Decides; does nothing. */
export class SessionQueue<Item extends Waiting> {
  #items: Item[] = [];
  #droppedSummaries: string[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The waiting ones, oldest first. */
  get items(): readonly Item[] {
    return this.#items;
  }

  /** True when a message under these settings would find no place. */
  refuses(settings: QueueSettings): boolean {
    return settings.drop === "new" && this.#items.length >= settings.cap;
  }

  /** Takes a message in, behind the others; returns those that fall out for it. */
  add(item: Item): readonly Item[] {
    const { cap, drop } = item.settings;
    const excess = Math.max(0, this.#items.length + 1 - cap);
    const dropped = this.#items.splice(0, excess);
    if (drop === "summarize") this.#droppedSummaries.push(...dropped.map(({ summary }) => summary));
    this.#items.push(item);
    return dropped;
  }

  /** Puts messages in front that lost their place to a run that ended before it came to them. */
  putBack(items: readonly Item[]): void {
    this.#items.unshift(...items);
  }

  /** Takes one out wherever it stands; false when it is not there. */
  remove(item: Item): boolean {
    const index = this.#items.indexOf(item);
    if (index < 0) return false;
    this.#items.splice(index, 1);
    return true;
  }

  /** Empties the queue. */
  clear(): readonly Item[] {
    const items = this.#items;
    this.#items = [];
    this.#droppedSummaries = [];
    return items;
  }

  /** Takes out what is one turn: the oldest, with its kin right behind it when it collects. */
  take(now: number): Next<Item> | undefined {
    const [first] = this.#items;
    if (!first) return undefined;
    const size = first.settings.mode === "collect" ? this.#kinOf(first) : 1;
    if (first.settings.mode === "collect") {
      const last = this.#items[size - 1] ?? first;
      const quietInMs = last.acceptedAt + last.settings.debounceMs - now;
      if (quietInMs > 0) return { quietInMs };
    }
    const [, ...others] = this.#items.splice(0, size);
    const droppedSummaries = this.#droppedSummaries;
    this.#droppedSummaries = [];
    return { batch: [first, ...others], droppedSummaries };
  }

  #kinOf(first: Item): number {
    const stranger = this.#items.findIndex(
      (item) => item.settings.mode !== "collect" || item.kinship !== first.kinship,
    );
    return stranger < 0 ? this.#items.length : stranger;
  }
}
