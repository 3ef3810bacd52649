import { isRecord } from "../../lib/records.ts";
import { invalidRequest } from "../../protocol/index.ts";
import type { DeliveryState, InboxRow, InboxState, OutboxRow, Repositories } from "../../store/index.ts";
import type { DurableDeliveries } from "./durable-deliveries.ts";
import { SUMMARY_MAX_CHARS } from "./limits.ts";
import { receiptsOf } from "./stored.ts";

/** A message that came in (`in-12`) or goes out (`out-7`), as a person sees it; times are epoch ms. */
export interface QueueItem {
  readonly id: string;
  readonly direction: "in" | "out";
  readonly state: InboxState | DeliveryState;
  readonly channel: string;
  readonly accountId: string;
  /** The chat, with its topic. */
  readonly lane: string;
  readonly summary: string;
  readonly createdAt: number;
  readonly attempts: number;
  /** Not tried before. */
  readonly notBefore?: number;
  readonly endedAt?: number;
  readonly lastError?: string;
  readonly runId?: string;
  readonly sessionKey?: string;
  /** Of one that goes out: who wanted it. */
  readonly origin?: string;
  /** Of one that goes out: how many of its calls arrived. */
  readonly arrived?: number;
  readonly parts?: number;
  /** Of one that came in and is over: what became of it. */
  readonly disposition?: string;
}

/** One item with what it holds. */
export interface QueueDetail extends QueueItem {
  readonly event?: unknown;
  readonly target?: unknown;
  readonly contents?: readonly unknown[];
  readonly receipts?: readonly unknown[];
}

export interface QueueQuery {
  /** Both unless told. */
  readonly direction?: "in" | "out";
  /** Everything that is not over, and what was given up, unless told. */
  readonly states?: readonly string[];
  readonly channel?: string;
  readonly accountId?: string;
  /** Of each direction, the newest; `QUEUE_LIST_ROWS` unless told. */
  readonly limit?: number;
}

/** How many messages of an account are in one state. */
export interface QueueCount {
  readonly direction: "in" | "out";
  readonly channel: string;
  readonly accountId: string;
  readonly state: InboxState | DeliveryState;
  readonly count: number;
  readonly oldestAt: number;
}

/** What the queue works on. */
export interface MessageQueueDeps {
  readonly store: Pick<Repositories, "inbox" | "outbox">;
  readonly deliveries: Pick<DurableDeliveries, "retry" | "drop">;
  /** A message that was given up waits again: whoever answers messages takes it up. */
  readonly resume: (row: InboxRow) => void;
}

const IN_STATES: Readonly<Record<InboxState, "open" | "over">> = {
  waiting: "open",
  dead: "open",
  done: "over",
};
const OUT_STATES: Readonly<Record<DeliveryState, "open" | "over">> = {
  queued: "open",
  sending: "open",
  unknown: "open",
  dead: "open",
  sent: "over",
  dropped: "over",
};

/** Messages that wait, were given up or may not have arrived, for a person: `openclaw message queue`. */
export class MessageQueue {
  readonly #deps: MessageQueueDeps;

  constructor(deps: MessageQueueDeps) {
    this.#deps = deps;
  }

  /** By direction, then in order. @throws ProtocolError for a state there is not */
  async list(query: QueueQuery = {}): Promise<readonly QueueItem[]> {
    const { inbox, outbox } = this.#deps.store;
    const { direction, states, ...rest } = query;
    const known = [...Object.keys(IN_STATES), ...Object.keys(OUT_STATES)];
    const stranger = states?.find((state) => !known.includes(state));
    if (stranger !== undefined) {
      throw invalidRequest(`there is no state "${stranger}": use ${[...new Set(known)].join(", ")}`);
    }
    const incoming = chosen(IN_STATES, states);
    const outgoing = chosen(OUT_STATES, states);
    const arrived = direction === "out" ? [] : await inbox.list({ ...rest, states: incoming });
    const leaving = direction === "in" ? [] : await outbox.list({ ...rest, states: outgoing });
    return [...arrived.map(itemOfEvent), ...leaving.map(itemOfDelivery)];
  }

  /** Undefined when there is none, or no longer. @throws ProtocolError for what is no id */
  async show(id: string): Promise<QueueDetail | undefined> {
    const { direction, row } = parseId(id);
    if (direction === "in") {
      const event = await this.#deps.store.inbox.get(row);
      return event && { ...itemOfEvent(event), ...(event.event !== undefined && { event: event.event }) };
    }
    const delivery = await this.#deps.store.outbox.get(row);
    return (
      delivery && {
        ...itemOfDelivery(delivery),
        target: delivery.target,
        contents: delivery.parts,
        receipts: receiptsOf(delivery),
      }
    );
  }

  /** What was given up, or may not have arrived, is tried again from where it stands. @throws ProtocolError when it is neither; StoreError */
  async retry(id: string): Promise<QueueItem> {
    const { direction, row } = parseId(id);
    if (direction === "out") {
      const delivery = await this.#deps.deliveries.retry(row);
      if (delivery !== undefined) return itemOfDelivery(delivery);
    } else if (await this.#deps.store.inbox.retry(row)) {
      const event = await this.#deps.store.inbox.get(row);
      if (event !== undefined) {
        this.#deps.resume(event);
        return itemOfEvent(event);
      }
    }
    throw await this.#refusal(
      id,
      "retried",
      "Only what was given up (dead) or may have arrived (unknown) can be",
    );
  }

  /** Takes out what is not over and not under way; it is never answered or sent. @throws ProtocolError; StoreError */
  async drop(id: string): Promise<QueueItem> {
    const { direction, row } = parseId(id);
    if (direction === "out") {
      const delivery = await this.#deps.deliveries.drop(row);
      if (delivery !== undefined) return itemOfDelivery(delivery);
    } else if (await this.#deps.store.inbox.drop(row)) {
      const event = await this.#deps.store.inbox.get(row);
      if (event !== undefined) return itemOfEvent(event);
    }
    throw await this.#refusal(id, "dropped", "What is over or being sent just now cannot be");
  }

  /** Rows of each state, by account. */
  async stats(): Promise<readonly QueueCount[]> {
    const { inbox, outbox } = this.#deps.store;
    const [incoming, outgoing] = await Promise.all([inbox.counts(), outbox.counts()]);
    return [
      ...incoming.map((count): QueueCount => ({ direction: "in", ...count })),
      ...outgoing.map((count): QueueCount => ({ direction: "out", ...count })),
    ];
  }

  async #refusal(id: string, done: string, rule: string): Promise<Error> {
    const found = await this.show(id);
    if (found === undefined) {
      return invalidRequest(`there is no message ${id} in the queue. See: openclaw message queue list`);
    }
    return invalidRequest(`${id} cannot be ${done}: it is ${found.state}. ${rule}.`, { state: found.state });
  }
}

/** @throws ProtocolError */
function parseId(id: string): { readonly direction: "in" | "out"; readonly row: number } {
  const [, direction, digits] = /^(in|out)-(\d{1,15})$/.exec(id) ?? [];
  if (direction === "in" || direction === "out") return { direction, row: Number(digits) };
  throw invalidRequest(`"${id}" is no id of a message in the queue: they look like in-12 or out-7`);
}

function chosen<T extends string>(
  all: Readonly<Record<T, "open" | "over">>,
  wanted: readonly string[] | undefined,
): readonly T[] {
  const isState = (name: string): name is T => name in all;
  const names = Object.keys(all).filter(isState);
  return names.filter((state) => (wanted === undefined ? all[state] === "open" : wanted.includes(state)));
}

function itemOfEvent(row: InboxRow): QueueItem {
  return {
    id: `in-${row.id}`,
    direction: "in",
    state: row.state,
    channel: row.channel,
    accountId: row.accountId,
    lane: row.lane,
    summary: summaryOf(row.event),
    createdAt: row.acceptedAt,
    attempts: row.attempts,
    ...(row.notBefore > 0 && { notBefore: row.notBefore }),
    ...(row.settledAt !== undefined && { endedAt: row.settledAt }),
    ...(row.lastError !== undefined && { lastError: row.lastError }),
    ...(row.runId !== undefined && { runId: row.runId }),
    ...(row.disposition !== undefined && { disposition: row.disposition }),
  };
}

function itemOfDelivery(row: OutboxRow): QueueItem {
  const isOver = row.state !== "queued" && row.state !== "sending";
  return {
    id: `out-${row.id}`,
    direction: "out",
    state: row.state,
    channel: row.channel,
    accountId: row.accountId,
    lane: row.lane,
    summary: row.summary,
    createdAt: row.createdAt,
    attempts: row.attempts,
    ...(row.notBefore > 0 && { notBefore: row.notBefore }),
    ...(isOver && { endedAt: row.updatedAt }),
    ...(row.lastError !== undefined && row.lastError !== "" && { lastError: row.lastError }),
    ...(row.runId !== undefined && { runId: row.runId }),
    ...(row.sessionKey !== undefined && { sessionKey: row.sessionKey }),
    origin: row.origin,
    arrived: row.receipts.length,
    // What is over has forgotten its parts.
    ...(row.parts.length > 0 && { parts: row.parts.length }),
  };
}

/** What somebody said, or what kind of thing they did. */
function summaryOf(event: unknown): string {
  if (!isRecord(event)) return "";
  const { kind, text } = event;
  if (typeof text === "string" && text !== "") return [...text].slice(0, SUMMARY_MAX_CHARS).join("");
  return typeof kind === "string" ? `[${kind}]` : "";
}
