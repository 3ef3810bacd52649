export { AddressRanges, addressBytes, interfaceAddresses, isLoopback, plainAddress } from "./addresses.ts";
export { attribute, type Attribution, type Ingress, isDirectLocal, type PeerFacts } from "./attribution.ts";
export { canonicalOrigin, judgeOrigin, type OriginRules, type OriginVerdict } from "./origin.ts";
export { type RunProgram, type TailnetIdentity, TailscaleWhois, type Whois } from "./tailscale.ts";
export { type ProxyFailure, proxyUser } from "./trusted-proxy.ts";
