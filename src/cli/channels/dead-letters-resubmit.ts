import { DEFAULT_ACCOUNT } from "../../config/index.ts";
import type { messages } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { resubmitFlags } from "../commands/chats/channels.ts";
import { CliError } from "../errors.ts";
import { entryOf } from "../message/queue/entries.ts";
import { withGateway } from "../rpc/gateway.ts";
import { accountId } from "./account-path.ts";
import { channelMeant } from "./meant.ts";

const ACCESS = { scopes: ["operator.read", "operator.admin"], label: "Asking the gateway" } as const;

export const run: Run<typeof resubmitFlags> = async ({ flags, args, session }) => {
  const id = args[0] ?? "";
  const { timeout: timeoutMs } = flags;
  const { meta } = await channelMeant(session, undefined, flags.channel);
  const account = accountId(flags.account) ?? DEFAULT_ACCOUNT;
  const item = await withGateway(session, flags, ACCESS, async (client) => {
    const entry = await entryOf(client, id, timeoutMs);
    if (entry.direction !== "in" || entry.channel !== meta.id || entry.accountId !== account) {
      throw new CliError(`${id} did not come in on ${meta.label} account ${account}.`, {
        hint: `See what was given up there: openclaw channels dead-letters list --channel ${meta.id} --account ${account}`,
      });
    }
    const answer = await client.request<typeof messages.messageQueueRetry>(
      "message.queue.retry",
      { id },
      { timeoutMs },
    );
    return answer.item;
  });
  const { out } = session;
  if (flags.json) out.json({ ok: true, item });
  else {
    out.line(`${id} is answered now.`);
    out.note(`See what becomes of it: openclaw message queue show ${id}`);
  }
};
