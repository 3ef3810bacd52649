export type { ModelAdmin } from "./model-admin.ts";
export { type AuthStatus, authStatus, type ProviderStatus } from "./auth-status.ts";
export { type ListedModel, listModels, type ListQuery, type ModelView } from "./list.ts";
export { probe, type ProbeRequest, type ProbeResult } from "./probe.ts";
export { CredentialError } from "./credential-error.ts";
export {
  changeHeldSecrets,
  fingerprintOf,
  type HeldChange,
  type HeldSecret,
  heldSecrets,
} from "./held-secrets.ts";
export { type NewCredential, signIn, SignIns } from "./sign-ins.ts";
export { modelChoice } from "./wire.ts";
