import { knownChannels } from "../../channels/known.ts";
import { openConfig } from "../../config/open.ts";
import type { Check } from "../check.ts";

/** Somebody may give commands through the chats. */
export const ownerCheck: Check = {
  id: "command-owner",
  title: "Owner of commands",
  reason: "Without an owner nobody can steer the gateway through a chat.",
  async run(session) {
    const { config, variables, valid } = await openConfig(session).load();
    if (!valid) return { skipped: "the configuration cannot be used" };
    const channels = await knownChannels();
    const used = channels.flatMap((channel) =>
      channel.accounts(config, variables).filter(({ enabled }) => enabled),
    );
    if (used.length === 0 || (config.commands.ownerAllowFrom ?? []).length > 0) return [];
    return [
      {
        severity: "info",
        message:
          "Nobody is the owner yet: commands that only an owner may give are refused in every chat. The first " +
          "person who is let in becomes it.",
        target: "commands.ownerAllowFrom",
        fixHint: "Write to the account, then: openclaw pairing approve <code>",
      },
    ];
  },
};
