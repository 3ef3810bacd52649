import type { InboxRepository, OutboxRepository } from "../../store/index.ts";

/** How many messages of an account wait, and since when; epoch ms. */
export interface QueueFacts {
  readonly channel: string;
  readonly accountId: string;
  /** Came in and are not answered yet. */
  readonly waiting: number;
  readonly oldestWaitingAt?: number;
  /** Came in and were given up. */
  readonly deadInbound: number;
  /** Are to go out. */
  readonly queued: number;
  readonly oldestQueuedAt?: number;
  /** May or may not have arrived. */
  readonly unknown: number;
  /** Were given up on the way out. */
  readonly dead: number;
}

type Counting = { -readonly [K in keyof QueueFacts]: QueueFacts[K] };

/** Counts what is kept of messages, by account. @throws StoreError */
export async function countQueues(
  inbox: Pick<InboxRepository, "counts">,
  outbox: Pick<OutboxRepository, "counts">,
): Promise<readonly QueueFacts[]> {
  const facts = new Map<string, Counting>();
  const of = (channel: string, accountId: string): Counting => {
    const key = `${channel}\0${accountId}`;
    const known = facts.get(key);
    if (known) return known;
    const fresh = { channel, accountId, waiting: 0, deadInbound: 0, queued: 0, unknown: 0, dead: 0 };
    facts.set(key, fresh);
    return fresh;
  };
  for (const { channel, accountId, state, count, oldestAt } of await inbox.counts()) {
    const row = of(channel, accountId);
    if (state === "dead") row.deadInbound = count;
    if (state === "waiting") {
      row.waiting = count;
      row.oldestWaitingAt = oldestAt;
    }
  }
  for (const { channel, accountId, state, count, oldestAt } of await outbox.counts()) {
    const row = of(channel, accountId);
    if (state === "queued" || state === "sending") {
      row.queued += count;
      row.oldestQueuedAt = Math.min(row.oldestQueuedAt ?? oldestAt, oldestAt);
    }
    if (state === "unknown") row.unknown = count;
    if (state === "dead") row.dead = count;
  }
  return [...facts.values()];
}
