import { isRecord } from "../../client/index.ts";
import type { Run } from "../command.ts";
import type { accountFlags } from "../commands/channels.ts";
import { callGateway } from "../rpc/gateway.ts";
import { accountId } from "./account-path.ts";
import { channelNamed } from "./known.ts";

export const run: Run<typeof accountFlags> = async ({ flags, args, session }) => {
  const { meta } = await channelNamed(args[0], flags.channel);
  const account = accountId(flags.account);
  const answer = await callGateway(
    session,
    flags,
    { scopes: ["operator.admin"], label: "Starting" },
    "channels.start",
    { channel: meta.id, ...(account !== undefined && { accountId: account }) },
  );
  const { out } = session;
  if (flags.json) out.json(answer);
  else if (isRecord(answer)) {
    const { outcome, accountId: id } = answer;
    const reason = isRecord(outcome) && typeof outcome.reason === "string" ? `: ${outcome.reason}` : ".";
    out.line(
      answer.started === true
        ? `Started ${meta.label} account ${String(id)}.`
        : `${meta.label} account ${String(id)} was not started${reason}`,
    );
  }
};
