import { needed } from "../words.ts";
import type { Run } from "../command.ts";
import type { readFlags } from "../commands/chats/message.ts";
import { perform } from "./action.ts";
import { saidLines } from "./said.ts";

export const run: Run<typeof readFlags> = async ({ flags, session }) => {
  const target = needed(flags.target, "target");
  const { limit, before, after, around, threadId } = flags;
  return perform(session, flags, {
    action: "read",
    params: { target, limit, before, after, around, threadId },
    show(answer, { out }) {
      const lines = saidLines(answer, out.style);
      for (const line of lines) out.line(line);
      if (lines.length === 0) out.line("Nothing was said in this chat yet.");
    },
  });
};
