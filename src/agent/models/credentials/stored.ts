import type { AuthProfile } from "../../../store/index.ts";
import { isObject } from "../json.ts";
import type { Credential } from "./credential.ts";
import { referenceOf } from "./references.ts";

/** The secret part of a stored profile, as far as it can be read. */
interface Secret {
  readonly key?: unknown;
  readonly token?: unknown;
  readonly access?: unknown;
  readonly expires?: unknown;
  readonly env?: unknown;
}

/**
 * A stored profile as a credential. A login has no key yet: it is made when a request needs one. A profile that refers to its
 * secret has the `read` one, whatever else is stored beside the reference.
 */
export function credentialOf(profile: AuthProfile, read?: string): Credential {
  const secret: Secret = isObject(profile.credential) ? profile.credential : {};
  const own = [secret.key, secret.token].find((value) => typeof value === "string");
  const key = referenceOf(profile) === undefined ? own : read;
  return {
    profileId: profile.id,
    provider: profile.provider,
    kind: profile.type,
    source: "stored",
    ...(profile.type !== "oauth" && typeof key === "string" && { apiKey: key }),
    ...(typeof secret.expires === "number" && { expiresAt: secret.expires }),
    ...(isVariables(secret.env) && { env: secret.env }),
    ...(profile.email !== undefined && { email: profile.email }),
  };
}

/** Every secret text in a stored profile, to be kept out of logs. */
export function secretsOf(profile: AuthProfile): string[] {
  if (!isObject(profile.credential)) return [];
  const { key, token, access, refresh } = profile.credential;
  return [key, token, access, refresh].filter((value) => typeof value === "string");
}

function isVariables(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((one) => typeof one === "string");
}
