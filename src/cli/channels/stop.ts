import { accountOption } from "../../config/index.ts";
import type { channels } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { accountFlags } from "../commands/chats/channels.ts";
import { withGateway } from "../rpc/gateway.ts";
import { accountId } from "./account-path.ts";
import { channelNamed } from "./known.ts";

const ACCESS = { scopes: ["operator.admin"], label: "Stopping" } as const;

export const run: Run<typeof accountFlags> = async ({ flags, args, session }) => {
  const { meta } = await channelNamed(args[0], flags.channel);
  const account = accountId(flags.account);
  const params = { channel: meta.id, ...(account !== undefined && { accountId: account }) };
  const answer = await withGateway(session, flags, ACCESS, (client) =>
    client.request<typeof channels.channelsStop>("channels.stop", params, { timeoutMs: flags.timeout }),
  );
  const { out } = session;
  const { accountId: id, stopped } = answer;
  if (flags.json) out.json(answer);
  else if (stopped) {
    out.line(`Stopped ${meta.label} account ${id}.`);
    out.note(`Start it again: openclaw channels start ${meta.id}${accountOption(id)}`);
  } else out.warn(`${meta.label} account ${id} still runs. See how it is: openclaw channels status`);
};
