import type { messages } from "../../../protocol/index.ts";
import type { Run } from "../../command.ts";
import type { queueRetryFlags } from "../../commands/chats/message.ts";
import { EXIT_FAILURE } from "../../errors.ts";
import { withGateway } from "../../rpc/gateway.ts";
import { entryOf, mayArriveTwice } from "./entries.ts";

const ACCESS = { scopes: ["operator.read", "operator.admin"] } as const;

export const run: Run<typeof queueRetryFlags> = async ({ flags, args, session }) => {
  const id = args[0] ?? "";
  const { timeout: timeoutMs } = flags;
  const item = await withGateway(session, flags, ACCESS, async (client) => {
    const entry = await entryOf(client, id, timeoutMs);
    const isUncertain = entry.state === "unknown" && !flags.yes;
    if (isUncertain && !(await mayArriveTwice(session, entry, `openclaw message queue retry ${id}`))) {
      return undefined;
    }
    const answer = await client.request<typeof messages.messageQueueRetry>(
      "message.queue.retry",
      { id },
      { timeoutMs },
    );
    return answer.item;
  });
  const { out } = session;
  if (item === undefined) {
    out.note("Nothing was sent.");
    return EXIT_FAILURE;
  }
  if (flags.json) out.json({ ok: true, item });
  else {
    out.line(item.direction === "in" ? `${id} is answered now.` : `${id} is sent now.`);
    out.note(`See what becomes of it: openclaw message queue show ${id}`);
  }
  return undefined;
};
