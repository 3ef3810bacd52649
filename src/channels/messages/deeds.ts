import { invalidRequest } from "../../protocol/index.ts";
import type { ActionResult, ChannelAction } from "../action.ts";
import type { Address } from "./address.ts";
import type { Params } from "./content/params.ts";

/** Something done in a chat that is no message. */
export interface Deed {
  /** Doing it twice is the same as doing it once. */
  readonly isRepeatable: boolean;
  /** @throws ProtocolError */
  readonly read: (params: Params, address: Address, messageId: string | undefined) => ChannelAction;
  readonly answer: (action: ChannelAction, result: ActionResult) => Readonly<Record<string, unknown>>;
}

const MAX_RGB = 0xff_ff_ff;

function idOf(params: Params, fallback: string | undefined): string {
  const id = params.text("messageId", "message_id") ?? fallback;
  if (id === undefined) throw invalidRequest(`${params.action} needs messageId`);
  return id;
}

/** Every deed by its action. */
export const DEEDS: Readonly<Record<string, Deed>> = {
  react: {
    isRepeatable: true,
    read: (params, { target }, here) => {
      const remove = params.flag("remove");
      const emoji = params.text("emoji") ?? "";
      if (emoji === "" && remove) throw invalidRequest("react needs the emoji that is to be removed");
      // Without an emoji one's own mark is taken away.
      return {
        action: "react",
        target,
        messageId: idOf(params, here),
        emoji,
        remove: remove || emoji === "",
      };
    },
    answer: (action) =>
      action.action === "react" && action.remove !== true
        ? { ok: true, added: action.emoji }
        : { ok: true, removed: true },
  },
  edit: {
    isRepeatable: true,
    read: (params, { target }) => {
      const text = params.verbatim("message", "content", "caption", "text");
      if (text === undefined) throw invalidRequest("edit needs message");
      return { action: "edit", target, messageId: idOf(params, undefined), text };
    },
    answer: (action, result) => ({ ok: true, ...placeOf(action, result) }),
  },
  delete: {
    isRepeatable: true,
    read: (params, { target }) => ({ action: "delete", target, messageId: idOf(params, undefined) }),
    answer: () => ({ ok: true, deleted: true }),
  },
  pin: {
    isRepeatable: true,
    read: (params, { target }, here) => ({
      action: "pin",
      target,
      messageId: idOf(params, here),
      ...(params.flag("silent") && { silent: true }),
    }),
    answer: (action, result) => ({ ok: true, pinned: true, ...placeOf(action, result) }),
  },
  unpin: {
    isRepeatable: true,
    read: (params, { target }) => {
      const messageId = params.text("messageId", "pinnedMessageId");
      return { action: "unpin", target, ...(messageId !== undefined && { messageId }) };
    },
    answer: () => ({ ok: true, unpinned: true }),
  },
  sticker: {
    isRepeatable: false,
    read: (params, { target }) => {
      const [fileId] = params.list("fileId", "stickerId");
      if (fileId === undefined) throw invalidRequest("sticker needs fileId");
      const replyToId = params.text("replyToId", "replyTo", "replyToMessageId");
      return { action: "sticker", target, fileId, ...(replyToId !== undefined && { replyToId }) };
    },
    answer: (action, result) => ({ ok: true, ...placeOf(action, result) }),
  },
  "topic-create": {
    isRepeatable: false,
    read: (params, { target }) => {
      const iconColor = params.whole("iconColor");
      if (iconColor !== undefined && iconColor > MAX_RGB)
        throw invalidRequest("iconColor must be an RGB colour");
      const name = params.required("name", "threadName");
      return { action: "topic-create", target, name, ...(iconColor !== undefined && { iconColor }) };
    },
    answer: (action, { topicId }) => ({
      ok: true,
      ...(topicId !== undefined && { topicId }),
      ...(action.action === "topic-create" && { name: action.name }),
      chatId: action.target.chatId,
    }),
  },
  "topic-edit": {
    isRepeatable: true,
    read: (params, { target }) => {
      if (target.topicId === undefined) throw invalidRequest("topic-edit needs threadId");
      const name = params.text("name", "threadName");
      const iconEmojiId = params.text("iconCustomEmojiId", "iconEmojiId");
      const closed = params.choice("closed");
      if (name === undefined && iconEmojiId === undefined && closed === undefined) {
        throw invalidRequest("topic-edit needs name, iconCustomEmojiId or closed");
      }
      return {
        action: "topic-edit",
        target,
        ...(name !== undefined && { name }),
        ...(iconEmojiId !== undefined && { iconEmojiId }),
        ...(closed !== undefined && { closed }),
      };
    },
    answer: (action) => ({
      ok: true,
      chatId: action.target.chatId,
      messageThreadId: action.target.topicId,
      ...(action.action === "topic-edit" && action.name !== undefined && { name: action.name }),
    }),
  },
  "channel-info": {
    isRepeatable: true,
    read: (_, { target }) => ({ action: "chat-info", target }),
    answer: (_, { chat, entries }) => ({
      ok: true,
      chat: chat ?? {},
      ...(entries && { members: [...entries] }),
    }),
  },
  "list-pins": {
    isRepeatable: true,
    read: (_, { target }) => ({ action: "chat-info", target }),
    answer: (_, { chat = {} }) => {
      const { pinnedMessageId } = chat;
      const pins = typeof pinnedMessageId === "string" ? [{ messageId: pinnedMessageId }] : [];
      return { ok: true, pins, note: "The platform tells of the newest one only." };
    },
  },
  "chat-admins": {
    isRepeatable: true,
    read: (_, { target }) => ({ action: "chat-admins", target }),
    answer: (_, { entries = [] }) => ({ ok: true, admins: [...entries] }),
  },
};

/** Names actions had, or have elsewhere. */
export const ALIASES: Readonly<Record<string, string>> = {
  sendMessage: "send",
  reply: "send",
  sendAttachment: "send",
  "upload-file": "send",
  "thread-reply": "send",
  editMessage: "edit",
  deleteMessage: "delete",
  unsend: "delete",
  sendSticker: "sticker",
  createForumTopic: "topic-create",
  "thread-create": "topic-create",
  editForumTopic: "topic-edit",
  "chat-info": "channel-info",
};

function placeOf(action: ChannelAction, { receipt }: ActionResult): Record<string, unknown> {
  const messageId = receipt?.messageId ?? ("messageId" in action ? action.messageId : undefined);
  return { ...(messageId !== undefined && { messageId }), chatId: receipt?.chatId ?? action.target.chatId };
}
