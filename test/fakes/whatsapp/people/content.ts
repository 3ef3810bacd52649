import { extractMessageContent, getContentType, proto } from "@whiskeysockets/baileys";
import type { Account } from "../state/account.ts";
import type { Chat } from "../state/chat.ts";

/** A message that can be answered, edited or reacted to. */
export interface Mentionable {
  readonly id: string;
  readonly author: Account;
  readonly chat: Chat;
  readonly content: proto.IMessage;
}

/** What a message refers to. */
export interface Context {
  readonly quote?: Mentionable;
  readonly mentions?: readonly Account[];
  /** How often it was passed on. */
  readonly forwarded?: number;
}

/** The references of a message that is posted in `chat`; nothing when it has none. */
export function contextOf(
  chat: Chat,
  { quote, mentions = [], forwarded }: Context,
): proto.IContextInfo | undefined {
  if (!quote && mentions.length === 0 && forwarded === undefined) return undefined;
  return {
    ...(quote
      ? {
          stanzaId: quote.id,
          participant: quote.author.jid(chat.addressing),
          quotedMessage: withoutSecrets(quote.content),
        }
      : {}),
    mentionedJid: mentions.map((one) => one.jid(chat.addressing)),
    ...(forwarded === undefined ? {} : { isForwarded: true, forwardingScore: forwarded }),
  };
}

function withoutSecrets({ messageContextInfo: _, ...content }: proto.IMessage): proto.IMessage {
  return content;
}

/** Plain text, with its references when there are any. */
export function textContent(text: string, context: proto.IContextInfo | undefined): proto.IMessage {
  return context ? { extendedTextMessage: { text, contextInfo: context } } : { conversation: text };
}

/** The key by which `who` names a message. */
export function keyFor(who: Account, { id, author, chat }: Mentionable): proto.IMessageKey {
  return {
    id,
    fromMe: author === who,
    remoteJid: chat.kind === "group" ? chat.id : (chat === who ? author : chat).jid(chat.addressing),
    ...(chat.kind === "group" ? { participant: author.jid(chat.addressing) } : {}),
  };
}

/** The text of a message or of its media. */
export function textOf(content: proto.IMessage): string | undefined {
  const inner = extractMessageContent(content) ?? content;
  const { imageMessage, videoMessage, documentMessage, extendedTextMessage, conversation } = inner;
  const text =
    conversation ||
    extendedTextMessage?.text ||
    imageMessage?.caption ||
    videoMessage?.caption ||
    documentMessage?.caption;
  return text || undefined;
}

/** The references of a message, whatever it is. */
export function referencesOf(content: proto.IMessage): proto.IContextInfo | undefined {
  const inner = extractMessageContent(content) ?? content;
  const { extendedTextMessage, imageMessage, videoMessage, audioMessage, documentMessage, stickerMessage } =
    inner;
  const parts = [
    extendedTextMessage,
    imageMessage,
    videoMessage,
    audioMessage,
    documentMessage,
    stickerMessage,
    inner.locationMessage,
    inner.contactMessage,
    inner.pollCreationMessage,
    inner.pollCreationMessageV3,
  ];
  return parts.find((part) => part?.contextInfo)?.contextInfo ?? undefined;
}

/** The name of what a message holds, as the protocol has it. */
export function contentName(content: proto.IMessage): string {
  return getContentType(extractMessageContent(content) ?? content) ?? "nothing";
}

/** A message on the wire says of what kind it is. */
export function kindOf(message: proto.IMessage): "text" | "media" | "reaction" | "poll" {
  if (message.reactionMessage) return "reaction";
  if (message.pollCreationMessage ?? message.pollCreationMessageV3 ?? message.pollUpdateMessage)
    return "poll";
  const media =
    message.imageMessage ??
    message.videoMessage ??
    message.audioMessage ??
    message.documentMessage ??
    message.stickerMessage ??
    message.contactMessage ??
    message.contactsArrayMessage;
  return media ? "media" : "text";
}
