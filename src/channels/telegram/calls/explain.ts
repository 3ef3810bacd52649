import { SendError, type Target } from "../../outbound-message.ts";
import { CallError } from "../client/index.ts";
import { formatTarget } from "../render/index.ts";

/** What Telegram says when something cannot be done in a chat, and what it means to whoever wanted it. */
const MEANINGS: readonly (readonly [RegExp, (chat: string) => string])[] = [
  [
    /chat not found|PEER_ID_INVALID|chat_id is empty/i,
    (chat) =>
      `Telegram knows no chat ${chat} for this bot. A person has to write to it first, a group or channel has to have it as a member, and the number has to be right.`,
  ],
  [/bot was blocked by the user/i, (chat) => `The person of chat ${chat} has blocked this bot.`],
  [/user is deactivated/i, (chat) => `The account of chat ${chat} was deleted.`],
  [
    /bot can't initiate conversation|bots can't send messages to bots/i,
    (chat) =>
      `This bot may not write to ${chat} unasked: the person has to write to it first, and bots do not reach bots.`,
  ],
  [
    /bot was kicked|bot is not a member|CHAT_FORBIDDEN|group chat was deleted/i,
    (chat) => `This bot is not a member of chat ${chat}, or no longer; add it there.`,
  ],
  [
    /message thread not found|TOPIC_DELETED|TOPIC_ID_INVALID/i,
    (chat) => `The topic of ${chat} does not exist, or no longer.`,
  ],
  [
    /TOPIC_CLOSED/i,
    (chat) => `The topic of ${chat} is closed; open it, or make the bot an administrator who may.`,
  ],
  [
    /not enough rights|CHAT_ADMIN_REQUIRED|need administrator rights|CHAT_WRITE_FORBIDDEN|have no rights/i,
    (chat) => `This bot lacks the right for that in chat ${chat}; an administrator there can give it.`,
  ],
];

/** The same failure in words that help; what they say is kept. */
export function explained(error: unknown, target: Target): unknown {
  if (!(error instanceof CallError) || error.failure !== "refused" || error.details.movedTo !== undefined)
    return error;
  const description = error.description ?? "";
  const meaning = MEANINGS.find(([words]) => words.test(description))?.[1];
  if (meaning === undefined) return error;
  return new SendError("refused", `${meaning(formatTarget(target))} (Telegram: ${description})`, {
    cause: error,
  });
}
