import type { QueueSettings } from "./queue-settings.ts";

/** What waits in a session. */
export interface Waiting {
  readonly acceptedAt: number;
  readonly settings: QueueSettings;
  /** Those with the same value may become one turn: same sender, same rights, same chat. */
  readonly kinship: string;
  /** Taken up from an earlier process, which had found it a place: it takes none from those that come now. */
  readonly resumed: boolean;
  /** Nobody was told that it fell out of the queue, so it may have its place back. */
  readonly mayReturn: boolean;
}

/** What goes next. */
export type Next<Item> =
  | { readonly batch: readonly [Item, ...Item[]]; readonly dropped: readonly Item[] }
  /** Somebody may still be typing. */
  | { readonly quietInMs: number };

/** The messages that wait in one session, in order. Decides; does nothing. */
export class SessionQueue<Item extends Waiting> {
  #items: Item[] = [];
  #dropped: Item[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** Those that fell out of the queue and that the next turn is to be told of. */
  get dropped(): readonly Item[] {
    return this.#dropped;
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
    const counted = item.resumed ? [] : this.#items.filter(({ resumed }) => !resumed);
    const dropped = counted.slice(0, Math.max(0, counted.length + 1 - cap));
    this.#items = [...this.#items.filter((other) => !dropped.includes(other)), item];
    if (drop === "summarize") this.#dropped.push(...dropped);
    return dropped;
  }

  /** Puts messages in front that lost their place to a run that ended before it came to them. */
  putBack(items: readonly Item[]): void {
    this.#items.unshift(...items);
  }

  /** Takes one out wherever it stands; false when it is not there. */
  remove(item: Item): boolean {
    for (const list of [this.#items, this.#dropped]) {
      const index = list.indexOf(item);
      if (index < 0) continue;
      list.splice(index, 1);
      return true;
    }
    return false;
  }

  /** Takes out what is one turn: the oldest, with its kin right behind it when it collects. */
  take(now: number): Next<Item> | undefined {
    // Those that took their places have gone.
    if (this.#items.length === 0) {
      this.#items = this.#dropped.filter(({ mayReturn }) => mayReturn);
      this.#dropped = [];
    }
    const [first] = this.#items;
    if (!first) return undefined;
    const size = first.settings.mode === "collect" ? this.#kinOf(first) : 1;
    if (first.settings.mode === "collect") {
      const last = this.#items[size - 1] ?? first;
      const quietInMs = last.acceptedAt + last.settings.debounceMs - now;
      if (quietInMs > 0) return { quietInMs };
    }
    const [, ...others] = this.#items.splice(0, size);
    const dropped = this.#dropped;
    this.#dropped = [];
    return { batch: [first, ...others], dropped };
  }

  #kinOf(first: Item): number {
    const stranger = this.#items.findIndex(
      (item) => item.settings.mode !== "collect" || item.kinship !== first.kinship,
    );
    return stranger < 0 ? this.#items.length : stranger;
  }
}
