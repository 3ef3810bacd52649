import { invalidRequest } from "../../protocol/index.ts";
import type {
  DeliveryState,
  InboxRepository,
  InboxRow,
  InboxState,
  OutboxRepository,
  OutboxRow,
} from "../../store/index.ts";
import { recordOf } from "../../lib/records.ts";
import type { Deliveries } from "../deliveries.ts";
import { QUEUE_LIMIT, QUEUE_LIMIT_MAX } from "./limits.ts";

export interface MessageQueueDeps {
  readonly inbox: Pick<InboxRepository, "list" | "get" | "retry" | "drop">;
  readonly outbox: Pick<OutboxRepository, "list" | "get" | "retry" | "drop">;
  readonly deliveries: Pick<Deliveries, "dispatch">;
  /** Takes up a row of the inbox that waits again. */
  readonly resume: (row: InboxRow) => void;
}

/** A message that is kept, on its way in or out; times are epoch ms. */
export interface QueueItem {
  /** `in:7` or `out:12`. */
  readonly id: string;
  readonly direction: "in" | "out";
  readonly state: InboxState | DeliveryState;
  readonly channel: string;
  readonly accountId: string;
  /** The chat, as the queue orders by it. */
  readonly lane: string;
  readonly createdAt: number;
  readonly attempts: number;
  readonly notBefore?: number;
  readonly lastError?: string;
  readonly runId?: string;
  readonly sessionKey?: string;
  /** Who wanted it: `reply`, `send`, `notice` …; what came in has none. */
  readonly origin?: string;
  readonly summary: string;
}

export interface QueueQuestion {
  readonly direction?: "in" | "out" | undefined;
  /** One state; what is not over, is uncertain or was given up unless told. */
  readonly state?: string | undefined;
  readonly channel?: string | undefined;
  readonly accountId?: string | undefined;
  readonly limit?: number | undefined;
}

const IN_STATES: readonly InboxState[] = ["waiting", "done", "dead"];
const OUT_STATES: readonly DeliveryState[] = ["queued", "sending", "sent", "unknown", "dead", "dropped"];
const OPEN_IN: readonly InboxState[] = ["waiting", "dead"];
const OPEN_OUT: readonly DeliveryState[] = ["queued", "sending", "unknown", "dead"];

/** The messages that wait, are uncertain or were given up, for a person to look at and decide. */
export class MessageQueue {
  constructor(private readonly deps: MessageQueueDeps) {}

  /** The oldest first. @throws ProtocolError for an unknown state; StoreError */
  async list(question: QueueQuestion = {}): Promise<readonly QueueItem[]> {
    const { direction, state, channel, accountId } = question;
    const limit = Math.min(question.limit ?? QUEUE_LIMIT, QUEUE_LIMIT_MAX);
    const filter = {
      limit,
      ...(channel !== undefined && { channel }),
      ...(accountId !== undefined && { accountId }),
    };
    const inStates = state === undefined ? OPEN_IN : IN_STATES.filter((one) => one === state);
    const outStates = state === undefined ? OPEN_OUT : OUT_STATES.filter((one) => one === state);
    if (inStates.length === 0 && outStates.length === 0) {
      const known = [...new Set([...IN_STATES, ...OUT_STATES])].join(", ");
      throw invalidRequest(`messages have no state "${state ?? ""}"; there are: ${known}`);
    }
    const incoming =
      direction === "out" || inStates.length === 0
        ? []
        : await this.deps.inbox.list({ ...filter, states: inStates });
    const outgoing =
      direction === "in" || outStates.length === 0
        ? []
        : await this.deps.outbox.list({ ...filter, states: outStates });
    return [...incoming.map(inItem), ...outgoing.map(outItem)]
      .toSorted((a, b) => a.createdAt - b.createdAt)
      .slice(0, limit);
  }

  /** A message with all that is known of it. @throws ProtocolError for an unknown id; StoreError */
  async show(id: string): Promise<QueueItem & { readonly detail: Readonly<Record<string, unknown>> }> {
    const { direction, row } = parsed(id);
    if (direction === "in") {
      const found = (await this.deps.inbox.get(row)) ?? missing(id);
      const { event, identity, eventKey, disposition, settledAt } = found;
      return {
        ...inItem(found),
        detail: {
          identity,
          eventKey,
          event,
          ...(disposition !== undefined && { disposition }),
          ...(settledAt !== undefined && { settledAt }),
        },
      };
    }
    const found = (await this.deps.outbox.get(row)) ?? missing(id);
    const { target, parts, receipts, updatedAt } = found;
    return { ...outItem(found), detail: { target, parts: [...parts], receipts: [...receipts], updatedAt } };
  }

  /** Tries a given-up or uncertain message again; an uncertain one may arrive twice. @throws ProtocolError; StoreError */
  async retry(id: string): Promise<QueueItem> {
    const { direction, row } = parsed(id);
    const { inbox, outbox, deliveries, resume } = this.deps;
    if (direction === "in") {
      if (!(await inbox.retry(row))) throw await this.notIn(id, "only a dead message can be tried again");
      const again = (await inbox.get(row)) ?? missing(id);
      resume(again);
      return inItem(again);
    }
    if (!(await outbox.retry(row))) {
      throw await this.notIn(id, "only a message whose state is dead or unknown can be tried again");
    }
    const again = (await outbox.get(row)) ?? missing(id);
    deliveries.dispatch([again]);
    return outItem(again);
  }

  /** Takes a message out for good. @throws ProtocolError; StoreError */
  async drop(id: string): Promise<QueueItem> {
    const { direction, row } = parsed(id);
    const { inbox, outbox } = this.deps;
    const isGone = direction === "in" ? await inbox.drop(row) : await outbox.drop(row);
    if (!isGone)
      throw await this.notIn(id, "a message that is over or on its way right now cannot be dropped");
    return this.show(id).then(({ detail: _, ...item }) => item);
  }

  private async notIn(id: string, why: string) {
    const { state } = await this.show(id);
    return invalidRequest(`${id} is ${state}: ${why}`);
  }
}

function inItem(row: InboxRow): QueueItem {
  const { id, state, channel, accountId, lane, acceptedAt, attempts, notBefore, lastError, runId, event } =
    row;
  return {
    id: `in:${id}`,
    direction: "in",
    state,
    channel,
    accountId,
    lane,
    createdAt: acceptedAt,
    attempts,
    ...(notBefore > 0 && { notBefore }),
    ...(lastError !== undefined && { lastError }),
    ...(runId !== undefined && { runId }),
    summary: summaryOf(event),
  };
}

function outItem(row: OutboxRow): QueueItem {
  const {
    id,
    state,
    channel,
    accountId,
    lane,
    createdAt,
    attempts,
    notBefore,
    lastError,
    runId,
    sessionKey,
  } = row;
  return {
    id: `out:${id}`,
    direction: "out",
    state,
    channel,
    accountId,
    lane,
    createdAt,
    attempts,
    ...(notBefore > 0 && { notBefore }),
    ...(lastError !== undefined && { lastError }),
    ...(runId !== undefined && { runId }),
    ...(sessionKey !== undefined && { sessionKey }),
    origin: row.origin,
    summary: row.summary,
  };
}

/** What came in, in a line; what is over is forgotten. */
function summaryOf(event: unknown): string {
  const { kind, text, data, media } = recordOf(event);
  if (typeof text === "string" && text !== "") return text;
  if (typeof data === "string") return data;
  const first = Array.isArray(media) ? recordOf(media[0]).kind : undefined;
  if (typeof first === "string") return `<media:${first}>`;
  return typeof kind === "string" ? `<${kind}>` : "";
}

function parsed(id: string): { readonly direction: "in" | "out"; readonly row: number } {
  const [, direction, row] = /^(in|out):([1-9]\d{0,14})$/.exec(id) ?? [];
  if (direction === undefined)
    throw invalidRequest(`"${id}" names no message of the queue; ids look like in:7 or out:12`);
  return { direction: direction === "in" ? "in" : "out", row: Number(row) };
}

function missing(id: string): never {
  throw invalidRequest(`no message ${id} is kept`);
}
