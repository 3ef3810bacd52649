import type { Clock } from "../../../lib/clock.ts";
import type { ChannelSelf, ConnectionStatus, Lifecycle, LinkFacts } from "../../channel.ts";
import type { Ending } from "../socket/index.ts";

type Issue = NonNullable<ConnectionStatus["issue"]>;

/** Where older clients see the same in one word. */
const LIFECYCLES: Readonly<Record<LinkFacts["health"], Lifecycle>> = {
  starting: "starting",
  healthy: "ready",
  stale: "recovering",
  reconnecting: "recovering",
  conflict: "blocked",
  "logged-out": "blocked",
  "not-linked": "blocked",
  stopped: "blocked",
};

/** What was seen of an account's line. */
export class Observed {
  readonly #clock: Clock;
  readonly #changed: () => void;
  #health: LinkFacts["health"] = "starting";
  #linkedAt: number | undefined;
  #failures = 0;
  #connectedAt: number | undefined;
  #aliveAt: number | undefined;
  #heardAt: number | undefined;
  #disconnected: LinkFacts["lastDisconnect"];
  #error: string | undefined;
  #issue: Issue | undefined;
  #self: ChannelSelf | undefined;

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  get failures(): number {
    return this.#failures;
  }

  get aliveAt(): number | undefined {
    return this.#aliveAt;
  }

  status(): ConnectionStatus {
    const lifecycle = LIFECYCLES[this.#health];
    return {
      lifecycle,
      connected: lifecycle === "ready",
      mode: "web",
      reconnectAttempts: this.#failures,
      ...(this.#connectedAt !== undefined && { lastConnectedAt: this.#connectedAt }),
      ...(this.#aliveAt !== undefined && { lastTransportActivityAt: this.#aliveAt }),
      ...(this.#heardAt !== undefined && { lastEventAt: this.#heardAt }),
      ...(this.#error !== undefined && { lastError: this.#error }),
      ...(this.#issue && { issue: this.#issue }),
      ...(this.#self && { self: this.#self }),
      link: {
        isLinked: this.#linkedAt !== undefined,
        health: this.#health,
        ...(this.#linkedAt !== undefined && { since: this.#linkedAt }),
        ...(this.#disconnected && { lastDisconnect: this.#disconnected }),
      },
    };
  }

  /** The account has a link, of this age. */
  linked(at: number, self: ChannelSelf): void {
    this.#linkedAt = at;
    this.#self = self;
  }

  /** The server said anything. */
  alive(): void {
    this.#aliveAt = this.#clock.now();
  }

  /** Somebody said something. */
  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  opened(): void {
    this.alive();
    this.#connectedAt = this.#clock.now();
    this.#health = "healthy";
    this.#error = undefined;
    this.#issue = undefined;
    this.#changed();
  }

  /** It was good for a while. */
  steady(): void {
    this.#failures = 0;
  }

  /** A connection ended and the next one is tried. */
  ended(ending: Ending, isFailure: boolean): void {
    this.#disconnected = { at: this.#clock.now(), ...ending };
    this.#health = "reconnecting";
    if (isFailure) {
      this.#failures += 1;
      this.#error = ending.message;
    }
    this.#changed();
  }

  /** Nothing is tried until a person acts. */
  blocked(health: LinkFacts["health"], issue: Issue, ending?: Ending): void {
    if (ending) this.#disconnected = { at: this.#clock.now(), ...ending };
    if (health === "logged-out" || health === "not-linked") this.#linkedAt = undefined;
    this.#health = health;
    this.#error = issue.message;
    this.#issue = issue;
    this.#changed();
  }
}
