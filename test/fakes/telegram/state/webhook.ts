import type { TgUpdate } from "../shapes.ts";
import type { UpdateQueue } from "./updates.ts";

export interface WebhookOptions {
  readonly url: string;
  readonly secret?: string;
  readonly maxConnections: number;
  /** Pause before the second attempt; doubled with every further one. */
  readonly retryMs: number;
}

/** The longest pause between two attempts. */
const MAX_PAUSE_MS = 64_000;
/** How long an answer is waited for. */
const ANSWER_TIMEOUT_MS = 60_000;

/** Posts a bot's updates to its address: several at once, those of one chat in order, each until it is taken. */
export class Webhook {
  lastError: { readonly at: number; readonly message: string } | undefined;
  readonly #stopped = new AbortController();
  readonly #busyLanes = new Set<string>();
  readonly #underWay = new Set<number>();
  readonly #unsubscribe: () => void;

  constructor(
    readonly options: WebhookOptions,
    readonly queue: UpdateQueue,
    readonly changed: () => void,
  ) {
    this.#unsubscribe = queue.onArrival(() => this.#pump());
    this.#pump();
  }

  stop(): void {
    this.#unsubscribe();
    this.#stopped.abort();
  }

  #pump(): void {
    for (const update of this.queue.pending) {
      if (this.#stopped.signal.aborted || this.#underWay.size >= this.options.maxConnections) return;
      const lane = laneOf(update);
      if (this.#underWay.has(update.update_id) || this.#busyLanes.has(lane)) continue;
      this.#underWay.add(update.update_id);
      this.#busyLanes.add(lane);
      void this.#deliver(update).finally(() => {
        this.#underWay.delete(update.update_id);
        this.#busyLanes.delete(lane);
        this.#pump();
      });
    }
  }

  async #deliver(update: TgUpdate): Promise<void> {
    let pauseMs = this.options.retryMs;
    while (!this.#stopped.signal.aborted) {
      const failure = await this.#post(update);
      if (this.#stopped.signal.aborted) return;
      if (!failure) {
        this.queue.confirm(update.update_id);
        this.changed();
        return;
      }
      this.lastError = { at: Date.now(), message: failure.message };
      this.changed();
      await this.#pause(failure.retryAfterMs ?? pauseMs);
      pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2);
    }
  }

  async #post(update: TgUpdate): Promise<{ message: string; retryAfterMs?: number } | undefined> {
    const { url, secret } = this.options;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(secret === undefined ? {} : { "X-Telegram-Bot-Api-Secret-Token": secret }),
        },
        body: JSON.stringify(update),
        signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      });
      await response.arrayBuffer();
      if (response.ok) return undefined;
      const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
      return {
        message: `Wrong response from the webhook: ${response.status} ${response.statusText}`,
        ...(retryAfter > 0 ? { retryAfterMs: retryAfter * 1000 } : {}),
      };
    } catch (error) {
      const late = error instanceof Error && error.name === "TimeoutError";
      return { message: late ? "Read timeout expired" : "Connection refused" };
    }
  }

  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#stopped.signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    clearTimeout(timer);
  }
}

/** Updates of one chat, or else of one person, are told in order. */
function laneOf(update: TgUpdate): string {
  for (const content of Object.values(update)) {
    if (typeof content !== "object" || content === null) continue;
    const { chat, from, message } = content as Record<string, Record<string, unknown> | undefined>;
    const place = chat ?? (message?.chat as Record<string, unknown> | undefined) ?? from;
    if (place?.id !== undefined) return String(place.id);
  }
  return String(update.update_id);
}
