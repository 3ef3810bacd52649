export { isInCidr, nonPublicKind } from "./addresses.ts";
export { isInsideUrl, type Resolver } from "./destination.ts";
export {
  Egress,
  type EgressDeps,
  type EgressLimits,
  type EgressPolicy,
  type FetchFunction,
} from "./egress.ts";
export { EgressError, type EgressErrorKind } from "./errors.ts";
export { proxyFromEnv, type ProxySettings } from "./proxy.ts";
