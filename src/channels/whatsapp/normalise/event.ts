import type { proto, WAMessageKey } from "@whiskeysockets/baileys";
import type { Chat, InboundEvent, InboundMessage, RepliedTo } from "../../inbound-event.ts";
import { mediaOf } from "./media.ts";
import { idOf, isGroup, isIgnoredChat, isOwn, type NumberOfLid, type OwnIds, personOf } from "./people.ts";
import { wordsOf } from "./words.ts";

/** A message as the server brought it, decrypted. */
export interface Arrived {
  readonly key: WAMessageKey;
  readonly pushName?: string | undefined;
  /** Epoch seconds. */
  readonly at: number;
  /** Without the wrappers of messages that vanish. */
  readonly content: proto.IMessage | undefined;
}

export interface Surroundings {
  readonly own: OwnIds;
  readonly numberOfLid: NumberOfLid;
  /** What a group is called, if that is known soon enough. */
  readonly titleOf: (group: string) => Promise<string | undefined>;
  /** The inner message of one that vanishes and the like. */
  readonly unwrapped: (message: proto.IMessage) => proto.IMessage | undefined;
  /** Whether notes to oneself are taken up. */
  readonly hearsSelf: boolean;
}

/** Something to be taken in, and what it is told apart by. */
export interface Keyed {
  readonly key: string;
  readonly lane: string;
  readonly event: InboundEvent;
}

const EDIT: proto.Message.ProtocolMessage.Type = 14;

/** What a message tells; undefined when it tells nothing: statuses, what we said ourselves, keys, receipts of calls. */
export async function eventOf(arrived: Arrived, around: Surroundings): Promise<Keyed | undefined> {
  const { key, content, at, pushName } = arrived;
  const { own, numberOfLid } = around;
  const { remoteJid, id } = key;
  if (!content || !remoteJid || !id || isIgnoredChat(remoteJid)) return undefined;
  const isToSelf = !isGroup(remoteJid) && isOwn(remoteJid, own);
  // What we said elsewhere is no message to us, but a note to oneself may be.
  if (key.fromMe === true ? !(isToSelf && around.hearsSelf) : isToSelf) return undefined;
  const author = isGroup(remoteJid) ? key.participant : remoteJid;
  if (!author) return undefined;
  const alt = (isGroup(remoteJid) ? key.participantAlt : key.remoteJidAlt) ?? undefined;
  const senderId = await idOf(author, alt, own, numberOfLid);
  const chat = await chatOf(remoteJid, senderId, around);
  const sender = personOf(senderId, pushName, own);
  const place = { chat, sender, at: at * 1_000 };
  const named = (kind: string, what: string) => ({
    key: `${kind}:${chat.id}:${senderId}:${what}`,
    lane: chat.id,
  });
  const { reactionMessage, protocolMessage } = content;
  if (reactionMessage) {
    const { key: about, text } = reactionMessage;
    if (!about?.id || !text) return undefined;
    const isToOwn = about.fromMe !== true && isOwn(about.participant ?? about.remoteJid, own);
    const event: InboundEvent = {
      kind: "reaction",
      ...place,
      messageId: about.id,
      added: [text],
      removed: [],
      isToOwn,
    };
    return { ...named("reaction", id), event };
  }
  if (protocolMessage?.type === EDIT) {
    const inner = protocolMessage.editedMessage && around.unwrapped(protocolMessage.editedMessage);
    const edited = protocolMessage.key?.id;
    if (!inner || !edited) return undefined;
    const message = await messageOf(inner, edited, place, around);
    return message && { ...named("edit", `${edited}:${id}`), event: { ...message, isEdit: true } };
  }
  const message = await messageOf(content, id, place, around);
  return message && { ...named("message", id), event: message };
}

type HappenedAt = Pick<InboundMessage, "chat" | "sender" | "at">;

async function messageOf(
  content: proto.IMessage,
  messageId: string,
  place: HappenedAt,
  around: Surroundings,
): Promise<InboundMessage | undefined> {
  const text = wordsOf(content);
  const media = mediaOf(content);
  if (text === "" && media.length === 0) return undefined;
  const context = contextOf(content);
  const mentioned = context?.mentionedJid ?? [];
  const replyTo = await replyOf(context, place.chat, around);
  return {
    kind: "message",
    ...place,
    messageId,
    text,
    isMention: mentioned.some((jid) => isOwn(jid, around.own)),
    ...(replyTo && { replyTo }),
    ...(context?.isForwarded === true && { forwardedFrom: "someone" }),
    media,
  };
}

async function replyOf(
  context: proto.IContextInfo | undefined,
  chat: Chat,
  around: Surroundings,
): Promise<RepliedTo | undefined> {
  const { stanzaId, participant, quotedMessage } = context ?? {};
  if (!stanzaId) return undefined;
  const quoted = quotedMessage ? around.unwrapped(quotedMessage) : undefined;
  const text = quoted ? wordsOf(quoted) || placeholderOf(quoted) : "";
  const isFromOwn = isOwn(participant, around.own);
  const id = participant ? await idOf(participant, undefined, around.own, around.numberOfLid) : undefined;
  return {
    messageId: stanzaId,
    ...(text !== "" && { text }),
    ...(id !== undefined && { sender: personOf(id, undefined, around.own) }),
    // In a chat with oneself everything is one's own: what the account answered there cannot be told from it.
    isOwn: isFromOwn && chat.id !== `+${around.own.number}`,
  };
}

function placeholderOf(content: proto.IMessage): string {
  const [media] = mediaOf(content);
  return media ? `<media:${media.kind}>` : "";
}

async function chatOf(jid: string, senderId: string, { titleOf }: Surroundings): Promise<Chat> {
  if (!isGroup(jid)) return { id: senderId, kind: "direct" };
  const title = await titleOf(jid);
  return { id: jid, kind: "group", ...(title !== undefined && title !== "" && { title }) };
}

/** What belongs to a message beside its content: whom it names, what it quotes. */
function contextOf(content: proto.IMessage): proto.IContextInfo | undefined {
  const kinds = [
    content.extendedTextMessage,
    content.imageMessage,
    content.videoMessage,
    content.ptvMessage,
    content.audioMessage,
    content.documentMessage,
    content.stickerMessage,
    content.locationMessage,
    content.liveLocationMessage,
    content.contactMessage,
    content.contactsArrayMessage,
    content.pollCreationMessage,
    content.pollCreationMessageV3,
    content.buttonsResponseMessage,
    content.listResponseMessage,
  ];
  return kinds.find((kind) => kind?.contextInfo)?.contextInfo ?? undefined;
}
