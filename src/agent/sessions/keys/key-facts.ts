import type { SessionKey } from "../../../protocol/index.ts";
import { GLOBAL, MAIN, partsOf } from "./canonical.ts";

/** What a key says about its conversation. */
export type KeyKind =
  | "main"
  | "global"
  | "direct"
  | "group"
  | "channel"
  | "cron"
  | "hook"
  | "heartbeat"
  | "subagent"
  | "acp"
  | "http"
  | "dashboard"
  | "model-run"
  | "internal"
  /** A name somebody chose. */
  | "named";

/** Everything that can be read off a key. */
export interface KeyFacts {
  readonly agentId: string;
  readonly rest: string;
  readonly kind: KeyKind;
  readonly channel?: string;
  readonly accountId?: string;
  readonly peerId?: string;
  readonly topicId?: string;
  readonly threadId?: string;
}

const OWN_KINDS: readonly (readonly [RegExp, KeyKind])[] = [
  [/^cron:/, "cron"],
  [/^hook:/, "hook"],
  [/^heartbeat(:|$)/, "heartbeat"],
  [/^subagent:/, "subagent"],
  [/^acp:/, "acp"],
  [/^(openai|openresponses)(-user)?:/, "http"],
  [/^dashboard:/, "dashboard"],
  [/^explicit:model-run-/, "model-run"],
  [/^(boot|explicit):|^incognito-/, "internal"],
];

// [channel:[account:]]direct|group|channel|room:peer
const PEER = /^(?:([^:]+):(?:([^:]+):)?)?(direct|dm|group|channel|room):(.+)$/s;

/** Reads a canonical key. */
export function factsOf(key: SessionKey): KeyFacts {
  const { agentId, rest } = partsOf(key);
  if (rest === MAIN) return { agentId, rest, kind: "main" };
  if (rest === GLOBAL) return { agentId, rest, kind: "global" };
  const own = OWN_KINDS.find(([pattern]) => pattern.test(rest));
  if (own !== undefined) return { agentId, rest, kind: own[1] };
  const { base, threadId } = cutThread(rest);
  const thread = threadId !== undefined && { threadId };
  const match = PEER.exec(base);
  if (match === null) {
    return { agentId, rest, kind: base === MAIN ? "main" : "named", ...thread };
  }
  const [, channel, accountId, peerKind, peer = ""] = match;
  const { base: peerId, topicId } = cutTopic(peer);
  return {
    agentId,
    rest,
    kind: peerKind === "direct" || peerKind === "dm" ? "direct" : peerKind === "group" ? "group" : "channel",
    ...(channel !== undefined && { channel }),
    ...(accountId !== undefined && { accountId }),
    peerId,
    ...(topicId !== undefined && { topicId }),
    ...thread,
  };
}

/** Kinds that programs open for themselves: nobody misses them when they are gone. */
const SYNTHETIC: ReadonlySet<KeyKind> = new Set(["cron", "hook", "heartbeat", "subagent", "acp"]);

/** Whether a session may be deleted by maintenance rather than archived. */
export function isSynthetic({ kind }: KeyFacts): boolean {
  return SYNTHETIC.has(kind);
}

function cutThread(rest: string): { readonly base: string; readonly threadId?: string } {
  const at = rest.lastIndexOf(":thread:");
  return at === -1
    ? { base: rest }
    : { base: rest.slice(0, at), threadId: rest.slice(at + ":thread:".length) };
}

function cutTopic(peer: string): { readonly base: string; readonly topicId?: string } {
  const match = /^(.+):topic:(\d+)$/s.exec(peer);
  const [, base, topicId] = match ?? [];
  return base === undefined || topicId === undefined ? { base: peer } : { base, topicId };
}
