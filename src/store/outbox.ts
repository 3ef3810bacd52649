import type { RunId, SessionKey } from "../protocol/index.ts";

/** One message for a chat, cut into the calls that bring it there. */
export interface NewDelivery {
  readonly channel: string;
  readonly accountId: string;
  /** Messages of one lane go out one after the other: a chat with its topic. */
  readonly lane: string;
  /** Where to, as the channel wrote it down; JSON. */
  readonly target: unknown;
  /** One call of the platform each, in order; JSON. */
  readonly parts: readonly unknown[];
  /** Who wanted it: `reply`, `send`, `poll`, `notice`, `pairing` … */
  readonly origin: string;
  readonly sessionKey?: SessionKey;
  readonly runId?: RunId;
  /** A second delivery with the same scope and key is the first one. */
  readonly idempotency?: { readonly scope: string; readonly key: string };
  /** Text of it, for a person who looks at the queue. */
  readonly summary: string;
  /**
   * Its sender is ready: when nothing of the lane is open, the row is taken in as already begun (`sending`, first attempt),
   * which saves a flush. Whoever asks for it must send such a row at once, or postpone it uncounted.
   */
  readonly atOnce?: boolean;
}

/**
 * `queued`: to be sent. `sending`: a call is under way; found so after a death of the process, nobody knows whether it
 * arrived. `sent`: every part has its receipt. `unknown`: that one call may or may not have arrived. `dead`: given up.
 * `dropped`: a person took it out.
 */
export type DeliveryState = "queued" | "sending" | "sent" | "unknown" | "dead" | "dropped";

export interface OutboxRow extends Omit<NewDelivery, "atOnce"> {
  readonly id: number;
  readonly state: DeliveryState;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** What the platform said of each part that arrived; JSON. Their number is the next part. */
  readonly receipts: readonly unknown[];
  /** Failed attempts at the present part; counted when it is begun. */
  readonly attempts: number;
  readonly notBefore: number;
  readonly lastError?: string;
}

export interface OutboxQuery {
  readonly states?: readonly DeliveryState[];
  readonly channel?: string;
  readonly accountId?: string;
  readonly lane?: string;
  readonly limit?: number;
}

/** Everything that is to go out, until the platform has said that it arrived. */
export interface OutboxRepository {
  /**
   * Takes deliveries in; one whose idempotency key is known is answered with the row there is (`isNew` false).
   * Survives a power cut. @throws StoreError
   */
  put(
    deliveries: readonly NewDelivery[],
  ): Promise<readonly { readonly row: OutboxRow; readonly isNew: boolean }[]>;
  /** Marks the next part as under way and counts the attempt. Undefined when the row is not queued. Survives a power cut. @throws StoreError */
  begin(id: number): Promise<OutboxRow | undefined>;
  /** A part arrived; after the last one the row is `sent` and its parts are forgotten, else it is queued. @throws StoreError */
  arrived(id: number, receipt: unknown): Promise<OutboxRow | undefined>;
  /** Of a queued row or one under way. The call certainly did not arrive: again at `notBefore`; `uncounted` takes the attempt back. @throws StoreError */
  postpone(
    id: number,
    why: { readonly error: string; readonly notBefore: number; readonly uncounted?: boolean },
  ): Promise<void>;
  /**
   * Gives up a queued row or one under way; undefined when it was neither. What the chat is told about it is put in the
   * same act. @throws StoreError
   */
  end(
    id: number,
    state: "unknown" | "dead",
    error: string,
    notice?: NewDelivery,
  ): Promise<{ readonly row: OutboxRow; readonly notice?: OutboxRow } | undefined>;
  /** A dead or unknown row is queued again at the part it stands at. False otherwise. @throws StoreError */
  retry(id: number): Promise<boolean>;
  /** Takes out a row that is not sent and not under way. @throws StoreError */
  drop(id: number): Promise<boolean>;
  get(id: number): Promise<OutboxRow | undefined>;
  find(scope: string, key: string): Promise<OutboxRow | undefined>;
  /** Queued and sending rows, in order. */
  open(): Promise<readonly OutboxRow[]>;
  list(query: OutboxQuery): Promise<readonly OutboxRow[]>;
  counts(): Promise<
    readonly {
      readonly channel: string;
      readonly accountId: string;
      readonly state: DeliveryState;
      readonly count: number;
      readonly oldestAt: number;
    }[]
  >;
  /** Bytes of parts that are kept: of what is to be sent, and of what a person may have sent again. */
  heldBytes(): Promise<number>;
  /** Forgets ended rows beyond age and number (`limits.ts`); answers how many. @throws StoreError */
  prune(): Promise<number>;
}
