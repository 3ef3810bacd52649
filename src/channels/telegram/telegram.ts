import type { Channel } from "../channel.ts";
import { telegramAccounts } from "./account/accounts.ts";
import type { OpenMedia } from "../files/index.ts";
import { Leases } from "./link/leases.ts";
import {
  formatTarget,
  mayPress,
  modelMenus,
  outgoingRules,
  plain,
  renderMessage,
  renderPoll,
  senderId,
  target,
} from "./render/index.ts";

export interface TelegramDeps {
  /** Reads files that are to be sent. */
  readonly openMedia: OpenMedia;
  /** 0 to 1, for the jitter of pauses. */
  readonly random: () => number;
}

/** The channel Telegram. What it takes to connect is loaded with the first account that starts. */
export function telegramChannel(deps: TelegramDeps): Channel {
  const leases = new Leases();
  return {
    meta: {
      id: "telegram",
      label: "Telegram",
      detailLabel: "Telegram Bot",
      systemImage: "paperplane",
      idLabel: "Telegram user id",
    },
    capabilities: {
      chatKinds: ["direct", "group", "channel"],
      edit: true,
      reactions: true,
      topics: true,
      polls: true,
      nativeCommands: true,
      buttons: true,
      drafts: true,
      media: ["image", "voice", "audio", "video", "animation", "document", "sticker"],
    },
    accounts: telegramAccounts,
    target,
    formatTarget,
    senderId,
    mayPress: (account, chatKind) => mayPress(outgoingRules(account).buttons, chatKind),
    render: renderMessage,
    renderPoll,
    plain,
    modelMenus,
    whoIs: async (account, asked) => (await import("./link/who.ts")).whoIs(account, asked),
    async start(context) {
      const { account } = context;
      if (!account.configured) throw new Error(account.problem ?? "The Telegram account is not configured.");
      const { TelegramConnection } = await import("./connection.ts");
      return new TelegramConnection(context, { ...deps, leases });
    },
  };
}
