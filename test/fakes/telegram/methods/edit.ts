import { badRequest } from "../errors.ts";
import type { Json, TgMessage } from "../shapes.ts";
import { type Method, type MethodContext, mayManage, namedMessage } from "./method.ts";
import { captionFields, keyboardOf, messageText } from "./outgoing.ts";

const NOT_MODIFIED =
  "message is not modified: specified new message content and reply markup are exactly the same as a current " +
  "content and reply markup of the message";

/** A bot's own message that may be changed. */
function editable(context: MethodContext): ReturnType<typeof namedMessage> {
  const named = namedMessage(context, "message to edit");
  const { chat, message } = named;
  const isOwn = message.from?.id === context.bot.user.id;
  const isPost = chat.type === "channel" && mayManage(chat, context.bot);
  if (!isOwn && !isPost) throw badRequest("message can't be edited");
  return named;
}

/** Puts the changed message into the place of the old one. Without `reply_markup` its buttons are gone. */
function replace(context: MethodContext, change: Json, cleared: readonly string[]): TgMessage {
  const { chat, message } = editable(context);
  const keyboard = keyboardOf(context.params.object("reply_markup", "reply markup"));
  const kept = Object.entries(message).filter(([name]) => name !== "reply_markup" && !cleared.includes(name));
  const before = { ...message, edit_date: undefined };
  const after = {
    ...message,
    ...emptied(["reply_markup", ...cleared]),
    ...Object.fromEntries(kept),
    ...change,
    ...(keyboard ? { reply_markup: keyboard } : {}),
  };
  if (Bun.deepEquals(before, { ...after, edit_date: undefined })) throw badRequest(NOT_MODIFIED);
  const stored = Object.fromEntries(Object.entries(after).filter(([, value]) => value !== undefined));
  return context.world.store(chat, { ...(stored as TgMessage), edit_date: context.world.date });
}

function emptied(names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

const editMessageText: Method = (context) => {
  const { text, entities } = messageText(context);
  if (editable(context).message.text === undefined)
    throw badRequest("there is no text in the message to edit");
  const found = entities.length > 0 ? { entities } : {};
  return replace(context, { text, ...found }, ["text", "entities"]);
};

/** Messages that can have a caption. */
const CAPTIONED = ["photo", "voice", "audio", "video", "animation", "document"];

const editMessageCaption: Method = (context) => {
  const { message } = editable(context);
  if (!CAPTIONED.some((kind) => kind in message)) {
    throw badRequest("there is no caption in the message to edit");
  }
  return replace(context, captionFields(context.params), ["caption", "caption_entities"]);
};

const editMessageReplyMarkup: Method = (context) => replace(context, {}, []);

function isDeletable({ bot }: MethodContext, { chat, message }: ReturnType<typeof namedMessage>): boolean {
  return mayManage(chat, bot) || message.from?.id === bot.user.id;
}

const deleteMessage: Method = (context) => {
  const named = namedMessage(context, "message to delete");
  if (!isDeletable(context, named)) throw badRequest("message can't be deleted");
  named.chat.messages.delete(named.message.message_id);
  context.world.changed();
  return true;
};

const deleteMessages: Method = (context) => {
  const { world, bot, params } = context;
  const chat = world.writableFor(bot, params.text("chat_id"));
  const ids = params.list("message_ids", "message identifiers") ?? [];
  if (ids.length === 0) throw badRequest("message identifiers are not specified");
  if (ids.length > 100) throw badRequest("too many message identifiers specified");
  const found = ids.flatMap((id) => chat.messages.get(Number(id)) ?? []);
  // What is gone already is passed over.
  if (found.some((message) => !isDeletable(context, { chat, message }))) {
    throw badRequest("message can't be deleted");
  }
  for (const { message_id: id } of found) chat.messages.delete(id);
  world.changed();
  return true;
};

/** Methods that change or remove messages. */
export const editMethods: Readonly<Record<string, Method>> = {
  editMessageText,
  editMessageCaption,
  editMessageReplyMarkup,
  deleteMessage,
  deleteMessages,
};
