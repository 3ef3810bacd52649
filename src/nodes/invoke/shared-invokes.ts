import { invalidRequest, unavailable } from "../../protocol/index.ts";

/** What makes two requests the same: the key within its scope; and what must be equal when it is. */
export interface SharedKey {
  readonly scope: string;
  readonly key: string;
  readonly fingerprint: string;
}

interface Shared<T> {
  readonly fingerprint: string;
  readonly result: Promise<T>;
  readonly abort: AbortController;
  callers: number;
}

/** Lets a repeated request join the first one while that is under way; it is aborted when every caller has gone. */
export class SharedInvokes<T> {
  readonly #running = new Map<string, Shared<T>>();

  /** Runs `work`, or waits for the one that runs already. @throws ProtocolError when the key means something else */
  async run(
    { scope, key, fingerprint }: SharedKey,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const id = JSON.stringify([scope, key]);
    const shared = this.#running.get(id) ?? this.#start(id, fingerprint, work);
    if (shared.fingerprint !== fingerprint) {
      throw invalidRequest("idempotency key is in use for another node.invoke", {
        reason: "idempotency-key-conflict",
      });
    }
    shared.callers += 1;
    const gone = Promise.withResolvers<never>();
    const leave = () => {
      shared.callers -= 1;
      if (shared.callers === 0) shared.abort.abort();
      gone.reject(unavailable("ABORTED: node invoke cancelled"));
    };
    signal?.addEventListener("abort", leave, { once: true });
    if (signal?.aborted) leave();
    try {
      return await Promise.race([shared.result, gone.promise]);
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }

  #start(id: string, fingerprint: string, work: (signal: AbortSignal) => Promise<T>): Shared<T> {
    const abort = new AbortController();
    const result = work(abort.signal).finally(() => this.#running.delete(id));
    const shared = { fingerprint, result, abort, callers: 0 };
    this.#running.set(id, shared);
    // Callers that left no longer listen.
    result.catch(() => {});
    return shared;
  }
}
