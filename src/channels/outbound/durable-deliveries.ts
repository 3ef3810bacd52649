import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { SecretRegistry } from "../../lib/redact.ts";
import type { NewDelivery, OutboxRow, Repositories } from "../../store/index.ts";
import type { Accounts } from "../accounts/index.ts";
import type { Deliveries, DeliveryOutcome, DeliveryRequest } from "../deliveries.ts";
import { SendError } from "../outbound-message.ts";
import { Dispatcher } from "./dispatcher.ts";
import {
  BACKLOG_MAX,
  HELD_BYTES_MAX,
  LARGE_PARTS_BYTES,
  PRUNE_INTERVAL_MS,
  STORE_RETRY_MAX_MS,
} from "./limits.ts";
import { newDelivery } from "./new-delivery.ts";
import { Stopped, StoreActs, type StoreTrouble } from "./store-acts.ts";
import { outcomeOf } from "./stored.ts";
import { Waiters } from "./waiters.ts";

/** What the way out is made of. */
export interface DurableDeliveriesDeps {
  readonly store: Pick<Repositories, "inbox" | "outbox">;
  readonly accounts: Accounts;
  readonly secrets: SecretRegistry;
  readonly clock: Clock;
  readonly log: Logger;
  /** In [0, 1); `Math.random` unless told. */
  readonly random?: () => number;
  /** Bytes of files that may wait; `HELD_BYTES_MAX` unless told. */
  readonly heldBytesMax?: number;
}

/**
 * The way out to all chats, through the outbox: what was put there is sent once, in the order of its chat, however often
 * the process dies, and what nobody can know about is said to be so.
 */
export class DurableDeliveries implements Deliveries {
  readonly #deps: DurableDeliveriesDeps;
  readonly #acts: StoreActs;
  readonly #dispatcher: Dispatcher;
  readonly #waiters: Waiters;
  readonly #stops: (() => void)[] = [];
  readonly #crowded = new Set<() => void>();

  constructor(deps: DurableDeliveriesDeps) {
    const { store, clock, log } = deps;
    this.#deps = deps;
    this.#acts = new StoreActs(clock, log);
    this.#waiters = new Waiters(clock, store.outbox);
    this.#dispatcher = new Dispatcher({
      ...deps,
      outbox: store.outbox,
      acts: this.#acts,
      random: deps.random ?? Math.random,
      over: (row) => this.#over(row),
    });
  }

  /** Takes up what an earlier process left; in its own time when the store cannot be read now. */
  async start(): Promise<void> {
    const { clock, accounts } = this.#deps;
    this.#stops.push(accounts.onChange((channel, accountId) => this.#dispatcher.changed(channel, accountId)));
    const pruning = clock.every(PRUNE_INTERVAL_MS, () => void this.#prune());
    this.#stops.push(() => pruning.cancel());
    await this.#load();
  }

  /** Waits for the calls under way, at most `budgetMs`; afterwards nothing of it touches the store any more. */
  async stop(budgetMs: number): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    await this.#dispatcher.stop(budgetMs);
    this.#acts.stop();
    this.#waiters.release();
  }

  prepare(request: DeliveryRequest): NewDelivery {
    const delivery = newDelivery(request, this.#deps.accounts);
    const { channel, accountId, lane } = delivery;
    const atOnce = this.#dispatcher.isReady(channel, accountId, lane, request.target);
    return atOnce ? { ...delivery, atOnce } : delivery;
  }

  dispatch(rows: readonly OutboxRow[]): void {
    this.#dispatcher.take(rows);
  }

  async deliver(request: DeliveryRequest, patienceMs: number): Promise<DeliveryOutcome> {
    const { store } = this.#deps;
    const { idempotency } = request;
    const known = idempotency && (await store.outbox.find(idempotency.scope, idempotency.key));
    if (known !== undefined) return this.#waiters.outcome(known, patienceMs);
    const delivery = this.prepare(request);
    this.#demandWay(delivery);
    await this.#demandDisk(delivery);
    const [put] = await store.outbox.put([delivery]);
    if (put === undefined) throw new Error("a delivery was put and did not come back");
    const outcome = this.#waiters.outcome(put.row, patienceMs);
    if (put.isNew) this.#dispatcher.take([put.row]);
    return outcome;
  }

  async recall(scope: string, key: string): Promise<DeliveryOutcome | undefined> {
    const row = await this.#deps.store.outbox.find(scope, key);
    return row === undefined ? undefined : outcomeOf(row);
  }

  /** Sends a dead or uncertain delivery on from the part it stands at; undefined when it is neither. @throws StoreError */
  async retry(id: number): Promise<OutboxRow | undefined> {
    const { outbox } = this.#deps.store;
    if (!(await outbox.retry(id))) return undefined;
    const row = await outbox.get(id);
    if (row !== undefined) this.#dispatcher.take([row]);
    return row;
  }

  /** Takes a delivery out that is neither over nor under way; undefined otherwise. @throws StoreError */
  async drop(id: number): Promise<OutboxRow | undefined> {
    const { outbox } = this.#deps.store;
    if (!(await outbox.drop(id))) return undefined;
    this.#dispatcher.dropped(id);
    const row = await outbox.get(id);
    if (row !== undefined) this.#over(row);
    return row;
  }

  /** Whether an account may be given more to send. */
  hasRoom(channel: string, accountId: string): boolean {
    return this.#dispatcher.backlog(channel, accountId) < BACKLOG_MAX;
  }

  /** Settles when an account may be given more to send, or the signal says that nobody waits for it. */
  async room(channel: string, accountId: string, signal: AbortSignal): Promise<void> {
    while (!this.hasRoom(channel, accountId) && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = () => resolve();
      this.#crowded.add(wake);
      signal.addEventListener("abort", wake, { once: true });
      await promise;
      this.#crowded.delete(wake);
      signal.removeEventListener("abort", wake);
    }
  }

  /** Why nothing can be stored at present, as far as the way out knows. */
  get storeTrouble(): StoreTrouble | undefined {
    return this.#acts.trouble;
  }

  #over(row: OutboxRow): void {
    this.#waiters.tell(row);
    for (const wake of [...this.#crowded]) wake();
  }

  async #load(): Promise<void> {
    const { store, clock, log } = this.#deps;
    try {
      this.#dispatcher.begin(await store.outbox.open());
    } catch (error) {
      log.error("what was to be sent cannot be read; it is tried again", { error: String(error) });
      const timer = clock.after(STORE_RETRY_MAX_MS, () => void this.#load());
      this.#stops.push(() => timer.cancel());
    }
  }

  async #prune(): Promise<void> {
    const { store, log } = this.#deps;
    try {
      const inbox = await this.#acts.run(() => store.inbox.prune());
      const outbox = await this.#acts.run(() => store.outbox.prune());
      if (inbox + outbox > 0) log.debug("messages that are over were forgotten", { inbox, outbox });
    } catch (error) {
      if (!(error instanceof Stopped)) log.warn("old messages cannot be forgotten", { error: String(error) });
    }
  }

  /** Files that came along stand in the store until they are sent: not without end. */
  async #demandDisk({ parts }: NewDelivery): Promise<void> {
    const bytes = parts.reduce<number>((sum, part) => sum + JSON.stringify(part).length, 0);
    if (bytes <= LARGE_PARTS_BYTES) return;
    const { store, heldBytesMax = HELD_BYTES_MAX } = this.#deps;
    if ((await store.outbox.heldBytes()) + bytes <= heldBytesMax) return;
    throw new SendError(
      "not-ready",
      "Too many files wait to be sent, or were given up and are kept. See: openclaw message queue list, and drop what is not needed",
    );
  }

  /** Somebody waits for it: what cannot be sent now is refused before it is stored. */
  #demandWay({ channel, accountId }: NewDelivery): void {
    const { accounts } = this.#deps;
    const connection = accounts.connection(channel, accountId);
    const status = connection?.status();
    if (status === undefined || status.lifecycle === "blocked") {
      const { issue, lastError = "it is not running." } = status ?? {};
      const why =
        issue === undefined ? `${lastError} See: openclaw channels status` : `${issue.message} ${issue.fix}`;
      throw new SendError("not-ready", `The ${channel} account "${accountId}" cannot send: ${why}`, {
        ...(status?.link?.isLinked === false && { isNotLinked: true }),
      });
    }
    if (this.hasRoom(channel, accountId)) return;
    throw new SendError(
      "not-ready",
      `${BACKLOG_MAX} messages of the ${channel} account "${accountId}" wait already. See: openclaw message queue list`,
    );
  }
}
