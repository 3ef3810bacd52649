import { redactText, type SecretRegistry } from "../../../lib/redact.ts";
import { MAX_HEARD_CHARS, MAX_REMEMBERED_FAILURES, MAX_SAID_CHARS } from "../limits.ts";
import type { ModelFailure } from "../model.ts";
import { classify } from "./classify.ts";
import { failureOfFault } from "./fault.ts";

/** Why model calls failed, by the words they failed with; the engine passes on nothing but these. */
export class FailureMemory {
  readonly #secrets: SecretRegistry;
  readonly #failures = new Map<string, ModelFailure>();

  constructor(secrets: SecretRegistry) {
    this.#secrets = secrets;
  }

  /** The text without a secret in it, and not longer than anybody reads; in this order, or half a secret would be left. */
  clean(text: string): string {
    return redactText(text.slice(0, MAX_HEARD_CHARS), this.#secrets).slice(0, MAX_SAID_CHARS).toWellFormed();
  }

  remember(failure: ModelFailure): void {
    this.#failures.delete(failure.message);
    this.#failures.set(failure.message, failure);
    if (this.#failures.size <= MAX_REMEMBERED_FAILURES) return;
    for (const oldest of this.#failures.keys()) {
      this.#failures.delete(oldest);
      break;
    }
  }

  /** What is remembered under these words, else what they sound like. */
  of(errorMessage: string | undefined): ModelFailure {
    const text = errorMessage ?? "no reason given";
    const known = this.#failures.get(text);
    if (known) return known;
    const status = /^(4\d\d|5\d\d)\b/.exec(text)?.[1];
    return failureOfFault(
      classify({ text: this.clean(text), ...(status !== undefined && { status: Number(status) }) }),
    );
  }
}
