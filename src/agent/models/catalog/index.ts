export { Catalogue, type CatalogueDeps } from "./catalogue.ts";
export type { KnownProvider } from "./known-provider.ts";
export { isOpenServer, isOwnServer } from "./own-server.ts";
export {
  isUnread,
  type ModelConfig,
  plainHeaders,
  type ProviderConfig,
  secretText,
} from "./provider-config.ts";
export { canonicalProvider, knownProvider, PROVIDERS } from "./providers.ts";
