import type { RepliedTo } from "../../inbound-event.ts";
import { factsOf } from "./facts.ts";
import { type Fields, idIn, integerIn, partIn, textIn } from "./fields.ts";
import { mediaWord } from "./media.ts";
import { originPerson, senderOf } from "./person.ts";
import type { BotSelf } from "./self.ts";

/** Messages that open or change a topic; every first message of a topic claims to answer one. */
const TOPIC_FIELDS = [
  "forum_topic_created",
  "forum_topic_edited",
  "forum_topic_closed",
  "forum_topic_reopened",
];

/** The message another one answers, here or in another chat. */
export function replyOf(message: Fields, self: BotSelf): RepliedTo | undefined {
  const quote = textIn(partIn(message, "quote") ?? {}, "text");
  const answered = partIn(message, "reply_to_message");
  const external = partIn(message, "external_reply");
  const found = answered === undefined ? undefined : answeredHere(answered, message, self);
  const reply = found ?? (external === undefined ? answeredStory(message) : answeredElsewhere(external));
  if (reply === undefined) return undefined;
  return { ...reply, ...(quote !== undefined && { quote }) };
}

function answeredHere(answered: Fields, message: Fields, self: BotSelf): RepliedTo | undefined {
  const messageId = idIn(answered, "message_id");
  if (messageId === undefined || opensTopic(answered, message)) return undefined;
  const sender = senderOf(answered);
  return {
    messageId,
    ...wordsOf(answered),
    ...(sender !== undefined && { sender }),
    isOwn: sender !== undefined && sender.isChat !== true && sender.id === self.id,
  };
}

function opensTopic(answered: Fields, message: Fields): boolean {
  if (TOPIC_FIELDS.some((name) => answered[name] !== undefined)) return true;
  const thread = integerIn(message, "message_thread_id");
  const isRoot = thread !== undefined && integerIn(answered, "message_id") === thread;
  return message["is_topic_message"] === true && isRoot;
}

/** A message of another chat: its id says where, so that nobody takes it for one of this chat. */
function answeredElsewhere(external: Fields): RepliedTo {
  const messageId = idIn(external, "message_id") ?? "unknown";
  const chatId = idIn(partIn(external, "chat") ?? {}, "id") ?? "elsewhere";
  const sender = originPerson(partIn(external, "origin") ?? {});
  return {
    messageId: `${chatId}/${messageId}`,
    ...wordsOf(external),
    ...(sender !== undefined && { sender }),
    isOwn: false,
  };
}

function answeredStory(message: Fields): RepliedTo | undefined {
  const story = partIn(message, "reply_to_story");
  if (story === undefined) return undefined;
  return {
    messageId: `story/${idIn(story, "id") ?? "unknown"}`,
    text: factsOf({ story })[0] ?? "",
    isOwn: false,
  };
}

function wordsOf(message: Fields): { readonly text?: string } {
  const text = textIn(message, "text") ?? textIn(message, "caption");
  const words = [text ?? mediaWord(message), ...factsOf(message)].filter((part) => part !== undefined);
  return words.length === 0 ? {} : { text: words.join("\n") };
}
