import { within } from "../../support/wait.ts";
import type { Companion } from "./state/companion.ts";
import type { BinaryNode } from "./wire/index.ts";

/** One node on the wire, or one request at the media host. */
export interface Entry {
  /** `in`: from a client. */
  readonly direction: "in" | "out";
  /** The device whose connection it was; nothing while it is not known. */
  readonly device: Companion | undefined;
  readonly node: BinaryNode;
  /** Epoch ms. */
  readonly at: number;
}

/** Only the newest so many nodes are kept. */
const KEEP = 50_000;

/** Everything that went over the wire, oldest first, with waiting for what has not come yet. */
export class Journal {
  readonly entries: Entry[] = [];
  /** Questions the fake has no answer for, as `xmlns type child`. */
  readonly unknown: string[] = [];
  readonly #waiting = new Set<() => void>();

  add(direction: Entry["direction"], device: Companion | undefined, node: BinaryNode): void {
    this.entries.push({ direction, device, node, at: Date.now() });
    if (this.entries.length > KEEP) this.entries.shift();
    this.stir();
  }

  /** Nodes of one tag that came in, oldest first. */
  in(tag: string): BinaryNode[] {
    return this.#of("in", tag);
  }

  /** Nodes of one tag that went out, oldest first. */
  out(tag: string): BinaryNode[] {
    return this.#of("out", tag);
  }

  /** Questions of one namespace that came in. */
  asked(xmlns: string): BinaryNode[] {
    return this.in("iq").filter(({ attrs }) => attrs.xmlns === xmlns);
  }

  /** Lets those who wait look again. */
  stir(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** What `probe` finds, asked again whenever anything happened. */
  when<T>(what: string, probe: () => T | undefined | false, timeoutMs?: number): Promise<T> {
    return timeoutMs === Infinity ? this.#when(probe) : within(what, this.#when(probe), timeoutMs);
  }

  /** Forgets what happened so far. */
  clear(): void {
    this.entries.length = 0;
    this.unknown.length = 0;
  }

  #of(direction: Entry["direction"], tag: string): BinaryNode[] {
    return this.entries.flatMap((entry) =>
      entry.direction === direction && entry.node.tag === tag ? [entry.node] : [],
    );
  }

  async #when<T>(probe: () => T | undefined | false): Promise<T> {
    while (true) {
      const found = probe();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }
}
