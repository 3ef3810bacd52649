import { type FSWatcher, watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import type { Clock, Timer } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import { folderState } from "./folder-state.ts";
import { MAX_LISTENERS, MAX_UNSETTLED_MS, SETTLE_MS } from "./limits.ts";

export interface LiveReloadDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

interface Listener {
  /** State of the folder its page was made from. */
  readonly since: string;
  tell(): void;
  end(): void;
}

/** Tells pages that files of a folder changed. The folder is watched only while somebody listens. */
export class LiveReload {
  readonly #listeners = new Set<Listener>();
  #root: string | undefined;
  #watcher: FSWatcher | undefined;
  #pending: Timer | undefined;
  #unsettledSince: number | undefined;

  constructor(private readonly deps: LiveReloadDeps) {}

  /** Pages that listen now. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /**
   * A stream of server-sent events with one event for each change of `root`, beginning with one when it is no longer in the
   * state `since`. Ends with `signal`.
   */
  stream(root: string, since: string, signal: AbortSignal): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    let listener: Listener | undefined;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        const own: Listener = {
          since,
          tell: () => controller.enqueue(encoder.encode("data: changed\n\n")),
          end: () => {
            if (!this.#remove(own)) return;
            controller.close();
          },
        };
        listener = own;
        // The first bytes tell the browser that it is connected.
        controller.enqueue(encoder.encode(": listening\n\n"));
        this.#add(own);
        if (signal.aborted) own.end();
        else signal.addEventListener("abort", () => own.end(), { once: true });
        void this.#watch(root).then(() => this.#compare());
      },
      cancel: () => void (listener && this.#remove(listener)),
    });
  }

  /** Ends every stream. */
  stop(): void {
    for (const listener of this.#listeners) listener.end();
  }

  #add(listener: Listener): void {
    const [oldest] = this.#listeners;
    if (oldest && this.#listeners.size >= MAX_LISTENERS) oldest.end();
    this.#listeners.add(listener);
  }

  #remove(listener: Listener): boolean {
    const was = this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#unwatch();
    return was;
  }

  async #watch(root: string): Promise<void> {
    if (this.#root === root && this.#watcher) return;
    this.#unwatch();
    this.#root = root;
    try {
      // A folder that is not there yet cannot be watched.
      await mkdir(root, { recursive: true });
      if (this.#root !== root || this.#watcher || this.#listeners.size === 0) return;
      this.#watcher = watch(root, { recursive: true }, () => this.#changed());
      this.#watcher.on("error", (error) => this.#blind(root, error));
    } catch (error) {
      this.#blind(root, error);
    }
  }

  #blind(root: string, error: unknown): void {
    this.deps.log.warn(`${root} cannot be watched; its pages do not reload by themselves`, { error });
    this.#unwatch();
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#root = undefined;
    this.#pending?.cancel();
    this.#pending = undefined;
    this.#unsettledSince = undefined;
  }

  #changed(): void {
    const { clock } = this.deps;
    const now = clock.monotonic();
    this.#unsettledSince ??= now;
    const left = this.#unsettledSince + MAX_UNSETTLED_MS - now;
    this.#pending?.cancel();
    this.#pending = clock.after(Math.max(0, Math.min(SETTLE_MS, left)), () => {
      this.#unsettledSince = undefined;
      void this.#compare();
    });
  }

  /** A page is told once: it begins anew then, from the state there is. */
  async #compare(): Promise<void> {
    const root = this.#root;
    if (root === undefined) return;
    const state = await folderState(root);
    for (const listener of this.#listeners) if (listener.since !== state) listener.tell();
  }
}
