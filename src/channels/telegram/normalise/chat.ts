import type { Chat } from "../../inbound-event.ts";
import { type Fields, idIn, integerIn, nameIn, partIn, textIn } from "./fields.ts";
import type { BotSelf } from "./self.ts";

/** Topic of a forum in which messages without a topic are. */
const GENERAL_TOPIC = "1";

const KINDS: ReadonlyMap<string, Chat["kind"]> = new Map([
  ["private", "direct"],
  ["group", "group"],
  ["supergroup", "group"],
  ["channel", "channel"],
]);

/** A chat, without a topic; undefined when it cannot be told which one. */
export function chatOf(fields: Fields | undefined): Chat | undefined {
  if (fields === undefined) return undefined;
  const id = idIn(fields, "id");
  const kind = KINDS.get(textIn(fields, "type") ?? "");
  if (id === undefined || kind === undefined) return undefined;
  const title = chatName(fields);
  const username = nameIn(fields, "username");
  return {
    id,
    kind,
    ...(title !== undefined && { title }),
    ...(username !== undefined && { username }),
    ...(fields["is_forum"] === true && { isForum: true }),
  };
}

/** What a chat calls itself: its title, or the name of the person. */
export function chatName(fields: Fields): string | undefined {
  return nameIn(fields, "title") ?? fullName(fields);
}

/** First and last name of a person. */
export function fullName(fields: Fields): string | undefined {
  const names = [nameIn(fields, "first_name"), nameIn(fields, "last_name")].filter(
    (name) => name !== undefined,
  );
  return names.length === 0 ? undefined : names.join(" ");
}

/**
 * The chat of a message with its topic. `message_thread_id` alone makes none: replies in groups without topics have one
 * too, and so have direct chats with bots that have no topics.
 */
export function placeOf(message: Fields, self: BotSelf): Chat | undefined {
  const chat = chatOf(partIn(message, "chat"));
  if (chat === undefined) return undefined;
  const topicId = topicOf(message, chat, self);
  return topicId === undefined ? chat : { ...chat, topicId };
}

function topicOf(message: Fields, chat: Chat, self: BotSelf): string | undefined {
  const thread = integerIn(message, "message_thread_id");
  const isInTopic = message["is_topic_message"] === true && thread !== undefined && thread > 0;
  switch (chat.kind) {
    case "direct":
      return isInTopic && self.hasTopics ? String(thread) : undefined;
    case "group":
      if (isInTopic) return String(thread);
      return chat.isForum ? GENERAL_TOPIC : undefined;
    case "channel":
      return undefined;
  }
}

/** Where order is kept: a chat, or a topic of it. */
export function laneOf(chat: Chat): string {
  return chat.topicId === undefined ? chat.id : `${chat.id}:${chat.topicId}`;
}
