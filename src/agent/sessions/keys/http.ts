import type { SessionKey } from "../../../protocol/index.ts";
import { canonicalKey, InvalidSessionKeyError, keyFrom } from "./canonical.ts";
import { factsOf, type KeyKind } from "./key-facts.ts";

/** Sessions of the program itself: work it started must not be steered by whoever can reach the HTTP API. */
const REFUSED: ReadonlySet<KeyKind> = new Set(["cron", "subagent", "acp"]);

/** Whether an HTTP caller may not name this session. */
export function isRefusedOverHttp(key: SessionKey): boolean {
  return REFUSED.has(factsOf(key).kind);
}

/** What an HTTP request says about its session. */
export interface HttpSession {
  readonly agentId: string;
  readonly api: "openai" | "openresponses";
  /** `x-openclaw-session-key`. */
  readonly key?: string | undefined;
  /** The `user` field: requests of one user share a session. */
  readonly user?: string | undefined;
  /** Names the session of a request that says neither. */
  readonly requestId: string;
}

/** The session of an HTTP request. @throws InvalidSessionKeyError for one that callers may not name */
export function httpSessionKey({ agentId, api, key, user, requestId }: HttpSession): SessionKey {
  const named = key?.trim() ?? "";
  if (named !== "") {
    const canonical = canonicalKey(named, agentId);
    if (isRefusedOverHttp(canonical)) {
      throw new InvalidSessionKeyError(
        `"${named}" is reserved: keys that begin with cron:, subagent: or acp: belong to the gateway. Choose another name.`,
      );
    }
    return canonical;
  }
  const person = user?.trim() ?? "";
  return keyFrom(agentId, person === "" ? `${api}:${requestId}` : `${api}-user:${person}`);
}
