/** How a request ended, as it was answered: replayed to every later duplicate, failures too. */
export type Outcome =
  { readonly ok: true; readonly payload: unknown } | { readonly ok: false; readonly error: unknown };

/** What a claim found. */
export type Claim =
  /** Nobody asked before: do the work, then settle. */
  | { readonly state: "new" }
  /** The first asker has not settled yet. `since` is epoch ms; before this process began, its work died with the last one. */
  | { readonly state: "pending"; readonly since: number }
  /** Done before: answer with this. */
  | { readonly state: "settled"; readonly outcome: Outcome };

/**
 * Remembers requests by method and idempotency key, for all clients together and across restarts, so that a repeated
 * request is answered, not done again. Bounded in number and age (see `limits.ts`).
 */
export interface IdempotencyRepository {
  /** Takes the key if it is free or older than `ttlMs`; otherwise says what became of it. @throws StoreError */
  claim(method: string, key: string, ttlMs?: number): Promise<Claim>;
  /** Records the outcome of a claimed key; its life begins anew. @throws StoreError */
  settle(method: string, key: string, outcome: Outcome): Promise<void>;
  /** Gives a claimed key back, when the work was never begun. @throws StoreError */
  release(method: string, key: string): Promise<void>;
  /** Looks without claiming; undefined when unknown or expired. @throws StoreError */
  lookup(method: string, key: string): Promise<Exclude<Claim, { state: "new" }> | undefined>;
}
