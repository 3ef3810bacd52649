import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Clock, Timer } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import { CONFIG_MAX_UNSETTLED_MS, CONFIG_POLL_MS, CONFIG_SETTLE_MS } from "./limits.ts";
import type { ConfigSnapshot } from "./snapshot.ts";
import type { ConfigStore } from "./store.ts";

export interface ConfigWatcherDeps<Config> {
  readonly store: ConfigStore<Config>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Quiet time before a change is looked at, in ms; asked at each change. */
  readonly debounceMs: () => number;
  /** Told of every read the watcher caused, valid or not. */
  readonly onLoaded?: (snapshot: ConfigSnapshot<Config>) => void;
}

/**
 * Watches the config file and what it includes, and has the store read them once a change has settled. What a valid
 * change leads to follows from the store's `onChange`; an invalid one is logged and changes nothing.
 */
export class ConfigWatcher<Config> {
  readonly #deps: ConfigWatcherDeps<Config>;
  readonly #folders = new Map<string, FSWatcher>();
  #poll: Timer | undefined;
  #pending: Timer | undefined;
  /** Monotonic time of the first change since the last read. */
  #unsettledSince: number | undefined;
  #seen = "";
  #loaded = "";
  #loading: Promise<void> = Promise.resolve();

  constructor(deps: ConfigWatcherDeps<Config>) {
    this.#deps = deps;
  }

  /** Starts watching; the store must have been loaded. Reads once more soon: the file may have changed since. */
  start(): void {
    this.#follow();
    this.#schedule();
    this.#poll = this.#deps.clock.every(CONFIG_POLL_MS, () => {
      if (this.#pending === undefined && this.#fingerprint() !== this.#loaded) this.#schedule();
    });
  }

  /** Stops watching and waits for a read under way. */
  async stop(): Promise<void> {
    this.#poll?.cancel();
    this.#pending?.cancel();
    for (const watcher of this.#folders.values()) watcher.close();
    this.#folders.clear();
    await this.#loading;
  }

  #files(): string[] {
    const { onDisk } = this.#deps.store;
    return [onDisk.path, ...onDisk.includedPaths];
  }

  /** Changes with the files: their identity, size and time of change. */
  #fingerprint(): string {
    return this.#files()
      .map((file) => {
        const stat = statSync(file, { throwIfNoEntry: false });
        return stat === undefined ? `${file}:-` : `${file}:${stat.ino}:${stat.size}:${stat.mtimeMs}`;
      })
      .join("\n");
  }

  /** Watches folders, because a file that is replaced by a rename is another file. */
  #follow(): void {
    const files = this.#files();
    const folders = new Set(files.map(dirname));
    for (const [folder, watcher] of this.#folders) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
    for (const folder of folders) {
      if (this.#folders.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, (_, name) => this.#heard(name));
        watcher.on("error", () => watcher.close());
        this.#folders.set(folder, watcher);
      } catch (error) {
        this.#deps.log.debug("config folder cannot be watched; looking at it now and then", {
          folder,
          error,
        });
      }
    }
  }

  #heard(name: string | null): void {
    if (name === null || this.#files().some((file) => basename(file) === name)) this.#schedule();
  }

  #schedule(): void {
    const { clock, debounceMs } = this.#deps;
    this.#unsettledSince ??= clock.monotonic();
    this.#pending?.cancel();
    const left = this.#unsettledSince + CONFIG_MAX_UNSETTLED_MS - clock.monotonic();
    this.#pending = clock.after(Math.max(0, Math.min(debounceMs(), left)), () => this.#settle());
  }

  #settle(): void {
    const now = this.#fingerprint();
    const { clock } = this.#deps;
    const overdue =
      clock.monotonic() - (this.#unsettledSince ?? clock.monotonic()) >= CONFIG_MAX_UNSETTLED_MS;
    if (now !== this.#seen && !overdue) {
      this.#seen = now;
      this.#pending = this.#deps.clock.after(CONFIG_SETTLE_MS, () => this.#settle());
      return;
    }
    this.#pending = undefined;
    this.#unsettledSince = undefined;
    if (now !== this.#loaded) this.#loading = this.#loading.then(() => this.#load());
  }

  async #load(): Promise<void> {
    const { store, log, onLoaded } = this.#deps;
    try {
      // Looked at before the read: what is written during it is another change, to be read again.
      this.#loaded = this.#fingerprint();
      const snapshot = await store.load();
      this.#follow();
      if (!snapshot.valid) {
        log.warn(`config reload skipped (invalid config): ${issuesText(snapshot)}`);
      } else if (!snapshot.exists && store.current.exists) {
        log.warn(`config reload skipped (config file is missing): ${snapshot.path}`);
      }
      onLoaded?.(snapshot);
    } catch (error) {
      log.error(`config reload failed: ${error instanceof Error ? error.message : String(error)}`, { error });
    }
  }
}

function issuesText(snapshot: ConfigSnapshot<unknown>): string {
  return snapshot.issues.map(({ path, message }) => `${path || "<root>"}: ${message}`).join("; ");
}
