export { restsUntil, countsAgainstCredential } from "./cooldown.ts";
export type { Credential } from "./credential.ts";
export { OAUTH_PROVIDERS, OAuthTokens, oauthOf } from "./oauth.ts";
export { NO_REFERENCES, type StoredReference, type StoredReferences } from "./references.ts";
export { CredentialPool, type CredentialPoolDeps, type Standing } from "./pool.ts";
