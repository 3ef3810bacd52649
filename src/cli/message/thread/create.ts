import { needed } from "../../words.ts";
import type { Run } from "../../command.ts";
import type { topicCreateFlags } from "../../commands/chats/message.ts";
import { perform } from "../action.ts";

export const run: Run<typeof topicCreateFlags> = async ({ flags, session }) => {
  const target = needed(flags.target, "target");
  const threadName = needed(flags.threadName, "thread-name");
  return perform(session, flags, {
    action: "topic-create",
    params: { target, threadName },
    idempotencyKey: flags.idempotencyKey,
    show: ({ topicId }, { out }) => {
      out.line(`Opened topic ${threadName}${typeof topicId === "string" ? ` (${topicId})` : ""}.`);
      if (typeof topicId === "string") {
        out.note(`Write into it: openclaw message send --target ${target}:topic:${topicId} --message "Hi"`);
      }
    },
  });
};
