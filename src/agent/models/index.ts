export * from "./model.ts";
export type { GuideFacts } from "./guide/facts.ts";
export { ModelRoom, type ModelRoomDeps } from "./model-room.ts";
export {
  type AuthStatus,
  changeHeldSecrets,
  CredentialError,
  fingerprintOf,
  type HeldChange,
  type HeldSecret,
  heldSecrets,
  type ListedModel,
  type ListQuery,
  type ModelAdmin,
  modelChoice,
  type ModelView,
  type NewCredential,
  type ProbeRequest,
  type ProbeResult,
  signIn,
  type SignIns,
} from "./admin/index.ts";
export { canonicalProvider, knownProvider, PROVIDERS } from "./catalog/index.ts";
export { OAUTH_PROVIDERS, type StoredReference, type StoredReferences } from "./credentials/index.ts";
export {
  aliasesOf,
  allowedModels,
  configuredChoice,
  configuredRef,
  formatRef,
  imageChoice,
  parseRef,
  sameRef,
  utilityChoice,
} from "./choice/index.ts";
