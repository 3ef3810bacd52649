import type { messages } from "../../../protocol/index.ts";
import type { Run } from "../../command.ts";
import type { queueListFlags } from "../../commands/chats/message.ts";
import { withGateway } from "../../rpc/gateway.ts";
import { queueLines } from "./entries.ts";

const ACCESS = { scopes: ["operator.read"], label: "Asking the gateway" } as const;

export const run: Run<typeof queueListFlags> = async ({ flags, session }) => {
  const { direction, state, channel, account, limit, timeout } = flags;
  const params = {
    limit,
    ...(direction !== undefined && { direction }),
    ...(state.length > 0 && { states: [...state] }),
    ...(channel !== undefined && { channel: channel.trim().toLowerCase() }),
    ...(account !== undefined && { accountId: account.trim() }),
  };
  const answer = await withGateway(session, flags, ACCESS, (client) =>
    client.request<typeof messages.messageQueueList>("message.queue.list", params, { timeoutMs: timeout }),
  );
  const { out } = session;
  const { items } = answer;
  if (flags.json) {
    out.json(answer);
    return;
  }
  if (items.length === 0) {
    out.line("Nothing waits, is uncertain or was given up.");
    return;
  }
  for (const line of queueLines(items, session)) out.line(line);
  if (items.some(({ state: one }) => one === "unknown" || one === "dead")) {
    out.note("Decide about one: openclaw message queue retry <id>, or: openclaw message queue drop <id>");
  }
};
