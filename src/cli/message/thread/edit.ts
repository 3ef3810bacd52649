import { needed } from "../../words.ts";
import type { Run } from "../../command.ts";
import type { topicEditFlags } from "../../commands/chats/message.ts";
import { CliError } from "../../errors.ts";
import { perform } from "../action.ts";

export const run: Run<typeof topicEditFlags> = async ({ flags, session }) => {
  const target = needed(flags.target, "target");
  const { threadId, threadName, close, reopen } = flags;
  if (close && reopen) {
    throw new CliError("A topic is closed or open, not both.", { hint: "Give one of --close and --reopen." });
  }
  if (threadName === undefined && !close && !reopen) {
    throw new CliError("There is nothing to change.", {
      hint: "Give it --thread-name, --close or --reopen.",
    });
  }
  return perform(session, flags, {
    action: "topic-edit",
    params: { target, threadId, threadName, closed: close ? true : reopen ? false : undefined },
    show: (_, { out }) => out.line(`Changed the topic${threadId === undefined ? "" : ` ${threadId}`}.`),
  });
};
