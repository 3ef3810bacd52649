import type { ReactionType, ReactionTypeEmoji } from "grammy/types";
import { refuse, type Target } from "../../outbound-message.ts";
import { chatNumber, messageNumber } from "./address.ts";
import type { CallDeps } from "./deps.ts";
import { BAD_REACTION, refusedWith } from "./failures.ts";
import { repeated } from "./repeat.ts";

type Emoji = ReactionTypeEmoji["emoji"];

/** What Telegram takes as a reaction. */
const EMOJI: readonly Emoji[] = [
  "👍",
  "👎",
  "❤",
  "🔥",
  "🥰",
  "👏",
  "😁",
  "🤔",
  "🤯",
  "😱",
  "🤬",
  "😢",
  "🎉",
  "🤩",
  "🤮",
  "💩",
  "🙏",
  "👌",
  "🕊",
  "🤡",
  "🥱",
  "🥴",
  "😍",
  "🐳",
  "❤‍🔥",
  "🌚",
  "🌭",
  "💯",
  "🤣",
  "⚡",
  "🍌",
  "🏆",
  "💔",
  "🤨",
  "😐",
  "🍓",
  "🍾",
  "💋",
  "🖕",
  "😈",
  "😴",
  "😭",
  "🤓",
  "👻",
  "👨‍💻",
  "👀",
  "🎃",
  "🙈",
  "😇",
  "😨",
  "🤝",
  "✍",
  "🤗",
  "🫡",
  "🎅",
  "🎄",
  "☃",
  "💅",
  "🤪",
  "🗿",
  "🆒",
  "💘",
  "🙉",
  "🦄",
  "😘",
  "💊",
  "🙊",
  "😎",
  "👾",
  "🤷‍♂",
  "🤷",
  "🤷‍♀",
  "😡",
];

/** Shown for what cannot be one, where only the mark counts. */
const STAND_IN: Emoji = "👍";

/** How many are named to somebody who chose another. */
const NAMED = 12;

/**
 * Marks a message, or takes the mark away; an emoji Telegram does not take is `👍` when `anyMark`, else refused. A number is
 * an emoji of somebody's own making. @throws SendError
 */
export async function react(
  target: Target,
  messageId: string,
  emoji: string | undefined,
  { client, clock }: Pick<CallDeps, "client" | "clock">,
  anyMark: boolean,
): Promise<void> {
  const reaction = emoji === undefined ? [] : [reactionOf(emoji, anyMark)];
  const payload = { chat_id: chatNumber(target.chatId), message_id: messageNumber(messageId), reaction };
  try {
    await repeated(clock, () => client.call("setMessageReaction", payload));
  } catch (error) {
    if (!refusedWith(error, BAD_REACTION)) throw error;
    refuse(`This chat does not take the reaction ${emoji ?? ""}.`);
  }
}

function reactionOf(emoji: string, anyMark: boolean): ReactionType {
  const wanted = emoji.trim().replaceAll(/[\uFE0E\uFE0F]/g, "");
  if (/^\d{5,}$/.test(wanted)) return { type: "custom_emoji", custom_emoji_id: wanted };
  const known = EMOJI.find((one) => one === wanted) ?? (anyMark ? STAND_IN : undefined);
  if (known !== undefined) return { type: "emoji", emoji: known };
  return refuse(
    `Telegram does not take ${wanted === "" ? "an empty reaction" : `“${wanted.slice(0, 20).toWellFormed()}” as a reaction`}; it takes ${EMOJI.slice(0, NAMED).join(" ")} and ${EMOJI.length - NAMED} others.`,
  );
}
