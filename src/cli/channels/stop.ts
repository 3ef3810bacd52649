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
    { scopes: ["operator.admin"], label: "Stopping" },
    "channels.stop",
    { channel: meta.id, ...(account !== undefined && { accountId: account }) },
  );
  const { out } = session;
  if (flags.json) out.json(answer);
  else if (isRecord(answer)) {
    const name = `${meta.label} account ${String(answer.accountId)}`;
    out.line(answer.stopped === true ? `Stopped ${name}.` : `${name} did not run.`);
    if (answer.stopped === true) out.note(`Start it again: openclaw channels start ${meta.id}`);
  }
};
