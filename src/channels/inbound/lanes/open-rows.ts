import type { InboxRow } from "../../../store/index.ts";
import { MAX_OPEN_ROWS } from "../limits.ts";

/** The rows this process has in hand and that are not over; those of one account do not hold up another. */
export class OpenRows {
  readonly #accounts = new Map<string, Set<number>>();
  readonly #waiters = new Map<string, Set<() => void>>();

  /** Those that were not in hand yet. */
  add(rows: readonly InboxRow[]): readonly InboxRow[] {
    return rows.filter((row) => {
      const key = accountKey(row.channel, row.accountId);
      const ids = this.#accounts.get(key) ?? new Set();
      this.#accounts.set(key, ids);
      const isNew = !ids.has(row.id);
      ids.add(row.id);
      return isNew;
    });
  }

  over(rows: readonly Pick<InboxRow, "id" | "channel" | "accountId">[]): void {
    for (const { id, channel, accountId } of rows) {
      const key = accountKey(channel, accountId);
      this.#accounts.get(key)?.delete(id);
      if (!this.#isFull(key)) for (const wake of this.#waiters.get(key) ?? []) wake();
    }
  }

  count(channel: string, accountId: string): number {
    return this.#accounts.get(accountKey(channel, accountId))?.size ?? 0;
  }

  get total(): number {
    return [...this.#accounts.values()].reduce((sum, ids) => sum + ids.size, 0);
  }

  /** Settles when the account may bring more, or the signal says that nobody waits any more. */
  async ready(channel: string, accountId: string, signal: AbortSignal): Promise<void> {
    const key = accountKey(channel, accountId);
    while (this.#isFull(key) && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const waiters = this.#waiters.get(key) ?? new Set();
      this.#waiters.set(key, waiters.add(resolve));
      const wake = () => resolve();
      signal.addEventListener("abort", wake, { once: true });
      await promise;
      signal.removeEventListener("abort", wake);
      waiters.delete(resolve);
    }
  }

  #isFull(key: string): boolean {
    return (this.#accounts.get(key)?.size ?? 0) >= MAX_OPEN_ROWS;
  }
}

function accountKey(channel: string, accountId: string): string {
  return JSON.stringify([channel, accountId]);
}
