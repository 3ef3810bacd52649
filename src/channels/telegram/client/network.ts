import { type Egress, type EgressPolicy, openSocksDoor, resolverIn } from "../../../lib/egress/index.ts";
import type { Ids } from "../../../lib/ids.ts";
import { PUBLIC_API_ROOT } from "./api-root.ts";

/** What an account says of its way to Telegram. */
export interface NetworkSettings {
  readonly apiRoot: string;
  readonly proxy?: string | undefined;
  readonly network?:
    | {
        readonly autoSelectFamily?: boolean | undefined;
        readonly dnsResultOrder?: "ipv4first" | "verbatim" | undefined;
        readonly dangerouslyAllowPrivateNetwork?: boolean | undefined;
      }
    | undefined;
}

/** The way out for one account; to be given back. */
export interface AccountNetwork extends AsyncDisposable {
  readonly egress: Egress;
  readonly policy: EgressPolicy;
}

/** Opens the way out for one account: its own proxy before that of the environment, its own order of addresses. */
export async function openNetwork(
  egress: Egress,
  settings: NetworkSettings,
  ids: Ids,
): Promise<AccountNetwork> {
  const { apiRoot, network = {} } = settings;
  const proxy = settings.proxy?.trim() ?? "";
  const door = /^socks5h?:/.test(proxy) ? await openSocksDoor(proxy, ids.token()) : undefined;
  const url = door?.url ?? proxy;
  const { dnsResultOrder = "ipv4first", autoSelectFamily = true } = network;
  const resolve = resolverIn(dnsResultOrder);
  return {
    egress: egress.with({
      ...(url !== "" && { proxy: { http: url, https: url, noProxy: [] } }),
      ...(dnsResultOrder === "verbatim" && { resolve }),
      // Without a choice of families only the first address is tried.
      ...(!autoSelectFamily && { resolve: async (host: string) => (await resolve(host)).slice(0, 1) }),
    }),
    policy: policyOf(apiRoot, url !== "" || network.dangerouslyAllowPrivateNetwork === true),
    [Symbol.asyncDispose]: async () => await door?.[Symbol.asyncDispose](),
  };
}

/**
 * A server the owner named may be anywhere. The public one may not, unless the owner says so, or a proxy of the owner's looks
 * its name up: what names lead to here is no matter then, and in some countries it is a lie.
 */
function policyOf(apiRoot: string, isTrusted: boolean): EgressPolicy {
  const isOwn = apiRoot !== PUBLIC_API_ROOT;
  return { reach: "public", ...((isOwn || isTrusted) && { trusted: [new URL(apiRoot).origin] }) };
}
