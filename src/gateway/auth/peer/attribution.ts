import { type AddressRanges, isLoopback, plainAddress } from "./addresses.ts";

/** What is known about the other end of a connection or request before anything was proven. */
export interface PeerFacts {
  /** The socket peer's address; empty when unknown. */
  readonly remoteAddress: string;
  readonly headers: Headers;
  /** The `Origin` header, when there is one. */
  readonly origin: string | undefined;
  /** The `Host` header. */
  readonly host: string | undefined;
  /** It came over TLS of ours. */
  readonly secure?: boolean;
  /** The listener it came in by; the managed Tailscale ones are told apart by their own sockets, never by a header. */
  readonly ingress?: Ingress | undefined;
}

export type Ingress = "main" | "canvas" | "tailscale-serve" | "tailscale-funnel" | "browser-control";

/** Whom a request is from, as far as the network can tell. */
export type Attribution =
  /** A process on this host, with nothing between it and us. */
  | { readonly kind: "direct-local"; readonly clientIp: string }
  | { readonly kind: "direct-remote"; readonly clientIp: string }
  /** Through a configured proxy, which named its client. */
  | { readonly kind: "trusted-proxy"; readonly clientIp: string }
  | { readonly kind: "tailscale-serve" | "tailscale-funnel"; readonly clientIp: string }
  /** It carries the marks of a proxy we do not know, or the proxy names nobody: it is not believed to be anyone. */
  | { readonly kind: "unattributable" };

/** Which proxies are believed. */
export interface AttributionRules {
  readonly trustedProxies: AddressRanges;
  readonly allowRealIpFallback: boolean;
}

const UNATTRIBUTABLE: Attribution = { kind: "unattributable" };

/** Headers that only Tailscale may set; from anyone else they are a claim nobody checked. */
const TAILSCALE_HEADERS = [
  "tailscale-funnel-request",
  "tailscale-headers-info",
  "tailscale-user-login",
  "tailscale-user-name",
  "tailscale-user-profile-pic",
];

/** Decides whom a request is from. Forwarding headers never make a caller local. */
export function attribute(peer: PeerFacts, rules: AttributionRules): Attribution {
  if (peer.ingress === "tailscale-serve" || peer.ingress === "tailscale-funnel") {
    return attributeTailscale(peer, peer.ingress);
  }
  const remote = plainAddress(peer.remoteAddress);
  const proxied = hasProxyHeaders(peer.headers);
  if (remote === undefined) return proxied ? UNATTRIBUTABLE : { kind: "direct-remote", clientIp: "" };
  if (!proxied && isLoopback(remote)) return { kind: "direct-local", clientIp: remote };
  if (rules.trustedProxies.has(remote)) {
    const client = forwardedClient(peer.headers, rules);
    if (client === undefined || isLoopback(client)) return UNATTRIBUTABLE;
    return { kind: "trusted-proxy", clientIp: client };
  }
  return proxied ? UNATTRIBUTABLE : { kind: "direct-remote", clientIp: remote };
}

/** True for a process on this host with nothing between it and us; a mark of any proxy makes it somebody else's. */
export function isDirectLocal(peer: PeerFacts): boolean {
  const direct = peer.ingress !== "tailscale-serve" && peer.ingress !== "tailscale-funnel";
  return direct && isLoopback(peer.remoteAddress) && !hasProxyHeaders(peer.headers);
}

function attributeTailscale(peer: PeerFacts, ingress: "tailscale-serve" | "tailscale-funnel"): Attribution {
  const { headers } = peer;
  const complete = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"].every((name) =>
    headers.get(name),
  );
  if (!isLoopback(peer.remoteAddress) || !complete) return UNATTRIBUTABLE;
  const funnel = headers.get("tailscale-funnel-request");
  const expected = ingress === "tailscale-serve" ? funnel === null : funnel === null || funnel === "?1";
  const client = lastHop(headers.get("x-forwarded-for") ?? "", isLoopback);
  if (!expected || client === undefined || isLoopback(client)) return UNATTRIBUTABLE;
  return { kind: ingress, clientIp: client };
}

function hasProxyHeaders(headers: Headers): boolean {
  for (const [name] of headers) {
    if (name.startsWith("x-forwarded-") || name === "forwarded" || name === "x-real-ip") return true;
    if (name.startsWith("tailscale-") && TAILSCALE_HEADERS.includes(name)) return true;
  }
  return false;
}

function forwardedClient(headers: Headers, rules: AttributionRules): string | undefined {
  const chain = headers.get("x-forwarded-for");
  if (chain !== null) return lastHop(chain, (address) => rules.trustedProxies.has(address));
  const real = headers.get("x-real-ip");
  return rules.allowRealIpFallback && real !== null ? hopAddress(real) : undefined;
}

/** The nearest hop that is no proxy of ours; everything before it was written by that hop and proves nothing. */
function lastHop(chain: string, isProxy: (address: string) => boolean): string | undefined {
  for (const hop of chain.split(",").toReversed()) {
    const address = hopAddress(hop);
    if (address === undefined) return undefined;
    if (!isProxy(address)) return address;
  }
  return undefined;
}

function hopAddress(hop: string): string | undefined {
  const text = hop.trim();
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1];
  const withPort = /^([\d.]+):\d+$/.exec(text)?.[1];
  return plainAddress(bracketed ?? withPort ?? text);
}
