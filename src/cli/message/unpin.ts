import { needed } from "../words.ts";
import type { Run } from "../command.ts";
import type { pointFlags } from "../commands/chats/message.ts";
import { perform } from "./action.ts";

export const run: Run<typeof pointFlags> = async ({ flags, session }) => {
  const target = needed(flags.target, "target");
  const { messageId } = flags;
  const what = messageId === undefined ? `everything in ${target}` : `message ${messageId}`;
  return perform(session, flags, {
    action: "unpin",
    params: { target, messageId },
    show: (_, { out }) => out.line(`Unpinned ${what}.`),
  });
};
