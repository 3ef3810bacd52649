import type { SessionKey } from "../../protocol/index.ts";
import type { Client } from "../method.ts";
import { MAX_SESSIONS_PER_CONNECTION } from "./limits.ts";

/** What one connection asked to hear of sessions. */
interface Ears {
  /** Cap `tool-events`: takes tool frames as `agent` events. */
  readonly takesTools: boolean;
  /** Cap `session-scoped-events`: hears only of the sessions it named. */
  readonly isScoped: boolean;
  all: boolean;
  readonly keys: Set<SessionKey>;
}

/**
 * Which connections hear of which sessions. Kept by the connection's client, so that it is gone when the connection is,
 * without anybody having to say so.
 */
export class Subscriptions {
  private readonly ears = new WeakMap<Client, Ears>();

  /** `sessions.subscribe`: the rows and messages of all sessions. */
  hearAll(client: Client): void {
    this.of(client).all = true;
  }

  /** `sessions.messages.subscribe`; false when the connection has named too many. */
  hear(client: Client, key: SessionKey): boolean {
    const { keys } = this.of(client);
    if (keys.size >= MAX_SESSIONS_PER_CONNECTION && !keys.has(key)) return false;
    keys.add(key);
    return true;
  }

  unhear(client: Client, key: SessionKey): void {
    this.of(client).keys.delete(key);
  }

  /** Hears `chat`, and `agent` but for its tool frames: everybody, unless they asked for named sessions only. */
  hearsRun(client: Client, key: SessionKey): boolean {
    const { isScoped, keys } = this.of(client);
    return !isScoped || keys.has(key);
  }

  /** Hears tool frames as `agent` events. */
  hearsTools(client: Client, key: SessionKey): boolean {
    const { takesTools, isScoped, keys } = this.of(client);
    return takesTools && (!isScoped || keys.has(key));
  }

  /** Hears tool frames as `session.tool` events. */
  hearsToolsApart(client: Client, key: SessionKey): boolean {
    return !this.of(client).takesTools && this.hearsSession(client, key);
  }

  /** Hears the messages of a session. */
  hearsSession(client: Client, key: SessionKey): boolean {
    const { isScoped, all, keys } = this.of(client);
    return keys.has(key) || (all && !isScoped);
  }

  /** Hears that rows change. */
  hearsRows(client: Client): boolean {
    return this.of(client).all;
  }

  private of(client: Client): Ears {
    const known = this.ears.get(client);
    if (known) return known;
    const fresh: Ears = {
      takesTools: client.caps.includes("tool-events"),
      isScoped: client.caps.includes("session-scoped-events"),
      all: false,
      keys: new Set(),
    };
    this.ears.set(client, fresh);
    return fresh;
  }
}
