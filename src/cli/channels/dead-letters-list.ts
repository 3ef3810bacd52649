import { DEFAULT_ACCOUNT } from "../../config/index.ts";
import type { messages } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { deadLettersFlags } from "../commands/chats/channels.ts";
import { queueLines } from "../message/queue/entries.ts";
import { withGateway } from "../rpc/gateway.ts";
import { accountId } from "./account-path.ts";
import { channelMeant } from "./meant.ts";

const ACCESS = { scopes: ["operator.read"], label: "Asking the gateway" } as const;

/** What came in and could not be brought to an end. */
export const run: Run<typeof deadLettersFlags> = async ({ flags, session }) => {
  const { meta } = await channelMeant(session, undefined, flags.channel);
  const account = accountId(flags.account) ?? DEFAULT_ACCOUNT;
  const params = {
    direction: "in" as const,
    states: ["dead"],
    channel: meta.id,
    accountId: account,
    limit: flags.limit,
  };
  const { items } = await withGateway(session, flags, ACCESS, (client) =>
    client.request<typeof messages.messageQueueList>("message.queue.list", params, {
      timeoutMs: flags.timeout,
    }),
  );
  const { out } = session;
  if (flags.json) {
    out.json({ channel: meta.id, accountId: account, items });
    return;
  }
  if (items.length === 0) {
    out.line(`No message was given up on ${meta.label} account ${account}.`);
    return;
  }
  for (const line of queueLines(items, session)) out.line(line);
  out.note(`Answer one after all: openclaw channels dead-letters resubmit <id> --channel ${meta.id}`);
};
