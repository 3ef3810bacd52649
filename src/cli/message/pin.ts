import { needed } from "../words.ts";
import type { Run } from "../command.ts";
import type { pinFlags } from "../commands/chats/message.ts";
import { perform } from "./action.ts";
import { on } from "./content.ts";

export const run: Run<typeof pinFlags> = async ({ flags, session }) => {
  const target = needed(flags.target, "target");
  const messageId = needed(flags.messageId, "message-id");
  return perform(session, flags, {
    action: "pin",
    params: { target, messageId, ...on({ silent: flags.silent }) },
    show: (_, { out }) => out.line(`Pinned message ${messageId}.`),
  });
};
