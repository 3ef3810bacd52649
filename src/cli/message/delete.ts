import { needed } from "../words.ts";
import type { Run } from "../command.ts";
import type { pointFlags } from "../commands/chats/message.ts";
import { perform } from "./action.ts";

export const run: Run<typeof pointFlags> = async ({ flags, session }) => {
  const target = needed(flags.target, "target");
  const messageId = needed(flags.messageId, "message-id");
  return perform(session, flags, {
    action: "delete",
    params: { target, messageId },
    show: (_, { out }) => out.line(`Deleted message ${messageId}.`),
  });
};
