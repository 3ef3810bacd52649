import type { messages } from "../../../protocol/index.ts";
import type { Run } from "../../command.ts";
import type { queueEntryFlags } from "../../commands/chats/message.ts";
import { withGateway } from "../../rpc/gateway.ts";

const ACCESS = { scopes: ["operator.admin"], label: "Asking the gateway" } as const;

export const run: Run<typeof queueEntryFlags> = async ({ flags, args, session }) => {
  const id = args[0] ?? "";
  const { item } = await withGateway(session, flags, ACCESS, (client) =>
    client.request<typeof messages.messageQueueDrop>(
      "message.queue.drop",
      { id },
      { timeoutMs: flags.timeout },
    ),
  );
  const { out } = session;
  if (flags.json) out.json({ ok: true, item });
  else
    out.line(
      item.direction === "in" ? `Dropped ${id}; it is not answered.` : `Dropped ${id}; it is not sent.`,
    );
};
