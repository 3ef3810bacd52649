import type { RunId } from "../protocol/index.ts";
import type { NewDelivery, OutboxRow } from "./outbox.ts";

/** Something a platform told an account, in the words of its channel. */
export interface ArrivedEvent {
  readonly channel: string;
  /** Who received it as the platform names them (`bot:4242`): ids of messages mean something only there. */
  readonly identity: string;
  readonly accountId: string;
  /** The same for every delivery of the same thing (`message:-100123:7`), different for all others of the identity. */
  readonly eventKey: string;
  /** Events of one lane are taken up in the order they came: a chat with its topic. */
  readonly lane: string;
  /** JSON. */
  readonly event: unknown;
}

/** How far a platform's stream of updates was read; kept for each identity, so that another bot does not inherit it. */
export interface InboxCursor {
  readonly channel: string;
  readonly identity: string;
  readonly value: string;
}

/** `waiting`: not over. `done`: over, its event is forgotten. `dead`: given up; a person may retry or drop it. */
export type InboxState = "waiting" | "done" | "dead";

export interface InboxRow extends ArrivedEvent {
  readonly id: number;
  readonly state: InboxState;
  readonly acceptedAt: number;
  /** Times it was begun; counted before the work, so that what kills the process is given up in the end. */
  readonly attempts: number;
  /** Not to be begun before, epoch ms. */
  readonly notBefore: number;
  /** The turn it became part of; rows with the same one were said as one message. */
  readonly runId?: RunId;
  /** A preview that may be standing in the chat, as the channel described it. */
  readonly draft?: unknown;
  readonly lastError?: string;
  readonly settledAt?: number;
  /** What became of it: `answered`, `command`, `shared`, `ignored:<why>`, `dropped` … */
  readonly disposition?: string;
}

export interface InboxQuery {
  readonly states?: readonly InboxState[];
  readonly channel?: string;
  readonly accountId?: string;
  readonly limit?: number;
}

/** Everything that came in, until it is answered. An act that tells a platform "received" or "sent" survives a power cut. */
export interface InboxRepository {
  /**
   * Keeps the events that are new and moves the cursor, in one act; answers the new ones in their order. An event of a
   * key that is known, settled ones included, is not taken again. With `isDurable` what they were made of survives a power
   * cut in this store until a later act says that it was taken: no flush is spent on them. @throws StoreError
   */
  accept(
    events: readonly ArrivedEvent[],
    cursor?: InboxCursor,
    options?: { readonly isDurable?: boolean },
  ): Promise<readonly InboxRow[]>;
  /** Undefined when nothing was ever read for this identity. */
  cursor(channel: string, identity: string): Promise<string | undefined>;
  /** What is not over, in order of arrival. */
  waiting(query?: Omit<InboxQuery, "states">): Promise<readonly InboxRow[]>;
  /** Counts an attempt and notes the turn these rows become. Answers those that still wait. @throws StoreError */
  begin(ids: readonly number[], runId: RunId): Promise<readonly InboxRow[]>;
  /** Notes the preview of a turn, so that a later process can take it away. @throws StoreError */
  keepDraft(id: number, draft: unknown): Promise<void>;
  /** Ends the rows, forgets their events, and puts what answers them into the outbox, in one act. @throws StoreError */
  settle(
    ids: readonly number[],
    disposition: string,
    replies: readonly NewDelivery[],
  ): Promise<readonly OutboxRow[]>;
  /** They are to be begun again, not before `notBefore`; `uncounted` takes the attempt back. @throws StoreError */
  postpone(
    ids: readonly number[],
    why: { readonly error: string; readonly notBefore: number; readonly uncounted?: boolean },
  ): Promise<void>;
  /** Gives them up. @throws StoreError */
  bury(ids: readonly number[], error: string): Promise<void>;
  /** A dead row waits again, from its first attempt. False when it was not dead. @throws StoreError */
  retry(id: number): Promise<boolean>;
  /** Ends a waiting or dead row unanswered. False when it was over. @throws StoreError */
  drop(id: number): Promise<boolean>;
  get(id: number): Promise<InboxRow | undefined>;
  list(query: InboxQuery): Promise<readonly InboxRow[]>;
  /** Rows of each state, by channel and account. */
  counts(): Promise<
    readonly {
      readonly channel: string;
      readonly accountId: string;
      readonly state: InboxState;
      readonly count: number;
      readonly oldestAt: number;
    }[]
  >;
  /** Forgets settled rows beyond age and number (`limits.ts`); answers how many. @throws StoreError */
  prune(): Promise<number>;
}
