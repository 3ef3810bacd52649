import { inTime } from "../../lib/clock.ts";
import type { OutboxRow } from "../../store/index.ts";
import type { Target } from "../outbound-message.ts";
import { AccountQueue, type Way } from "./account-queue.ts";
import { type AttemptDeps, Attempts, type Place, type Turns } from "./attempts.ts";
import { PAUSE_MAX_MS } from "./limits.ts";
import { Pace } from "./pace.ts";
import { Stopped } from "./store-acts.ts";
import { targetOf } from "./stored.ts";

/** What the dispatcher works with. */
export interface DispatcherDeps extends AttemptDeps {
  /** A delivery is over, one way or the other. */
  readonly over: (row: OutboxRow) => void;
}

/** Where a delivery goes whose target cannot be read: to nobody, and it is given up when its turn comes. */
const NOWHERE: Target = { chatId: "" };

/**
 * Sends what is open: within a lane in order and one call at a time, the lanes of an account by turns, never faster than
 * its platform bears.
 */
export class Dispatcher implements Turns {
  readonly #deps: DispatcherDeps;
  readonly #pace: Pace;
  readonly #attempts: Attempts;
  readonly #accounts = new Map<string, AccountQueue>();
  readonly #places = new Map<number, Place>();
  readonly #tasks = new Set<Promise<void>>();
  #state: "loading" | "running" | "stopping" | "stopped" = "loading";

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#pace = new Pace(deps.clock);
    this.#attempts = new Attempts(deps, this);
  }

  /** Begins, with what an earlier process left open: nobody knows of a call that was under way whether it arrived. */
  begin(rows: readonly OutboxRow[]): void {
    if (this.#state !== "loading") return;
    const lost = rows.filter(({ id, state }) => state === "sending" && !this.#places.has(id));
    for (const row of rows) this.#add(row);
    for (const row of lost) {
      const place = this.#places.get(row.id);
      if (place !== undefined) this.#occupy(place, () => this.#attempts.lost(place, row));
    }
    this.#state = "running";
    for (const account of this.#accounts.values()) this.#pump(account);
  }

  /** Sends rows that were put into the outbox; those that are known already are under way. */
  take(rows: readonly OutboxRow[]): void {
    const touched = new Set<AccountQueue>();
    const begun: Place[] = [];
    for (const row of rows) {
      if ((row.state !== "queued" && row.state !== "sending") || this.#places.has(row.id)) continue;
      const place = this.#add(row);
      touched.add(place.account);
      if (row.state !== "sending") continue;
      place.entry.begun = row;
      begun.push(place);
    }
    for (const account of touched) this.#pump(account);
    for (const place of begun) if (place.entry.begun !== undefined) this.#putBack(place);
  }

  over(place: Place, row: OutboxRow | undefined): void {
    this.#forget(place);
    if (row !== undefined) this.#deps.over(row);
  }

  /** Whether a delivery would go out at once. */
  isReady(channel: string, accountId: string, lane: string, target: Target): boolean {
    if (this.#state !== "running") return false;
    const account = this.#account(channel, accountId);
    const { way } = account;
    if (way === undefined || account.isFull || account.lanes.has(lane)) return false;
    const now = this.#deps.clock.monotonic();
    return account.delay(way.channel, now) === 0 && account.chatDelay(way.channel, target) === 0;
  }

  /** A connection began or changed. */
  changed(channel: string, accountId: string): void {
    const account = this.#accounts.get(keyOf(channel, accountId));
    if (account === undefined) return;
    if (account.way?.connection.status().connected === true) account.wake();
    this.#pump(account);
  }

  /** Somebody took a delivery out of the queue. */
  dropped(id: number): void {
    const place = this.#places.get(id);
    // One whose turn it is finds out by itself.
    if (place !== undefined && !(place.lane.isBusy && place.lane.head === place.entry)) this.#forget(place);
  }

  /** Open deliveries of an account. */
  backlog(channel: string, accountId: string): number {
    return this.#accounts.get(keyOf(channel, accountId))?.size ?? 0;
  }

  /** Begins nothing new, and waits for what is under way; what is not over after `budgetMs` stays marked as under way. */
  async stop(budgetMs: number): Promise<void> {
    if (this.#state === "stopping" || this.#state === "stopped") return;
    this.#state = "stopping";
    for (const { timer } of this.#accounts.values()) timer?.cancel();
    await inTime(this.#deps.clock, budgetMs, Promise.allSettled(this.#tasks), undefined);
    this.#state = "stopped";
    this.#attempts.close();
  }

  #account(channel: string, accountId: string): AccountQueue {
    const key = keyOf(channel, accountId);
    const found = this.#accounts.get(key);
    if (found !== undefined) return found;
    const account = new AccountQueue(channel, accountId, this.#deps.accounts, this.#pace);
    this.#accounts.set(key, account);
    return account;
  }

  #add(row: OutboxRow): Place {
    const known = this.#places.get(row.id);
    if (known !== undefined) return known;
    const { clock } = this.#deps;
    const account = this.#account(row.channel, row.accountId);
    const lane = account.lane(row.lane, readableTarget(row));
    const pause = Math.min(Math.max(0, row.notBefore - clock.now()), PAUSE_MAX_MS);
    const place = { account, lane, entry: lane.add(row, clock.monotonic() + pause) };
    this.#places.set(row.id, place);
    return place;
  }

  #forget({ account, lane, entry }: Place): void {
    account.remove(lane, entry);
    this.#places.delete(entry.id);
  }

  /** Begins every call that may be made now, and comes back when the next one may. */
  #pump(account: AccountQueue): void {
    account.timer?.cancel();
    account.timer = undefined;
    const { way } = account;
    if (this.#state !== "running" || way === undefined) return;
    const now = this.#deps.clock.monotonic();
    let next = Infinity;
    let left = account.lanes.size;
    for (const lane of account.lanes.values()) {
      // Lanes that had their turn moved behind the last one.
      if (left-- === 0 || account.isFull) break;
      const entry = lane.head;
      if (lane.isBusy || entry === undefined) continue;
      const held = account.delay(way.channel, now);
      const wait = Math.max(held, entry.due - now, account.chatDelay(way.channel, lane.target));
      if (wait <= 0) this.#send({ account, lane, entry }, way);
      else next = Math.min(next, wait);
      if (held > 0) break;
    }
    if (next < Infinity) account.timer = this.#deps.clock.after(next, () => this.#pump(account));
  }

  #send(place: Place, way: Way): void {
    const { account } = place;
    account.begin(way.channel, place.lane);
    this.#occupy(place, () => this.#attempts.make(place, way).finally(() => void (account.underWay -= 1)));
  }

  /** Does something about the head of a lane; the others of the lane wait meanwhile. */
  #occupy(place: Place, work: () => Promise<void>): void {
    place.lane.isBusy = true;
    this.#follow(place, work, () => {
      place.lane.isBusy = false;
    });
  }

  #putBack(place: Place): void {
    const { entry } = place;
    entry.due = Infinity;
    this.#follow(
      place,
      () => this.#attempts.putBack(place),
      () => {
        entry.due = 0;
      },
    );
  }

  #follow(place: Place, work: () => Promise<void>, after: () => void): void {
    const task = work()
      .catch((error: unknown) => this.#stuck(place, error))
      .finally(() => {
        this.#tasks.delete(task);
        after();
        this.#pump(place.account);
      });
    this.#tasks.add(task);
  }

  /** The store failed in a way no waiting mends: the lane goes on without this delivery, which the next start takes up. */
  #stuck({ account, lane, entry }: Place, error: unknown): void {
    if (error instanceof Stopped || this.#state === "stopped") return;
    // It stays known, so that nobody sends it a second time in this process.
    account.remove(lane, entry);
    this.#deps.log.error("a delivery cannot be carried on", { id: `out-${entry.id}`, error: String(error) });
  }
}

function keyOf(channel: string, accountId: string): string {
  return `${channel}\n${accountId}`;
}

function readableTarget(row: OutboxRow): Target {
  try {
    return targetOf(row);
  } catch {
    return NOWHERE;
  }
}
