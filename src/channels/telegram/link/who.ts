import type { ChannelAccount, ChannelSelf, WhoIsDeps } from "../../channel.ts";
import { apiRootOf } from "../account/addresses.ts";
import { findToken } from "../account/token.ts";
import { PUBLIC_API_ROOT, telegramClient } from "../client/index.ts";
import { openNetwork } from "../client/network.ts";
import { telegramSettings } from "../render/index.ts";

/** Asks Telegram whose token an account has. @throws CallError; Error for an account without a token */
export async function whoIs(account: ChannelAccount, deps: WhoIsDeps): Promise<ChannelSelf> {
  const settings = telegramSettings(account);
  const found = findToken(settings, deps.variables["TELEGRAM_BOT_TOKEN"]);
  if (!("token" in found)) throw new Error(found.problem);
  const { egress, clock, ids, signal } = deps;
  const apiRoot = apiRootOf(settings) ?? PUBLIC_API_ROOT;
  const { proxy, network: rules } = settings;
  await using network = await openNetwork(egress, { apiRoot, proxy, network: rules }, ids);
  const client = await telegramClient({
    token: found.token,
    apiRoot,
    egress: network.egress,
    policy: network.policy,
    clock,
  });
  const { id, first_name: name, username } = await client.call("getMe", {}, signal);
  return { id: String(id), name, username };
}
