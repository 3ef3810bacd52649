import type { OutboxRepository } from "../../store/index.ts";
import type { StoreTrouble } from "./store-acts.ts";

/** What waits to go out through one account, and what did not. */
export interface AccountBacklog {
  readonly channel: string;
  readonly accountId: string;
  /** Waiting or under way. */
  readonly queued: number;
  /** Epoch ms since when the oldest of them waits. */
  readonly oldestAt?: number;
  /** Given up: a person may retry or drop them. */
  readonly dead: number;
  /** May have arrived: a person may retry or drop them. */
  readonly unknown: number;
  /** The last failure, when nothing was sent since; epoch ms. */
  readonly lastError?: { readonly at: number; readonly message: string };
}

export interface OutboundStatus {
  readonly accounts: readonly AccountBacklog[];
  /** Why nothing can be stored at present, so that nothing is sent either. */
  readonly storeTrouble?: StoreTrouble;
}

/** Counts of the outbox by account. */
export function accountStatus(
  counts: Awaited<ReturnType<OutboxRepository["counts"]>>,
  lastError: (channel: string, accountId: string) => AccountBacklog["lastError"],
): readonly AccountBacklog[] {
  const accounts = new Map<string, AccountBacklog>();
  for (const { channel, accountId, state, count, oldestAt } of counts) {
    const key = `${channel}\n${accountId}`;
    const error = lastError(channel, accountId);
    const known = accounts.get(key) ?? {
      channel,
      accountId,
      queued: 0,
      dead: 0,
      unknown: 0,
      ...(error !== undefined && { lastError: error }),
    };
    if (state === "dead" || state === "unknown") accounts.set(key, { ...known, [state]: count });
    else if (state === "queued" || state === "sending") {
      const oldest = Math.min(known.oldestAt ?? Infinity, oldestAt);
      accounts.set(key, { ...known, queued: known.queued + count, oldestAt: oldest });
    } else accounts.set(key, known);
  }
  return [...accounts.values()];
}
