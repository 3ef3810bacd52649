import type { GroupMetadata, WAMessageKey, WASocket } from "@whiskeysockets/baileys";
import type { ActionResult, ChannelAction, DirectoryEntry } from "../../action.ts";
import type { ChannelAccount } from "../../channel.ts";
import { refuse, type Target } from "../../outbound-message.ts";
import { whatsappSettings } from "../account/index.ts";
import type { RecentMessages } from "../line/index.ts";
import { whatsappTexts } from "../markup/index.ts";
import { isGroup, isLid, userOf } from "../normalise/index.ts";
import { jidOf } from "../render/index.ts";
import { PIN_SECONDS } from "./limits.ts";

export interface ActionDeps {
  readonly wire: Pick<WASocket, "sendMessage">;
  readonly recent: RecentMessages;
  readonly account: () => ChannelAccount;
  readonly groupOf: (group: string) => Promise<GroupMetadata | undefined>;
  readonly now: () => number;
}

/** Carries out what can be done in a chat beside sending. Whether it may be done was decided before. @throws Error */
export async function act(action: ChannelAction, deps: ActionDeps): Promise<ActionResult> {
  const { wire, now } = deps;
  const { target } = action;
  const jid = jidOf(target);
  switch (action.action) {
    case "react":
      await react(target, action.messageId, action.remove === true ? undefined : action.emoji, deps);
      return {};
    case "edit": {
      const { textChunkLimit, markdown } = whatsappSettings(deps.account());
      const [words, ...more] = whatsappTexts(action.text, {
        limit: textChunkLimit,
        tables: markdown?.tables,
      });
      if (words === undefined) refuse("A message cannot be edited to say nothing; delete it.");
      if (more.length > 0)
        refuse(`An edit is one message, and this text is longer than ${textChunkLimit} characters.`);
      const edit = { remoteJid: jid, id: action.messageId, fromMe: true };
      await wire.sendMessage(jid, { text: words.text, edit, linkPreview: null });
      return { receipt: { messageId: action.messageId, chatId: target.chatId, at: now() } };
    }
    case "delete":
      await wire.sendMessage(jid, { delete: keyOf(target, action.messageId, deps, true) });
      return {};
    case "pin":
    case "unpin": {
      const { messageId } = action;
      if (messageId === undefined) refuse("On WhatsApp a message is unpinned by its id; name it.");
      const pin = keyOf(target, messageId, deps, true);
      await wire.sendMessage(jid, { pin, type: action.action === "pin" ? 1 : 2, time: PIN_SECONDS });
      return {};
    }
    case "chat-info":
      return { chat: await chatInfo(target, deps) };
    case "chat-admins": {
      const { participants } = await groupOf(target, deps);
      return { entries: participants.filter(({ admin }) => admin).map(entryOf) };
    }
    case "sticker":
      return refuse("Stickers cannot be sent by WhatsApp here; send the file.");
    case "topic-create":
    case "topic-edit":
      return refuse("WhatsApp has no topics.");
  }
}

/** Marks a message, or takes the mark away. @throws SendError `refused`, Error */
export async function react(
  target: Target,
  messageId: string,
  emoji: string | undefined,
  deps: ActionDeps,
): Promise<void> {
  const key = keyOf(target, messageId, deps, false);
  await deps.wire.sendMessage(jidOf(target), { react: { text: emoji ?? "", key } });
}

/** The message that is meant; in groups WhatsApp wants to be told who said it, unless it was us. */
function keyOf(
  target: Target,
  id: string,
  { recent }: Pick<ActionDeps, "recent">,
  isOwnUnlessKnown: boolean,
): WAMessageKey {
  const known = recent.get(target.chatId, id)?.key;
  if (known) return known;
  if (isGroup(target.chatId) && !isOwnUnlessKnown) {
    refuse("That message is not known any more: in a group WhatsApp wants to be told who wrote it.");
  }
  return { remoteJid: jidOf(target), id, fromMe: isOwnUnlessKnown };
}

async function chatInfo(target: Target, deps: ActionDeps): Promise<Record<string, unknown>> {
  if (!isGroup(target.chatId)) return { id: target.chatId, kind: "direct" };
  const { subject, desc, participants, owner, creation } = await groupOf(target, deps);
  return {
    id: target.chatId,
    kind: "group",
    title: subject,
    ...(desc !== undefined && { description: desc }),
    members: participants.length,
    ...(owner !== undefined && { owner: idOfJid(owner) }),
    ...(creation !== undefined && { createdAt: creation * 1_000 }),
  };
}

async function groupOf({ chatId }: Target, deps: ActionDeps): Promise<GroupMetadata> {
  if (!isGroup(chatId)) refuse(`${chatId} is no group.`);
  const found = await deps.groupOf(chatId);
  return found ?? refuse(`WhatsApp tells nothing of group ${chatId}; this account may not be a member.`);
}

function entryOf(member: GroupMetadata["participants"][number]): DirectoryEntry {
  return { kind: "user", id: idOfJid(member.phoneNumber ?? member.id) };
}

function idOfJid(jid: string): string {
  return isLid(jid) ? `${userOf(jid)}@lid` : `+${userOf(jid)}`;
}
