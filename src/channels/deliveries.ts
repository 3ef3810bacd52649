import type { RunId, SessionKey } from "../protocol/index.ts";
import type { NewDelivery, OutboxRow } from "../store/index.ts";
import type { OutboundMessage, OutboundPoll, Receipt, Target } from "./outbound-message.ts";

/** What is to be sent, where, and for whom. */
export interface DeliveryRequest {
  readonly channel: string;
  /** The channel's default account unless told. */
  readonly accountId?: string;
  readonly target: Target;
  readonly content:
    | { readonly kind: "message"; readonly message: OutboundMessage }
    | { readonly kind: "poll"; readonly poll: OutboundPoll };
  readonly origin: string;
  readonly sessionKey?: SessionKey;
  readonly runId?: RunId;
  /** A repeat with the same scope and key is answered with the first outcome, also after a restart. */
  readonly idempotency?: { readonly scope: string; readonly key: string };
}

/** How a delivery ended, or where it stands. */
export type DeliveryOutcome =
  | { readonly state: "sent"; readonly id: number; readonly receipts: readonly Receipt[] }
  /** Some parts arrived before it was given up. */
  | {
      readonly state: "failed";
      readonly id: number;
      readonly receipts: readonly Receipt[];
      readonly error: string;
    }
  /** One call may have arrived; it is not repeated by itself. */
  | {
      readonly state: "uncertain";
      readonly id: number;
      readonly receipts: readonly Receipt[];
      readonly error: string;
    }
  | { readonly state: "dropped"; readonly id: number; readonly receipts: readonly Receipt[] }
  /** Still on its way when the asker's patience ended; it is sent all the same. */
  | {
      readonly state: "pending";
      readonly id: number;
      readonly receipts: readonly Receipt[];
      readonly error?: string;
    };

/** The way out to all chats. */
export interface Deliveries {
  /** Cuts a message for its channel; what comes back is put in the outbox by whoever settles with it. @throws SendError `refused` */
  prepare(request: DeliveryRequest): NewDelivery;
  /** Sends rows that somebody else put into the outbox (`inbox.settle`). */
  dispatch(rows: readonly OutboxRow[]): void;
  /** Puts it in the outbox and resolves when it is settled, at the latest after `patienceMs`. @throws SendError `refused` or `not-ready` before anything was stored */
  deliver(request: DeliveryRequest, patienceMs: number): Promise<DeliveryOutcome>;
  /** What became of an earlier request with this key. */
  recall(scope: string, key: string): Promise<DeliveryOutcome | undefined>;
}
