import { badRequest } from "../errors.ts";
import { isObject } from "../http/params.ts";
import type { InlineKeyboard, Json, TgEntity, TgMessage } from "../shapes.ts";
import type { Bot } from "../state/bot.ts";
import type { Chat } from "../state/chat.ts";
import type { World } from "../state/world.ts";
import { formatted, MAX_CAPTION_UTF16, MAX_TEXT_UTF16 } from "../text/formatted.ts";
import type { FormattedText } from "../text/html.ts";
import type { MethodContext } from "./method.ts";

/** A button's data, in bytes. */
const MAX_CALLBACK_DATA_BYTES = 64;
const GENERAL_TOPIC = 1;

/** Where a message goes and what it answers. */
export interface Destination {
  readonly chat: Chat;
  /** Fields of the message that come from its place. */
  readonly fields: Json;
}

/** Reads `chat_id`, `message_thread_id`, `reply_parameters` and `reply_markup`. @throws ApiError 400, 403 */
export function destination({ world, bot, params }: MethodContext): Destination {
  const chat = world.writableFor(bot, params.text("chat_id"));
  const thread = threadOf(chat, params.integer("message_thread_id", 0));
  const reply = repliedTo(chat, params);
  const keyboard = keyboardOf(params.object("reply_markup", "reply markup"));
  return {
    chat,
    fields: {
      ...(thread === undefined ? {} : { message_thread_id: thread, is_topic_message: true }),
      ...reply,
      ...(keyboard ? { reply_markup: keyboard } : {}),
      ...(params.flag("protect_content") ? { has_protected_content: true } : {}),
    },
  };
}

/** Posts a message of a bot. */
export function post(world: World, bot: Bot, chat: Chat, fields: Json): TgMessage {
  const isChannel = chat.type === "channel";
  return world.store(chat, {
    message_id: world.nextMessageId(chat),
    ...(isChannel ? { sender_chat: chat.shape } : { from: bot.user }),
    chat: chat.shape,
    date: world.date,
    ...fields,
  });
}

/** `text` read by `parse_mode`, fit for a message. @throws ApiError 400 */
export function messageText({ params }: MethodContext): FormattedText {
  const read = readText(params.text("text"), params, "entities");
  if (read.text === "") throw badRequest("message text is empty");
  if (read.text.length > MAX_TEXT_UTF16) throw badRequest("message is too long");
  return read;
}

/** `caption` as fields of a message; nothing for none. @throws ApiError 400 */
export function captionFields(source: {
  text(name: string): string | undefined;
  list(name: string, what: string): readonly unknown[] | undefined;
}): Json {
  const read = readText(source.text("caption"), source, "caption_entities");
  if (read.text === "") return {};
  if (read.text.length > MAX_CAPTION_UTF16) throw badRequest("message caption is too long");
  return {
    caption: read.text,
    ...(read.entities.length > 0 ? { caption_entities: read.entities } : {}),
  };
}

function readText(
  raw: string | undefined,
  source: {
    text(name: string): string | undefined;
    list(name: string, what: string): readonly unknown[] | undefined;
  },
  entitiesName: string,
): FormattedText {
  const parseMode = source.text("parse_mode");
  const entities = (source.list(entitiesName, "MessageEntity") ?? []) as readonly TgEntity[];
  return formatted(raw ?? "", { entities, ...(parseMode === undefined ? {} : { parseMode }) });
}

/** Topics are forums' alone; elsewhere the parameter says nothing. The general topic has no thread to send to. */
function threadOf(chat: Chat, thread: number): number | undefined {
  if (thread === 0 || (!chat.isForum && chat.type !== "private")) return undefined;
  const topic = chat.topics.get(thread);
  if (thread === GENERAL_TOPIC || !topic) throw badRequest("message thread not found");
  if (topic.isClosed) throw badRequest("TOPIC_CLOSED");
  return thread;
}

function repliedTo(chat: Chat, params: MethodContext["params"]): Json {
  const given = params.object("reply_parameters", "reply parameters");
  const id = Number(given?.message_id ?? params.integer("reply_to_message_id", 0));
  if (!id) return {};
  const message = chat.messages.get(id);
  if (!message) {
    const isOptional =
      given?.allow_sending_without_reply === true || params.flag("allow_sending_without_reply");
    if (isOptional) return {};
    throw badRequest("message to be replied not found");
  }
  const quote = typeof given?.quote === "string" ? quoteOf(given.quote, given, message) : undefined;
  const { reply_to_message: _, ...shallow } = message;
  return { reply_to_message: shallow, ...(quote ? { quote } : {}) };
}

function quoteOf(raw: string, given: Json, message: TgMessage): Json {
  const mode = typeof given.quote_parse_mode === "string" ? { parseMode: given.quote_parse_mode } : {};
  const { text } = formatted(raw, mode);
  const position = (message.text ?? message.caption ?? "").indexOf(text);
  if (text.length > MAX_CAPTION_UTF16 || position < 0) throw badRequest("QUOTE_TEXT_INVALID");
  return { text, position, is_manual: true };
}

/** The buttons below a message; keyboards that replace the letters are not part of it. @throws ApiError 400 */
export function keyboardOf(markup: Json | undefined): InlineKeyboard | undefined {
  if (!markup || !("inline_keyboard" in markup)) return undefined;
  const rows = markup.inline_keyboard;
  if (!Array.isArray(rows) || rows.some((row) => !Array.isArray(row))) {
    throw badRequest('field "inline_keyboard" must be an Array of Arrays');
  }
  const keyboard = (rows as unknown[][]).filter((row) => row.length > 0).map((row) => row.map(buttonOf));
  return keyboard.length === 0 ? undefined : { inline_keyboard: keyboard };
}

function buttonOf(button: unknown): InlineKeyboard["inline_keyboard"][number][number] {
  const unreadable = "can't parse inline keyboard button:";
  if (!isObject(button)) throw badRequest(`${unreadable} InlineKeyboardButton must be an Object`);
  const { text, callback_data: data, url } = button;
  if (typeof text !== "string" || text === "")
    throw badRequest(`${unreadable} Field "text" must be non-empty`);
  if (typeof data === "string") {
    const size = Buffer.byteLength(data);
    if (size === 0 || size > MAX_CALLBACK_DATA_BYTES) throw badRequest("BUTTON_DATA_INVALID");
  } else if (typeof url === "string") {
    if (!URL.canParse(url)) throw badRequest("BUTTON_URL_INVALID");
  } else {
    throw badRequest(`${unreadable} Text buttons are unallowed in the inline keyboard`);
  }
  return { ...button, text };
}
