import { badRequest } from "../errors.ts";
import { isObject } from "../http/params.ts";
import { type Method, mayManage, namedMessage } from "./method.ts";

/** What may be put on a message by anybody. */
const REACTIONS = new Set(
  (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 " +
    "😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡"
  ).split(" "),
);

const setMessageReaction: Method = (context) => {
  const { chat, message } = namedMessage(context, "message to react");
  const given = context.params.list("reaction", "reaction types") ?? [];
  const emoji = given.map((reaction) => {
    if (!isObject(reaction) || reaction.type !== "emoji") throw badRequest("invalid reaction type specified");
    return String(reaction.emoji);
  });
  if (emoji.length > 1) throw badRequest("REACTIONS_TOO_MANY");
  if (emoji.some((one) => !REACTIONS.has(one))) throw badRequest("REACTION_INVALID");
  const onMessage = chat.reactions.get(message.message_id) ?? new Map<number, readonly string[]>();
  onMessage.set(context.bot.user.id, emoji);
  chat.reactions.set(message.message_id, onMessage);
  context.world.changed();
  return true;
};

const pinChatMessage: Method = (context) => {
  const { chat, message } = namedMessage(context, "message to pin");
  if (!mayManage(chat, context.bot))
    throw badRequest("not enough rights to manage pinned messages in the chat");
  unpin(chat.pinned, message.message_id);
  chat.pinned.push(message.message_id);
  context.world.changed();
  return true;
};

const unpinChatMessage: Method = ({ world, bot, params }) => {
  const chat = world.writableFor(bot, params.text("chat_id"));
  if (!mayManage(chat, bot)) throw badRequest("not enough rights to manage pinned messages in the chat");
  const id = params.integer("message_id", 0) || chat.pinned.at(-1);
  if (id === undefined) throw badRequest("message to unpin not found");
  unpin(chat.pinned, id);
  world.changed();
  return true;
};

const unpinAllChatMessages: Method = ({ world, bot, params }) => {
  const chat = world.writableFor(bot, params.text("chat_id"));
  if (!mayManage(chat, bot)) throw badRequest("not enough rights to manage pinned messages in the chat");
  chat.pinned.length = 0;
  world.changed();
  return true;
};

function unpin(pinned: number[], id: number): void {
  const index = pinned.indexOf(id);
  if (index >= 0) pinned.splice(index, 1);
}

const answerCallbackQuery: Method = ({ world, bot, params }) => {
  const press = bot.presses.get(params.text("callback_query_id") ?? "");
  if (!press || press.answered) {
    throw badRequest("query is too old and response timeout expired or query ID is invalid");
  }
  press.answered = true;
  press.text = params.text("text");
  world.changed();
  return true;
};

/** Methods that mark messages, and the one that answers a press. */
export const markMethods: Readonly<Record<string, Method>> = {
  setMessageReaction,
  pinChatMessage,
  unpinChatMessage,
  unpinAllChatMessages,
  answerCallbackQuery,
};
