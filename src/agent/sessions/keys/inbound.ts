import { DEFAULT_ACCOUNT, type OpenClawConfig } from "../../../config/index.ts";
import type { SessionKey } from "../../../protocol/index.ts";
import { GLOBAL, keyFrom, MAIN } from "./canonical.ts";

/** `session` of the configuration. */
export type SessionConfig = NonNullable<OpenClawConfig["session"]>;

/** Where a message came from, as its channel knows it. */
export interface InboundFacts {
  readonly agentId: string;
  readonly channel: string;
  /** Account of that channel; `default` unless there are several. */
  readonly accountId?: string;
  readonly peer: { readonly kind: "direct" | "group" | "channel" | "room"; readonly id: string };
  /** Forum topic of a group; the general one is `1`. */
  readonly topicId?: string;
  /** Thread of a chat that has threads. */
  readonly threadId?: string;
}

/** What decides over the key. */
export interface KeyRules {
  readonly session:
    Partial<Pick<SessionConfig, "scope" | "dmScope" | "groupScope" | "identityLinks">> | undefined;
  /** `session` of the binding that chose the agent; it goes before the rules for all. */
  readonly binding?: {
    readonly dmScope?: SessionConfig["dmScope"];
    readonly groupScope?: SessionConfig["groupScope"];
  };
}

/** The session a message belongs to. @throws InvalidSessionKeyError when an id of the channel cannot be part of a key */
export function sessionKeyFor(facts: InboundFacts, { session, binding }: KeyRules): SessionKey {
  if (session?.scope === "global") return keyFrom(facts.agentId, GLOBAL);
  const base =
    facts.peer.kind === "direct"
      ? directRest(facts, binding?.dmScope ?? session?.dmScope ?? "main", session?.identityLinks)
      : groupRest(facts, binding?.groupScope ?? session?.groupScope ?? "per-group");
  return keyFrom(facts.agentId, base);
}

/** The agent's shared conversation under these rules. */
export function mainRest(session: Pick<SessionConfig, "scope"> | undefined): string {
  return session?.scope === "global" ? GLOBAL : MAIN;
}

function directRest(
  { channel, accountId = DEFAULT_ACCOUNT, peer, threadId }: InboundFacts,
  scope: NonNullable<SessionConfig["dmScope"]>,
  links: SessionConfig["identityLinks"],
): string {
  const id = scope === "main" ? "" : (linkedName(channel, peer.id, links) ?? peer.id.trim());
  return (id === "" ? MAIN : directBase(scope, channel, accountId, id)) + threadSuffix(threadId);
}

function directBase(
  scope: NonNullable<SessionConfig["dmScope"]>,
  channel: string,
  accountId: string,
  id: string,
): string {
  switch (scope) {
    case "main":
      return MAIN;
    case "per-peer":
      return `direct:${id}`;
    case "per-channel-peer":
      return `${channel}:direct:${id}`;
    case "per-account-channel-peer":
      return `${channel}:${accountId}:direct:${id}`;
  }
}

function groupRest(
  { channel, accountId = DEFAULT_ACCOUNT, peer, topicId, threadId }: InboundFacts,
  scope: NonNullable<SessionConfig["groupScope"]>,
): string {
  if (scope === "main") return MAIN;
  const topic = topicId === undefined ? "" : `:topic:${topicId}`;
  // Two accounts of WhatsApp in one group have the same group id, but not the same conversation.
  const account =
    channel === "whatsapp" && accountId !== DEFAULT_ACCOUNT ? `:thread:whatsapp-account-${accountId}` : "";
  return `${channel}:${peer.kind}:${peer.id.trim()}${topic}${account}${threadSuffix(threadId)}`;
}

function threadSuffix(threadId: string | undefined): string {
  return threadId === undefined || threadId.trim() === "" ? "" : `:thread:${threadId.trim()}`;
}

/** The name under which `session.identityLinks` joins a person's ids; undefined when the id is not linked. */
export function linkedName(
  channel: string,
  peerId: string,
  links: SessionConfig["identityLinks"],
): string | undefined {
  const id = peerId.trim().toLowerCase();
  if (id === "") return undefined;
  const candidates = new Set([id, `${channel.toLowerCase()}:${id}`]);
  const found = Object.entries(links ?? {}).find(
    ([name, ids]) => name.trim() !== "" && ids.some((one) => candidates.has(one.trim().toLowerCase())),
  );
  return found?.[0].trim();
}
