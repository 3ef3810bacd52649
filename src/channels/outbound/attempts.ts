import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { redactText, type SecretRegistry } from "../../lib/redact.ts";
import type { NewDelivery, OutboxRepository, OutboxRow } from "../../store/index.ts";
import type { Accounts } from "../accounts/index.ts";
import type { Receipt, SendError } from "../outbound-message.ts";
import type { AccountQueue, Way } from "./account-queue.ts";
import type { Entry, Lane } from "./lane.ts";
import { ERROR_MAX_CHARS } from "./limits.ts";
import { uncertaintyNotice } from "./notices.ts";
import { sendErrorOf, verdictOf } from "./reactions.ts";
import { Sender } from "./sender.ts";
import type { StoreActs } from "./store-acts.ts";

/** What attempts are made with. */
export interface AttemptDeps {
  readonly outbox: OutboxRepository;
  readonly acts: StoreActs;
  readonly accounts: Accounts;
  readonly secrets: SecretRegistry;
  readonly clock: Clock;
  readonly log: Logger;
  /** In [0, 1). */
  readonly random: () => number;
}

/** An open delivery, and where it stands. */
export interface Place {
  readonly account: AccountQueue;
  readonly lane: Lane;
  readonly entry: Entry;
}

/** Who decides whose turn it is. */
export interface Turns {
  /** Sends what was put into the outbox. */
  take(rows: readonly OutboxRow[]): void;
  /** A delivery is over. */
  over(place: Place, row: OutboxRow | undefined): void;
}

const LOST = "The gateway ended while this was being sent.";

/** Makes one attempt at a delivery and stores what came of it, before the lane goes on. */
export class Attempts {
  readonly #deps: AttemptDeps;
  readonly #turns: Turns;
  readonly #sender: Sender;
  #isClosed = false;

  constructor(deps: AttemptDeps, turns: Turns) {
    this.#deps = deps;
    this.#turns = turns;
    this.#sender = new Sender(deps.clock);
  }

  /** The store knows of a call before it is made. @throws Stopped; StoreError that no waiting mends */
  async make(place: Place, way: Way): Promise<void> {
    const { acts, outbox } = this.#deps;
    const { lane, entry } = place;
    const row = entry.begun ?? (await acts.run(() => outbox.begin(entry.id)));
    entry.begun = undefined;
    if (row === undefined) return this.#turns.over(place, await outbox.get(entry.id));
    lane.hold(entry);
    let receipt: Receipt;
    try {
      receipt = await this.#sender.send(row, way.channel, way.connection);
    } catch (error) {
      // Later than anybody waits: it stays marked as under way, and the next process says so.
      if (!this.#isClosed) await this.#failed(place, row, way, sendErrorOf(error));
      return;
    }
    if (!this.#isClosed) await this.#arrived(place, row, receipt);
  }

  /** A call was under way when an earlier process died. @throws Stopped; StoreError that no waiting mends */
  async lost(place: Place, row: OutboxRow): Promise<void> {
    const { acts, accounts, outbox, clock } = this.#deps;
    if (accounts.channel(row.channel)?.isRepeatable !== true) {
      return await this.#giveUp(place, row, "unknown", LOST);
    }
    await acts.run(() => outbox.postpone(row.id, { error: LOST, notBefore: clock.now() }));
  }

  /** Taken in as begun, yet its call cannot be made now: it waits like any other. @throws Stopped; StoreError that no waiting mends */
  async putBack({ entry }: Place): Promise<void> {
    const { acts, outbox, clock } = this.#deps;
    const row = entry.begun;
    if (row === undefined) return;
    entry.begun = undefined;
    await acts.run(() => outbox.postpone(row.id, { error: "", notBefore: clock.now(), uncounted: true }));
  }

  /** What is under way is cut off, and stays marked as under way. */
  close(): void {
    this.#isClosed = true;
    this.#sender.abort();
  }

  async #arrived(place: Place, row: OutboxRow, receipt: Receipt): Promise<void> {
    const { acts, outbox, accounts } = this.#deps;
    place.account.succeeded();
    place.entry.throttled = 0;
    place.entry.due = 0;
    accounts.noteTraffic(row.channel, row.accountId, "out");
    const after = await acts.run(() => outbox.arrived(row.id, receipt));
    if (after?.state !== "queued") this.#turns.over(place, after);
  }

  async #failed(place: Place, row: OutboxRow, way: Way, error: SendError): Promise<void> {
    const { acts, outbox, clock, random } = this.#deps;
    const { account, entry } = place;
    const message = redactText(error.message, this.#deps.secrets).slice(0, ERROR_MAX_CHARS);
    if (error.details.retryAfterMs !== undefined) entry.throttled += 1;
    const verdict = verdictOf(error, {
      isRepeatable: way.channel.isRepeatable === true,
      attempts: row.attempts,
      throttled: entry.throttled,
      isConnected: way.connection.status().connected,
      random: random(),
    });
    const now = clock.monotonic();
    // While the line is known to be bad, every further call would end in doubt too: they wait for a good one.
    const isBad =
      verdict.do === "give-up" && verdict.state === "unknown" && !way.connection.status().connected;
    if (isBad) account.rest(now, random());
    if (verdict.do === "give-up") return this.#giveUp(place, row, verdict.state, message);
    const pauseMs = verdict.do === "again" ? verdict.pauseMs : 0;
    if (verdict.do === "rest") account.rest(now, random());
    else if (verdict.isThrottle) account.throttled(now + pauseMs);
    entry.due = now + pauseMs;
    const uncounted = verdict.do === "rest" || !verdict.counts;
    const notBefore = clock.now() + pauseMs;
    await acts.run(() => outbox.postpone(row.id, { error: message, notBefore, uncounted }));
  }

  async #giveUp(place: Place, row: OutboxRow, state: "unknown" | "dead", error: string): Promise<void> {
    const { acts, outbox, log } = this.#deps;
    const notice = state === "unknown" && !place.lane.hasNotice ? this.#notice(row) : undefined;
    const ended = await acts.run(() => outbox.end(row.id, state, error, notice));
    const { channel, accountId, origin } = row;
    log.warn(state === "dead" ? "a message was given up" : "a message may not have arrived", {
      id: `out-${row.id}`,
      channel,
      accountId,
      origin,
      error,
    });
    // Before the lane is free for anything else.
    if (ended?.notice !== undefined) this.#turns.take([ended.notice]);
    this.#turns.over(place, ended?.row);
  }

  #notice(row: OutboxRow): NewDelivery | undefined {
    try {
      return uncertaintyNotice(row, this.#deps.accounts);
    } catch (error) {
      this.#deps.log.warn("a chat cannot be told of an uncertain message", { error: String(error) });
      return undefined;
    }
  }
}
