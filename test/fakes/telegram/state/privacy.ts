import type { TgMessage } from "../shapes.ts";
import type { Bot } from "./bot.ts";
import type { Chat } from "./chat.ts";

/** Whether a message of a chat reaches a bot that is in it. */
export function hears(bot: Bot, chat: Chat, message: TgMessage): boolean {
  if (message.from?.id === bot.user.id) return false;
  if (message.from?.is_bot) return false;
  if (chat.type === "private" || chat.type === "channel") return true;
  const status = chat.members.get(bot.user.id);
  if (!bot.privacy || status === "administrator" || status === "creator") return true;
  return isMeantFor(bot, message) || isService(message);
}

function isMeantFor(bot: Bot, message: TgMessage): boolean {
  if (message.reply_to_message?.from?.id === bot.user.id) return true;
  const text = message.text ?? message.caption ?? "";
  const own = `@${bot.username.toLowerCase()}`;
  return (message.entities ?? message.caption_entities ?? []).some((entity) => {
    const word = text.slice(entity.offset, entity.offset + entity.length).toLowerCase();
    if (entity.type === "mention") return word === own;
    return entity.type === "bot_command" && (!word.includes("@") || word.endsWith(own));
  });
}

const SERVICE = [
  "new_chat_members",
  "left_chat_member",
  "new_chat_title",
  "pinned_message",
  "migrate_to_chat_id",
  "migrate_from_chat_id",
  "forum_topic_created",
  "forum_topic_edited",
  "forum_topic_closed",
  "forum_topic_reopened",
];

function isService(message: TgMessage): boolean {
  return SERVICE.some((kind) => kind in message);
}
