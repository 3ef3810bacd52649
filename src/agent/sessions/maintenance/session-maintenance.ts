import type { OpenClawConfig } from "../../../config/index.ts";
import type { Clock, Timer } from "../../../lib/clock.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { SessionKey } from "../../../protocol/index.ts";
import type { Repositories, SessionRecord } from "../../../store/index.ts";
import { MAINTENANCE_FIRST_MS, MAINTENANCE_INTERVAL_MS, MAINTENANCE_PAGE_SESSIONS } from "../limits.ts";
import { maintenanceSettings } from "./settings.ts";
import { type MaintenanceReason, type Verdict, verdictsOn } from "./verdicts.ts";

/** What the maintenance is made from. */
export interface SessionMaintenanceDeps {
  readonly store: Pick<Repositories, "sessions">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: () => OpenClawConfig;
  /** Whether something runs or waits in a session. */
  readonly isBusy: (key: SessionKey) => boolean;
  /** Told of each session that was archived or deleted. */
  readonly changed: (record: SessionRecord, act: "archive" | "delete") => void;
}

/** What a look at all sessions found. */
export interface MaintenanceReport {
  /** Epoch ms. */
  readonly at: number;
  /** Whether it was done, or only found. */
  readonly enforced: boolean;
  /** Sessions that are not archived, before. */
  readonly sessions: number;
  readonly entries: readonly {
    readonly key: SessionKey;
    readonly act: "archive" | "delete";
    readonly reason: MaintenanceReason;
    /** False when it was only found, or the session was used again meanwhile. */
    readonly done: boolean;
  }[];
}

/** Archives and deletes sessions that nobody uses, now and then (`session.maintenance`). */
export class SessionMaintenance {
  readonly #deps: SessionMaintenanceDeps;
  readonly #timers: Timer[] = [];
  #last: MaintenanceReport | undefined;
  #sweeping: Promise<unknown> = Promise.resolve();

  constructor(deps: SessionMaintenanceDeps) {
    this.#deps = deps;
  }

  /** The first look comes a while after the start, to keep the start itself quick. */
  start(): void {
    const { clock } = this.#deps;
    const look = (): void => void this.#look();
    this.#timers.push(clock.after(MAINTENANCE_FIRST_MS, look), clock.every(MAINTENANCE_INTERVAL_MS, look));
  }

  /** Resolves when a sweep under way has ended. */
  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) timer.cancel();
    await this.#sweeping;
  }

  /** The last look. */
  status(): MaintenanceReport | undefined {
    return this.#last;
  }

  /**
   * Looks at all sessions now and does what is due, unless `enforce` (or, where it is not given, the configuration) says to
   * only report. @throws StoreError
   */
  async sweep({ enforce }: { readonly enforce?: boolean } = {}): Promise<MaintenanceReport> {
    const sweep = this.#sweeping.then(() => this.#sweep(enforce));
    this.#sweeping = sweep.catch(() => {});
    return sweep;
  }

  async #look(): Promise<void> {
    const { log } = this.#deps;
    try {
      const { entries, enforced } = await this.sweep();
      if (entries.length === 0) return;
      const sum = Object.groupBy(entries, ({ act, reason }) => `${act}: ${reason}`);
      const counts = Object.fromEntries(Object.entries(sum).map(([what, some]) => [what, some?.length]));
      if (enforced) log.info("old sessions cleaned up", counts);
      else log.warn('old sessions would be cleaned up, were session.maintenance.mode not "warn"', counts);
    } catch (error) {
      log.warn("old sessions could not be cleaned up; tried again later", { error });
    }
  }

  async #sweep(enforce: boolean | undefined): Promise<MaintenanceReport> {
    const { clock, config, isBusy } = this.#deps;
    const settings = maintenanceSettings(config().session?.maintenance);
    const enforced = enforce ?? settings.mode === "enforce";
    const records = await this.#records();
    const at = clock.now();
    const verdicts = verdictsOn(records, settings, { now: at, isBusy: ({ key }) => isBusy(key) });
    const entries: MaintenanceReport["entries"][number][] = [];
    for (const verdict of verdicts) {
      const { record, act, reason } = verdict;
      entries.push({ key: record.key, act, reason, done: enforced && (await this.#carryOut(verdict, at)) });
    }
    this.#last = { at, enforced, sessions: records.length, entries };
    return this.#last;
  }

  /** Every session that is not archived, newest first. */
  async #records(): Promise<readonly SessionRecord[]> {
    const found = new Map<SessionKey, SessionRecord>();
    for (let offset = 0; ; offset += MAINTENANCE_PAGE_SESSIONS) {
      const { rows } = await this.#deps.store.sessions.list({
        archived: false,
        limit: MAINTENANCE_PAGE_SESSIONS,
        offset,
      });
      for (const row of rows) found.set(row.key, row);
      if (rows.length < MAINTENANCE_PAGE_SESSIONS) return [...found.values()];
      // Others have their turn between two pages.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** False when the session was used since it was looked at. */
  async #carryOut({ record, act, reason }: Verdict, at: number): Promise<boolean> {
    const { store, isBusy, changed } = this.#deps;
    const present = await store.sessions.get(record.key);
    if (present === undefined || present.updatedAt !== record.updatedAt || isBusy(record.key)) return false;
    if (act === "delete") {
      const gone = await store.sessions.remove(record.key, { transcripts: true });
      if (gone) changed(present, act);
      return gone;
    }
    const patch = { archivedAt: at, archiveReason: reason };
    const archived = await store.sessions.patch(record.key, patch, record.sessionId);
    if (archived !== undefined) changed(archived, act);
    return archived !== undefined;
  }
}
