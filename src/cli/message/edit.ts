import { needed } from "../words.ts";
import type { Run } from "../command.ts";
import type { editFlags } from "../commands/chats/message.ts";
import { perform } from "./action.ts";
import { textOf } from "./content.ts";

export const run: Run<typeof editFlags> = async ({ flags, session }) => {
  const target = needed(flags.target, "target");
  const messageId = needed(flags.messageId, "message-id");
  const message = needed(await textOf(flags.message, session), "message");
  return perform(session, flags, {
    action: "edit",
    params: { target, messageId, message, threadId: flags.threadId },
    show: (_, { out }) => out.line(`Changed message ${messageId}.`),
  });
};
