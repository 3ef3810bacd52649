import { recordOf } from "../../lib/records.ts";
import { ERROR_CODES, ProtocolError, unavailable } from "../../protocol/index.ts";
import type { IdempotencyRepository } from "../../store/index.ts";

/** Sees to it that a repeated request is answered, not done again. */
export class Once {
  private readonly running = new Map<string, Promise<unknown>>();

  constructor(private readonly idempotency: Pick<IdempotencyRepository, "claim" | "settle" | "release">) {}

  /** One piece of work for all who ask for it at the same time. */
  share<T>(scope: string, key: string, work: () => Promise<T>): Promise<T> {
    const name = `${scope}\0${key}`;
    const running = this.running.get(name);
    // The same scope always means the same kind of answer.
    if (running) return running as Promise<T>;
    const done = work().finally(() => this.running.delete(name));
    this.running.set(name, done);
    return done;
  }

  /**
   * Does the work once and for all: later requests, also after a restart, get its answer or its failure. What failed
   * before it reached a platform, or may work later, is not remembered. `repeatable` work that a dead process may have
   * begun is simply done again. @throws ProtocolError
   */
  remember(
    scope: string,
    key: string,
    repeatable: boolean,
    work: () => Promise<Readonly<Record<string, unknown>>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    return this.share(scope, key, async () => {
      const claim = await this.idempotency.claim(scope, key);
      if (claim.state === "settled") {
        if (claim.outcome.ok) return recordOf(claim.outcome.payload);
        throw storedError(claim.outcome.error);
      }
      if (claim.state === "pending" && !repeatable) {
        throw unavailable(
          "The gateway stopped while this was being done; nobody knows whether it arrived. Look at the chat, and ask again with a new idempotencyKey if it did not.",
          { retryable: false, details: { deliveryStatus: "unknown" } },
        );
      }
      return this.settled(scope, key, work);
    });
  }

  private async settled(
    scope: string,
    key: string,
    work: () => Promise<Readonly<Record<string, unknown>>>,
  ): Promise<Readonly<Record<string, unknown>>> {
    try {
      const payload = await work();
      await this.idempotency.settle(scope, key, { ok: true, payload });
      return payload;
    } catch (error) {
      if (isFinal(error)) await this.idempotency.settle(scope, key, { ok: false, error: error.toShape() });
      else await this.idempotency.release(scope, key);
      throw error;
    }
  }
}

/** True for a failure that came from the platform and stays one. */
function isFinal(error: unknown): error is ProtocolError {
  return error instanceof ProtocolError && error.code !== "INVALID_REQUEST" && error.retryable === false;
}

function storedError(error: unknown): ProtocolError {
  const { code, message, details } = recordOf(error);
  const known = ERROR_CODES.find((one) => one === code) ?? "UNAVAILABLE";
  return new ProtocolError(known, typeof message === "string" ? message : "it failed before", {
    retryable: false,
    ...(details !== undefined && { details: { ...recordOf(details) } }),
  });
}
