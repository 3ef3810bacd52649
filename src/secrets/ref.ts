import {
  EXEC_SECRET_ID_PATTERN,
  FILE_SECRET_ID_PATTERN,
  isObject,
  PROVIDER_ALIAS_PATTERN,
  SECRET_NAME_PATTERN,
  type SecretRef,
} from "../config/index.ts";

export type { SecretRef };

export type SecretSource = SecretRef["source"];

const PROVIDER = new RegExp(PROVIDER_ALIAS_PATTERN);
const ID: Readonly<Record<SecretSource, RegExp>> = {
  env: new RegExp(SECRET_NAME_PATTERN),
  file: new RegExp(FILE_SECRET_ID_PATTERN),
  exec: new RegExp(EXEC_SECRET_ID_PATTERN),
  store: new RegExp(SECRET_NAME_PATTERN),
};

/** True when `value` is meant as a reference: an object with a `source` and an `id`. Its parts may still be wrong. */
export function isRefShaped(value: unknown): value is Record<string, unknown> {
  return isObject(value) && typeof value["source"] === "string" && Object.hasOwn(value, "id");
}

/** Reads a reference, `default` standing in for a missing provider. Returns why it is none as text. */
export function readRef(value: unknown): SecretRef | string {
  if (!isRefShaped(value)) return "is no secret reference";
  const { source, provider = "default", id } = value;
  if (!isSource(source)) return `source must be one of ${Object.keys(ID).join(", ")}`;
  if (typeof provider !== "string" || !PROVIDER.test(provider))
    return `provider must match ${PROVIDER.source}`;
  if (typeof id !== "string" || !ID[source].test(id)) return `id must match ${ID[source].source}`;
  return { source, provider, id };
}

/** Two references that name the same secret have the same key. */
export function refKey(ref: SecretRef): string {
  return `${ref.source}:${ref.provider}:${ref.id}`;
}

function isSource(value: unknown): value is SecretSource {
  return typeof value === "string" && Object.hasOwn(ID, value);
}
