import type { Clock, Timer } from "../lib/clock.ts";
import { GatewayRequestError, GatewayTransportError } from "./errors.ts";
import type { RequestOptions } from "./gateway-client.ts";
import { type Incoming, isRecord } from "./incoming.ts";
import { REQUEST_TIMEOUT_MS } from "./limits.ts";

interface Waiting {
  readonly method: string;
  readonly expectFinal: boolean;
  readonly onAccepted: ((payload: unknown) => void) | undefined;
  readonly timer: Timer;
  readonly resolve: (payload: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Requests that were sent and not yet answered. */
export class PendingRequests {
  readonly #waiting = new Map<string, Waiting>();
  readonly #clock: Clock;
  #lastId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Registers a request, sends it through `send`, and resolves with its payload. */
  start(
    method: string,
    params: unknown,
    options: RequestOptions,
    send: (text: string) => void,
  ): Promise<unknown> {
    const id = String(++this.#lastId);
    const timeoutMs = options.timeoutMs ?? REQUEST_TIMEOUT_MS;
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(timeoutMs, () => {
        this.#waiting.delete(id);
        reject(new GatewayTransportError("timeout", `No answer to ${method} within ${timeoutMs} ms.`));
      });
      this.#waiting.set(id, {
        method,
        expectFinal: options.expectFinal ?? false,
        onAccepted: options.onAccepted,
        timer,
        resolve,
        reject,
      });
      send(JSON.stringify({ type: "req", id, method, params }));
    });
  }

  /** Hands a response to whoever waits for it; answers nobody waits for are dropped. */
  settle(response: Extract<Incoming, { kind: "response" }>): void {
    const waiting = this.#waiting.get(response.id);
    if (!waiting) return;
    if (response.ok && waiting.expectFinal && isAccepted(response.payload)) {
      waiting.onAccepted?.(response.payload);
      return;
    }
    this.#waiting.delete(response.id);
    waiting.timer.cancel();
    if (response.ok) {
      waiting.resolve(response.payload);
      return;
    }
    const shape = response.error ?? { code: "UNAVAILABLE", message: "the gateway gave no reason" };
    waiting.reject(new GatewayRequestError(waiting.method, shape, response.payload));
  }

  /** Rejects everything that still waits. */
  rejectAll(error: Error): void {
    for (const waiting of this.#waiting.values()) {
      waiting.timer.cancel();
      waiting.reject(error);
    }
    this.#waiting.clear();
  }
}

function isAccepted(payload: unknown): boolean {
  return isRecord(payload) && payload.status === "accepted";
}
