import { badRequest } from "../errors.ts";
import type { Params } from "../http/params.ts";
import type { TgMessage } from "../shapes.ts";
import type { Bot } from "../state/bot.ts";
import type { Chat } from "../state/chat.ts";
import type { World } from "../state/world.ts";

/** What a method is given: who asks, for what, and everything there is. */
export interface MethodContext {
  readonly world: World;
  readonly bot: Bot;
  readonly params: Params;
  /** Pause before a webhook is tried again. */
  readonly webhookRetryMs: number;
}

/** One method of the Bot API; its return value is `result`. @throws ApiError */
export type Method = (context: MethodContext) => unknown;

/** The chat and the message named by `chat_id` and `message_id`. `role` is Telegram's word for it: `message to edit`. */
export function namedMessage(
  { world, bot, params }: MethodContext,
  role: string,
): { chat: Chat; message: TgMessage } {
  const chat = world.writableFor(bot, params.text("chat_id"));
  const message = chat.messages.get(params.integer("message_id", 0));
  if (!message) throw badRequest(`${role} not found`);
  return { chat, message };
}

/** Whether a bot is an administrator, or is alone with somebody. */
export function mayManage(chat: Chat, bot: Bot): boolean {
  const status = chat.members.get(bot.user.id);
  return chat.type === "private" || status === "administrator" || status === "creator";
}
