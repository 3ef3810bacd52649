import type { TrustedProxyPolicy } from "../policy.ts";
import { type AddressRanges, isLoopback, plainAddress } from "./addresses.ts";
import type { PeerFacts } from "./attribution.ts";

/** Why a proxy, or its user, is not believed. */
export type ProxyFailure = `trusted_proxy_${string}`;

/** Where the proxy's own address is judged. */
export interface ProxySource {
  readonly trustedProxies: AddressRanges;
  /** Addresses of this host's interfaces: a process here must not pose as a remote proxy. */
  localAddresses(): readonly string[];
}

/** The user a trusted proxy vouches for, or why it is not believed. */
export function proxyUser(
  peer: PeerFacts,
  policy: TrustedProxyPolicy | undefined,
  source: ProxySource,
): { readonly user: string } | { readonly reason: ProxyFailure } {
  if (policy === undefined) return { reason: "trusted_proxy_config_missing" };
  if (source.trustedProxies.isEmpty) return { reason: "trusted_proxy_no_proxies_configured" };
  const remote = plainAddress(peer.remoteAddress);
  if (remote === undefined || !source.trustedProxies.has(remote))
    return { reason: "trusted_proxy_untrusted_source" };
  if (isLoopback(remote)) {
    if (!policy.allowLoopback) return { reason: "trusted_proxy_loopback_source" };
  } else if (source.localAddresses().some((own) => plainAddress(own) === remote)) {
    return { reason: "trusted_proxy_local_interface_source" };
  }
  for (const name of policy.requiredHeaders) {
    if (headerText(peer.headers, name) === "") return { reason: `trusted_proxy_missing_header_${name}` };
  }
  const user = headerText(peer.headers, policy.userHeader);
  if (user === "") return { reason: "trusted_proxy_user_missing" };
  if (policy.allowUsers.length > 0 && !policy.allowUsers.includes(user)) {
    return { reason: "trusted_proxy_user_not_allowed" };
  }
  return { user };
}

function headerText(headers: Headers, name: string): string {
  return headers.get(name)?.trim() ?? "";
}
