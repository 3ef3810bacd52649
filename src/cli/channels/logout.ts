import { isRecord } from "../../client/index.ts";
import type { Run } from "../command.ts";
import type { accountFlags } from "../commands/channels.ts";
import { callGateway } from "../rpc/gateway.ts";
import { accountId } from "./account-path.ts";
import { channelNamed } from "./known.ts";

export const run: Run<typeof accountFlags> = async ({ flags, args, session }) => {
  const { meta } = await channelNamed(args[0], flags.channel, { required: false });
  const account = accountId(flags.account);
  const answer = await callGateway(
    session,
    flags,
    { scopes: ["operator.admin"], label: "Logging out" },
    "channels.logout",
    { channel: meta.id, ...(account !== undefined && { accountId: account }) },
  );
  const { out } = session;
  if (flags.json) {
    out.json(answer);
    return;
  }
  if (!isRecord(answer)) return;
  const name = `${meta.label} account ${String(answer.accountId)}`;
  out.line(
    answer.cleared === true ? `Logged ${name} out; its token is forgotten.` : `${name} had no token here.`,
  );
  if (answer.envToken === true) {
    out.warn("The environment of the gateway still gives it a token: unset TELEGRAM_BOT_TOKEN there.");
  }
};
