import type { SessionKey } from "../../../protocol/index.ts";
import { SESSION_KEY_MAX_CHARS } from "../limits.ts";

/** A session key that cannot be one; the message says why. */
export class InvalidSessionKeyError extends Error {}

const AGENT_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const CONTROL = /[\u0000-\u001f\u007f]/;

/** The last part of the key of an agent's main conversation. */
export const MAIN = "main";
/** The same when all senders share one conversation (`session.scope: "global"`). */
export const GLOBAL = "global";

/** The two parts of a canonical key. */
export interface KeyParts {
  readonly agentId: string;
  /** Everything after `agent:<agentId>:`. */
  readonly rest: string;
}

/** Joins the parts of a key whose ids were checked already; small letters. @throws InvalidSessionKeyError */
export function keyFrom(agentId: string, rest: string): SessionKey {
  const key = `agent:${agentId}:${rest}`.toLowerCase();
  if (!isCanonical(key)) throw new InvalidSessionKeyError(faultOf(key) ?? `"${key}" is no session key.`);
  return key;
}

/** Splits a key. @throws InvalidSessionKeyError */
export function partsOf(key: string): KeyParts {
  const match = /^agent:([^:]+):(.+)$/s.exec(key);
  const [, agentId, rest] = match ?? [];
  if (agentId === undefined || rest === undefined) {
    throw new InvalidSessionKeyError(`"${key}" is no session key: agent:<agent id>:<name> is expected.`);
  }
  return { agentId, rest };
}

/**
 * The canonical key of what a client sent: keys without `agent:` belong to `agentId`, small letters throughout, `main`
 * (and nothing) is `mainRest`. A prefix that was put on twice counts once. @throws InvalidSessionKeyError
 */
export function canonicalKey(sent: string, agentId: string, mainRest: string = MAIN): SessionKey {
  const text = sent.trim().toLowerCase();
  if (!text.startsWith("agent:")) return keyFrom(agentId, text === "" || text === MAIN ? mainRest : text);
  let parts = partsOf(text);
  while (parts.rest.startsWith(`agent:${parts.agentId}:`)) parts = partsOf(parts.rest);
  return keyFrom(parts.agentId, parts.rest === MAIN ? mainRest : parts.rest);
}

function isCanonical(key: string): key is SessionKey {
  return faultOf(key) === undefined;
}

function faultOf(key: string): string | undefined {
  if (key.length > SESSION_KEY_MAX_CHARS) {
    return `A session key has at most ${SESSION_KEY_MAX_CHARS} characters; this one has ${key.length}.`;
  }
  if (CONTROL.test(key)) return "A session key has no control characters.";
  const { agentId, rest } = partsOf(key);
  if (!AGENT_ID.test(agentId))
    return `"${agentId}" is no agent id: letters, digits, "_" and "-", at most 64.`;
  if (rest.startsWith("agent:")) return `"${key}" names two agents.`;
  return rest.trim() === rest ? undefined : `"${key}" begins or ends with a blank.`;
}
