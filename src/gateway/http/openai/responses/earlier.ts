import type { Clock } from "../../../../lib/clock.ts";
import type { SessionKey } from "../../../../protocol/index.ts";
import { EARLIER_RESPONSE_TTL_MS, MAX_EARLIER_RESPONSES } from "../limits.ts";

/** Who may continue a response: the same caller, with the same agent and the same session header. */
export interface ResponseScope {
  /** Stands for the caller's credential or identity; never the secret itself. */
  readonly caller: string;
  readonly agentId: string;
  readonly askedKey: string;
}

interface Earlier {
  readonly scope: string;
  readonly sessionKey: SessionKey;
  readonly at: number;
}

/** The sessions of recent responses, for `previous_response_id`. In memory only: what a restart forgets begins anew. */
export class EarlierResponses {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Earlier>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  remember(responseId: string, scope: ResponseScope, sessionKey: SessionKey): void {
    this.#sessions.set(responseId, { scope: JSON.stringify(scope), sessionKey, at: this.#clock.now() });
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > MAX_EARLIER_RESPONSES && oldest !== undefined) this.#sessions.delete(oldest);
  }

  /** The session to go on with; undefined for a response that is unknown, too old, or somebody else's. */
  find(responseId: string, scope: ResponseScope): SessionKey | undefined {
    const earlier = this.#sessions.get(responseId);
    if (!earlier || earlier.scope !== JSON.stringify(scope)) return undefined;
    if (this.#clock.now() - earlier.at <= EARLIER_RESPONSE_TTL_MS) return earlier.sessionKey;
    this.#sessions.delete(responseId);
    return undefined;
  }
}
