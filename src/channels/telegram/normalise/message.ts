import type { Chat, InboundMessage } from "../../inbound-event.ts";
import { laneOf, placeOf } from "./chat.ts";
import { contentsOf } from "./contents.ts";
import { factsOf } from "./facts.ts";
import { type Fields, idIn, partIn, textIn, timeIn } from "./fields.ts";
import { mediaOf } from "./media.ts";
import { originName, senderOf } from "./person.ts";
import { ignored, type Reading, unreadable } from "./reading.ts";
import { replyOf } from "./reply.ts";
import type { BotSelf } from "./self.ts";
import { speechOf } from "./speech.ts";

/** Reads a message or a post; `isEdit` when it replaces what was said before. */
export function readMessage(message: Fields, self: BotSelf, isEdit: boolean): Reading {
  const chat = placeOf(message, self);
  if (chat === undefined) return unreadable("a message without a chat");
  const moved = migrationOf(message, chat);
  if (moved !== undefined) return moved;
  const why = whyIgnored(message, self, isEdit);
  if (why !== undefined) return ignored(why);
  const messageId = idIn(message, "message_id");
  if (messageId === undefined) return unreadable("a message without an id");
  const event = messageEvent(message, messageId, chat, self, isEdit);
  if (event === undefined) return unreadable("a message without a sender");
  if (event.text === "" && event.media.length === 0) return ignored("a message that says nothing");
  if (isForOtherBot(message, chat, self)) return ignored("a command for another bot");
  return { state: "read", key: keyOf(event, message), lane: laneOf(chat), event };
}

function messageEvent(
  message: Fields,
  messageId: string,
  chat: Chat,
  self: BotSelf,
  isEdit: boolean,
): InboundMessage | undefined {
  const sender = senderOf(message);
  if (sender === undefined) return undefined;
  const speech = speechOf(message, self);
  const media = mediaOf(message);
  const facts = [...factsOf(message), ...unknownFacts(message, speech.text !== "" || media.length > 0)];
  const replyTo = replyOf(message, self);
  const forwardedFrom = originName(partIn(message, "forward_origin"));
  const albumId = textIn(message, "media_group_id");
  return {
    kind: "message",
    chat,
    sender,
    at: (isEdit ? timeIn(message, "edit_date") : undefined) ?? timeIn(message, "date") ?? 0,
    messageId,
    text: [speech.text, ...facts].filter((part) => part !== "").join("\n"),
    ...(isEdit && { isEdit }),
    isMention: speech.isMention,
    ...(replyTo !== undefined && { replyTo }),
    ...(forwardedFrom !== undefined && { forwardedFrom }),
    media,
    ...(albumId !== undefined && { albumId }),
    ...(speech.command === "own" && { isCommand: true }),
  };
}

function isForOtherBot(message: Fields, chat: Chat, self: BotSelf): boolean {
  // Where nobody else can hear it, whatever is said is said to us.
  return chat.kind !== "direct" && speechOf(message, self).command === "other";
}

function unknownFacts(message: Fields, isSaid: boolean): readonly string[] {
  const { unknown } = contentsOf(message);
  if (unknown.length === 0 || isSaid || factsOf(message).length > 0) return [];
  return [
    `[a message of a kind that cannot be shown: ${unknown.map((name) => name.replaceAll("_", " ")).join(", ")}]`,
  ];
}

function whyIgnored(message: Fields, self: BotSelf, isEdit: boolean): string | undefined {
  if (message["business_connection_id"] !== undefined) return "a message of a business account";
  if (message["guest_query_id"] !== undefined) return "a guest query";
  if (partIn(message, "chat")?.["is_direct_messages"] === true) return "a direct message to a channel";
  const from = partIn(message, "from");
  if (from !== undefined && message["sender_chat"] === undefined && idIn(from, "id") === self.id) {
    return "a message of this account itself";
  }
  // It comes every few seconds while somebody walks; where they set out was said by the message itself.
  if (isEdit && message["location"] !== undefined) return "a live location that moved";
  const { service } = contentsOf(message);
  return service === undefined ? undefined : `a service message: ${service}`;
}

function migrationOf(message: Fields, chat: Chat): Reading | undefined {
  const to = groupIn(message, "migrate_to_chat_id");
  const from = groupIn(message, "migrate_from_chat_id");
  if ((to === undefined && from === undefined) || chat.kind !== "group") return undefined;
  const at = timeIn(message, "date") ?? 0;
  // Both chats are told; whichever comes first is the one that counts.
  const old: Chat = { ...chat, id: from ?? chat.id };
  const { topicId: _, isForum: __, ...plain } = old;
  return {
    state: "read",
    key: `migration:${plain.id}`,
    lane: plain.id,
    event: { kind: "migration", chat: plain, at, newChatId: to ?? chat.id },
  };
}

/** The id of a group; settings of one move to nothing else. */
function groupIn(message: Fields, name: string): string | undefined {
  const id = idIn(message, name);
  return id?.startsWith("-") === true ? id : undefined;
}

/** Two edits within one second have one date, so what they say is part of the key. */
function keyOf(event: InboundMessage, message: Fields): string {
  const { chat, messageId } = event;
  if (event.isEdit !== true) return `message:${chat.id}:${named(messageId, message)}`;
  const said = Bun.hash(JSON.stringify([event.text, event.media.map(({ fileId }) => fileId)])).toString(36);
  return `edit:${chat.id}:${named(messageId, message)}:${event.at / 1000}:${said}`;
}

/** Messages that only one person sees have the id 0 and one of their own, which is used again after a while. */
function named(messageId: string, message: Fields): string {
  if (messageId !== "0") return messageId;
  return `0.${idIn(message, "ephemeral_message_id") ?? ""}.${idIn(message, "date") ?? ""}`;
}
