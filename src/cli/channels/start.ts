import type { channels } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { accountFlags } from "../commands/chats/channels.ts";
import { EXIT_FAILURE } from "../errors.ts";
import { withGateway } from "../rpc/gateway.ts";
import { accountId } from "./account-path.ts";
import { channelNamed } from "./known.ts";

const ACCESS = { scopes: ["operator.admin"], label: "Starting" } as const;

export const run: Run<typeof accountFlags> = async ({ flags, args, session }) => {
  const { meta } = await channelNamed(args[0], flags.channel);
  const account = accountId(flags.account);
  const params = { channel: meta.id, ...(account !== undefined && { accountId: account }) };
  const answer = await withGateway(session, flags, ACCESS, (client) =>
    client.request<typeof channels.channelsStart>("channels.start", params, { timeoutMs: flags.timeout }),
  );
  const { out } = session;
  const { started, outcome, accountId: id } = answer;
  if (flags.json) out.json(answer);
  else if (started) out.line(`Started ${meta.label} account ${id}.`);
  else {
    out.warn(`${meta.label} account ${id} was not started: ${outcome.reason ?? outcome.status}`);
    out.note(
      outcome.status === "retry"
        ? "It is tried again by itself. See how it is: openclaw channels status --probe"
        : "See what it lacks: openclaw channels status",
    );
  }
  return started ? 0 : EXIT_FAILURE;
};
