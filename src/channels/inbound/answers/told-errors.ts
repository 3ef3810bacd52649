import type { Clock } from "../../../lib/clock.ts";
import type { ChatRules } from "../../access/index.ts";
import { ERROR_TOLD_MS, MAX_TOLD_ERRORS } from "../limits.ts";

/** Decides whether a chat is told of a failure, by `errorPolicy`. */
export class ToldErrors {
  readonly #clock: Clock;
  /** When each was told; the longest ago first. */
  readonly #told = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  mayTell(policy: ChatRules["errorPolicy"], chat: string, text: string): boolean {
    if (policy === "always") return true;
    if (policy === "silent") return false;
    const now = this.#clock.now();
    const key = JSON.stringify([chat, text]);
    const at = this.#told.get(key);
    if (at !== undefined && now - at < ERROR_TOLD_MS) return false;
    this.#told.delete(key);
    this.#told.set(key, now);
    const [oldest] = this.#told.keys();
    if (this.#told.size > MAX_TOLD_ERRORS && oldest !== undefined) this.#told.delete(oldest);
    return true;
  }
}
