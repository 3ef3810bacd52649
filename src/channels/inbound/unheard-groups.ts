import type { Logger } from "../../lib/logger.ts";
import type { ChannelAccount } from "../channel.ts";
import type { Chat } from "../inbound-event.ts";
import { UNHEARD_GROUPS_MAX } from "./limits.ts";

interface Called {
  readonly account: Pick<ChannelAccount, "channel" | "id">;
  readonly chat: Chat;
}

interface Call {
  readonly kind: "message" | "press";
  readonly isMention?: boolean;
  readonly isCommand?: boolean;
}

/**
 * Tells the log of groups that call an account and are not heard: a bot that says nothing in a group leaves whoever added
 * it without a hint, and the id to allow stands nowhere else. Once for each group and reason.
 */
export class UnheardGroups {
  readonly #told = new Set<string>();

  constructor(private readonly log: Logger) {}

  /** Somebody in a group meant the account, and was refused. */
  refused({ account, chat }: Called, { isMention, isCommand }: Call, reason: string): void {
    if (chat.kind === "direct" || (isMention !== true && isCommand !== true)) return;
    const key = JSON.stringify([account.channel, account.id, chat.id, reason]);
    if (this.#told.has(key) || this.#told.size >= UNHEARD_GROUPS_MAX) return;
    this.#told.add(key);
    this.log.info("a group called the bot and is not heard", {
      reason,
      channel: account.channel,
      account: account.id,
      chatId: chat.id,
      ...(chat.title !== undefined && { title: chat.title }),
    });
  }
}
