export { isInCidr, nonPublicKind } from "./addresses.ts";
export { isInsideUrl, type Resolver, resolverIn } from "./destination.ts";
export {
  Egress,
  type EgressDeps,
  type EgressLimits,
  type EgressPolicy,
  type FetchFunction,
} from "./egress.ts";
export { EgressError, type EgressErrorKind } from "./errors.ts";
export { openSocksDoor, type SocksDoor } from "./socks.ts";
export { proxyFromEnv, type ProxySettings } from "./proxy.ts";
