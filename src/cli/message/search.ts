import { needed } from "../words.ts";
import type { Run } from "../command.ts";
import type { searchFlags } from "../commands/chats/message.ts";
import { perform } from "./action.ts";
import { saidLines } from "./said.ts";

export const run: Run<typeof searchFlags> = async ({ flags, session }) => {
  const query = needed(flags.query, "query");
  return perform(session, flags, {
    action: "search",
    params: { query, target: flags.target, limit: flags.limit },
    show(answer, { out }) {
      const lines = saidLines(answer, out.style);
      for (const line of lines) out.line(line);
      if (lines.length === 0) out.line(`Nothing with "${query}" was found.`);
    },
  });
};
