import type { Clock } from "../../../lib/clock.ts";
import type { ConnectionStatus, Lifecycle } from "../../channel.ts";

type Issue = NonNullable<ConnectionStatus["issue"]>;
type Self = NonNullable<ConnectionStatus["self"]>;

/** What went wrong, and what a person can do. */
export interface Trouble {
  readonly lifecycle: Extract<Lifecycle, "recovering" | "blocked">;
  readonly error: string;
  readonly issue?: Issue | undefined;
}

/** What was seen of a connection; every part of it tells here what it saw, nobody what it hopes. */
export class Observed {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #mode: "polling" | "webhook";
  #lifecycle: Lifecycle = "starting";
  #failures = 0;
  #lastConnectedAt: number | undefined;
  #lastTransportActivityAt: number | undefined;
  #lastEventAt: number | undefined;
  #lastError: string | undefined;
  #issue: Issue | undefined;
  #advice: Issue | undefined;
  #self: Self | undefined;

  constructor(clock: Clock, mode: "polling" | "webhook", changed: () => void) {
    this.#clock = clock;
    this.#mode = mode;
    this.#changed = changed;
  }

  /** Failures since updates last came in. */
  get failures(): number {
    return this.#failures;
  }

  get lifecycle(): Lifecycle {
    return this.#lifecycle;
  }

  status(): ConnectionStatus {
    // What could be better is not said in the place of what is wrong.
    const issue = this.#lifecycle === "ready" ? (this.#issue ?? this.#advice) : this.#issue;
    return {
      lifecycle: this.#lifecycle,
      connected: this.#lifecycle === "ready",
      mode: this.#mode,
      reconnectAttempts: this.#failures,
      ...(this.#lastConnectedAt !== undefined && { lastConnectedAt: this.#lastConnectedAt }),
      ...(this.#lastTransportActivityAt !== undefined && {
        lastTransportActivityAt: this.#lastTransportActivityAt,
      }),
      ...(this.#lastEventAt !== undefined && { lastEventAt: this.#lastEventAt }),
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
      ...(issue && { issue }),
      ...(this.#self && { self: this.#self }),
    };
  }

  /** Telegram answered something, or called. */
  alive(): void {
    this.#lastTransportActivityAt = this.#clock.now();
  }

  /** Updates came in. */
  heard(): void {
    this.#lastEventAt = this.#clock.now();
  }

  /** Who the account is to Telegram. */
  known(self: Self): void {
    this.#self = self;
  }

  /** Something a person should know although it works; undefined takes it back. */
  advise(advice: Issue | undefined): void {
    const isNew = advice?.message !== this.#advice?.message;
    this.#advice = advice;
    if (isNew) this.#changed();
  }

  /** Updates can come in. */
  works(): void {
    this.alive();
    this.#failures = 0;
    const isNew = this.#lifecycle !== "ready" || this.#issue !== undefined;
    this.#lifecycle = "ready";
    this.#issue = undefined;
    this.#lastError = undefined;
    if (!isNew) return;
    this.#lastConnectedAt = this.#clock.now();
    this.#changed();
  }

  /** Updates do not come in. */
  fails({ lifecycle, error, issue }: Trouble): void {
    // What waits for a person does not try.
    if (lifecycle === "recovering") this.#failures++;
    const isNew =
      this.#lifecycle !== lifecycle || this.#lastError !== error || this.#issue?.kind !== issue?.kind;
    this.#lifecycle = lifecycle;
    this.#lastError = error;
    this.#issue = issue;
    if (isNew) this.#changed();
  }
}
