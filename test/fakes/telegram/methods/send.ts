import { badRequest } from "../errors.ts";
import { isObject, Params } from "../http/params.ts";
import type { Json, TgMessage } from "../shapes.ts";
import { givenMedia, type MediaDetails, type MediaKind } from "./media.ts";
import type { Method, MethodContext } from "./method.ts";
import { captionFields, destination, messageText, post } from "./outgoing.ts";

const sendMessage: Method = (context) => {
  const { chat, fields } = destination(context);
  const { text, entities } = messageText(context);
  const preview = context.params.object("link_preview_options", "link preview options");
  return post(context.world, context.bot, chat, {
    ...fields,
    text,
    ...(entities.length > 0 ? { entities } : {}),
    ...(preview ? { link_preview_options: preview } : {}),
  });
};

/** Kinds that carry no words. */
const WITHOUT_CAPTION = new Set<MediaKind>(["sticker", "video_note"]);

function sendMedia(kind: MediaKind): Method {
  return (context) => {
    const { world, bot, params } = context;
    const { chat, fields } = destination(context);
    const caption = WITHOUT_CAPTION.has(kind) ? {} : captionFields(params);
    const media = givenMedia(world.files, kind, params, params.text(kind), detailsOf(params));
    return post(world, bot, chat, { ...fields, ...media, ...caption });
  };
}

function detailsOf(params: Params): MediaDetails {
  const numbers: Record<string, number> = {};
  for (const name of ["duration", "width", "height"]) {
    const value = params.number(name);
    if (value !== undefined) numbers[name] = value;
  }
  const words: Record<string, string> = {};
  for (const name of ["title", "performer", "emoji"]) {
    const value = params.text(name);
    if (value !== undefined) words[name] = value;
  }
  return { ...numbers, ...words };
}

const ALBUM_KINDS: readonly string[] = ["photo", "video", "document", "audio"];
const MAX_ALBUM = 10;

const sendMediaGroup: Method = (context) => {
  const { world, bot, params } = context;
  const { chat, fields } = destination(context);
  const items = params.list("media", "InputMedia") ?? [];
  if (items.length === 0) throw badRequest("there are no messages to send");
  if (items.length > MAX_ALBUM) throw badRequest("too many messages to send as an album");
  const parts = items.map((item) => albumPart(context, item));
  // Files and music go with their own kind only.
  const groups = new Set(parts.map(({ kind }) => (kind === "video" ? "photo" : kind)));
  if (groups.size > 1) throw badRequest("can't use the media of the specified type in the album");
  const group = parts.length > 1 ? { media_group_id: String(13_000_000_000_000_000 + world.number()) } : {};
  return parts.map(({ content }) => post(world, bot, chat, { ...fields, ...group, ...content }));
};

function albumPart({ world, params }: MethodContext, item: unknown): { kind: MediaKind; content: Json } {
  if (!isObject(item)) throw badRequest("can't parse InputMedia: expected an Object");
  const part = new Params(item, params.uploads);
  const kind = part.text("type") ?? "";
  if (!ALBUM_KINDS.includes(kind)) {
    throw badRequest(`can't parse InputMedia: type must be one of ${ALBUM_KINDS.join(", ")}`);
  }
  const media = givenMedia(world.files, kind as MediaKind, part, part.text("media"), detailsOf(part));
  return { kind: kind as MediaKind, content: { ...media, ...captionFields(part) } };
}

const sendLocation: Method = (context) => {
  const { chat, fields } = destination(context);
  const latitude = context.params.number("latitude");
  const longitude = context.params.number("longitude");
  if (latitude === undefined) throw badRequest("latitude is empty");
  if (longitude === undefined) throw badRequest("longitude is empty");
  return post(context.world, context.bot, chat, { ...fields, location: { latitude, longitude } });
};

const sendContact: Method = (context) => {
  const { chat, fields } = destination(context);
  const phone = context.params.text("phone_number");
  const name = context.params.text("first_name");
  if (phone === undefined) throw badRequest("phone number is empty");
  if (name === undefined) throw badRequest("first name is empty");
  const contact = { phone_number: phone, first_name: name };
  return post(context.world, context.bot, chat, { ...fields, contact });
};

const ACTIONS = new Set([
  "typing",
  "upload_photo",
  "record_video",
  "upload_video",
  "record_voice",
  "upload_voice",
  "upload_document",
  "choose_sticker",
  "find_location",
  "record_video_note",
  "upload_video_note",
]);

const sendChatAction: Method = ({ world, bot, params }) => {
  const action = params.text("action")?.toLowerCase() ?? "";
  if (!ACTIONS.has(action)) throw badRequest("wrong parameter action in request");
  const chat = world.writableFor(bot, params.text("chat_id"));
  const threadId = params.integer("message_thread_id", 0) || undefined;
  chat.actions.push({ action, threadId, by: bot.user.id });
  world.changed();
  return true;
};

/** What is shown of a message wherever it is shown again. */
function contentOf(message: TgMessage): Json {
  const {
    message_id: _id,
    from: _from,
    sender_chat: _sender,
    chat: _chat,
    date: _date,
    reply_to_message: _reply,
    message_thread_id: _thread,
    is_topic_message: _topic,
    reply_markup: _markup,
    edit_date: _edit,
    ...content
  } = message;
  return content;
}

function source({ world, bot, params }: MethodContext, role: string): TgMessage {
  const chat = world.chatFor(bot, params.text("from_chat_id"));
  const message = chat.messages.get(params.integer("message_id", 0));
  if (!message) throw badRequest(`${role} not found`);
  return message;
}

const forwardMessage: Method = (context) => {
  const { chat, fields } = destination(context);
  const message = source(context, "message to forward");
  const origin = message.from
    ? { type: "user", sender_user: message.from, date: message.date }
    : { type: "channel", chat: message.chat, message_id: message.message_id, date: message.date };
  return post(context.world, context.bot, chat, {
    ...fields,
    ...contentOf(message),
    forward_origin: origin,
  });
};

const copyMessage: Method = (context) => {
  const { chat, fields } = destination(context);
  const message = source(context, "message to copy");
  const caption = context.params.has("caption") ? captionFields(context.params) : {};
  const copy = post(context.world, context.bot, chat, { ...fields, ...contentOf(message), ...caption });
  return { message_id: copy.message_id };
};

/** Methods that put something into a chat. */
export const sendMethods: Readonly<Record<string, Method>> = {
  sendMessage,
  sendPhoto: sendMedia("photo"),
  sendVoice: sendMedia("voice"),
  sendAudio: sendMedia("audio"),
  sendVideo: sendMedia("video"),
  sendVideoNote: sendMedia("video_note"),
  sendAnimation: sendMedia("animation"),
  sendDocument: sendMedia("document"),
  sendSticker: sendMedia("sticker"),
  sendMediaGroup,
  sendLocation,
  sendContact,
  sendChatAction,
  forwardMessage,
  copyMessage,
};
