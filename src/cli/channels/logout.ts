import type { channels } from "../../protocol/index.ts";
import type { Run } from "../command.ts";
import type { accountFlags } from "../commands/chats/channels.ts";
import { withGateway } from "../rpc/gateway.ts";
import { accountId } from "./account-path.ts";
import type { Session } from "../session.ts";
import { channelMeant } from "./meant.ts";

const ACCESS = { scopes: ["operator.admin"], label: "Logging out" } as const;

export const run: Run<typeof accountFlags> = async ({ flags, args, session }) => {
  const { meta } = await channelMeant(session, args[0], flags.channel);
  const account = accountId(flags.account);
  const params = { channel: meta.id, ...(account !== undefined && { accountId: account }) };
  const answer = await withGateway(session, flags, ACCESS, (client) =>
    client.request<typeof channels.channelsLogout>("channels.logout", params, { timeoutMs: flags.timeout }),
  );
  const { out } = session;
  if (flags.json) {
    out.json(answer);
    return;
  }
  const name = `${meta.label} account ${answer.accountId}`;
  const told = answer.details?.["told"];
  // Only accounts that are linked have anybody to tell.
  if (typeof told === "boolean") {
    tellUnlinked(session, { name, label: meta.label, cleared: answer.cleared, told });
    return;
  }
  out.line(answer.cleared ? `Logged ${name} out; its token is forgotten.` : `${name} had no token here.`);
  if (answer.envToken === true) {
    out.warn("The environment of the gateway still gives it a token: unset TELEGRAM_BOT_TOKEN there.");
  } else if (answer.cleared) {
    out.note("Who knows the token may still use it; @BotFather takes it back with /revoke.");
  }
};

function tellUnlinked(
  { out }: Session,
  { name, label, cleared, told }: { name: string; label: string; cleared: boolean; told: boolean },
): void {
  out.line(cleared ? `Logged ${name} out; its link is forgotten.` : `${name} was not linked.`);
  if (cleared && !told) {
    out.warn(
      `${label} could not be told: the phone goes on listing this device until it is removed there (Linked devices).`,
    );
  }
}
