import { badRequest } from "../errors.ts";
import type { Chat, ForumTopic } from "../state/chat.ts";
import { type Method, type MethodContext, mayManage } from "./method.ts";
import { post } from "./outgoing.ts";

const MAX_TOPIC_NAME = 128;
/** Colours a topic may have. */
const ICON_COLORS = [7_322_096, 16_766_590, 13_338_331, 9_367_192, 16_749_490, 16_478_047];

function forum({ world, bot, params }: MethodContext, what: string): Chat {
  const chat = world.writableFor(bot, params.text("chat_id"));
  if (!chat.isForum) throw badRequest("the chat is not a forum");
  if (!mayManage(chat, bot)) throw badRequest(`not enough rights to ${what}`);
  return chat;
}

function topicOf(context: MethodContext): { chat: Chat; topic: ForumTopic } {
  const chat = forum(context, "manage topics");
  const topic = chat.topics.get(context.params.integer("message_thread_id", 0));
  if (!topic) throw badRequest("TOPIC_ID_INVALID");
  return { chat, topic };
}

function nameOf({ params }: MethodContext): string | undefined {
  const name = params.text("name");
  if (name !== undefined && name.length > MAX_TOPIC_NAME) throw badRequest("TOPIC_TITLE_TOO_LONG");
  return name;
}

const createForumTopic: Method = (context) => {
  const chat = forum(context, "create a topic");
  const name = nameOf(context);
  if (name === undefined) throw badRequest("TOPIC_TITLE_EMPTY");
  const color = context.params.integer("icon_color", ICON_COLORS[0] ?? 0);
  if (!ICON_COLORS.includes(color)) throw badRequest("invalid forum topic icon color specified");
  const created = { name, icon_color: color };
  const { message_id: id } = post(context.world, context.bot, chat, { forum_topic_created: created });
  chat.topics.set(id, { id, name, isClosed: false });
  return { message_thread_id: id, name, icon_color: color };
};

const editForumTopic: Method = (context) => {
  const { chat, topic } = topicOf(context);
  const name = nameOf(context);
  const emoji = context.params.text("icon_custom_emoji_id");
  if ((name === undefined || name === topic.name) && (emoji === undefined || emoji === topic.iconEmojiId)) {
    throw badRequest("TOPIC_NOT_MODIFIED");
  }
  if (name !== undefined) topic.name = name;
  if (emoji !== undefined) topic.iconEmojiId = emoji;
  say(context, chat, topic, { forum_topic_edited: { name: topic.name } });
  return true;
};

function close(isClosed: boolean): Method {
  return (context) => {
    const { chat, topic } = topicOf(context);
    if (topic.isClosed === isClosed) throw badRequest("TOPIC_NOT_MODIFIED");
    topic.isClosed = isClosed;
    say(context, chat, topic, isClosed ? { forum_topic_closed: {} } : { forum_topic_reopened: {} });
    return true;
  };
}

function say(context: MethodContext, chat: Chat, topic: ForumTopic, service: object): void {
  const place = { message_thread_id: topic.id, is_topic_message: true };
  post(context.world, context.bot, chat, { ...place, ...service });
}

/** Methods about topics of a forum. */
export const forumMethods: Readonly<Record<string, Method>> = {
  createForumTopic,
  editForumTopic,
  closeForumTopic: close(true),
  reopenForumTopic: close(false),
};
