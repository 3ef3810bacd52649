import type { ChatType, SessionRecord } from "../../../store/index.ts";
import { factsOf, partsOf, type SessionConfig } from "../keys/index.ts";

type SendPolicy = SessionConfig["sendPolicy"];
type Match = NonNullable<NonNullable<NonNullable<SendPolicy>["rules"]>[number]["match"]>;

/**
 * Whether answers of a session may leave to its chat: what was set for the session alone, else the rules. The first rule
 * that denies wins; without one a rule that allows does; without either the default.
 */
export function maySend(record: Pick<SessionRecord, "key" | "entry">, policy: SendPolicy): boolean {
  if (record.entry.sendPolicy !== undefined) return record.entry.sendPolicy === "allow";
  const matching = (policy?.rules ?? []).filter(({ match }) => match === undefined || applies(match, record));
  if (matching.some(({ action }) => action === "deny")) return false;
  return matching.length > 0 || policy?.default !== "deny";
}

function applies(match: Match, { key, entry }: Pick<SessionRecord, "key" | "entry">): boolean {
  const facts = factsOf(key);
  const channel = entry.lastRoute?.channel ?? facts.channel;
  const wanted = {
    channel: match.channel?.toLowerCase(),
    keyPrefix: match.keyPrefix?.toLowerCase(),
    rawKeyPrefix: match.rawKeyPrefix?.toLowerCase(),
  };
  if (wanted.channel !== undefined && wanted.channel !== channel?.toLowerCase()) return false;
  if (match.chatType !== undefined && match.chatType !== chatTypeOf({ key, entry })) return false;
  if (wanted.rawKeyPrefix !== undefined && !key.startsWith(wanted.rawKeyPrefix)) return false;
  const { keyPrefix } = wanted;
  return keyPrefix === undefined || key.startsWith(keyPrefix) || partsOf(key).rest.startsWith(keyPrefix);
}

/** The kind of chat in the words of the configuration and of clients, where a room is a `channel`. */
export function chatTypeOf({
  key,
  entry,
}: Pick<SessionRecord, "key" | "entry">): "direct" | "group" | "channel" {
  const { kind } = factsOf(key);
  const byKey: ChatType = kind === "group" ? "group" : kind === "channel" ? "room" : "direct";
  const type = entry.chatType ?? byKey;
  return type === "room" ? "channel" : type;
}
