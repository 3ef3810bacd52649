import { isObject } from "../document/index.ts";

const KEY_BYTES = 32;

/**
 * Hashes config texts so that they can be shown to clients: keyed, because a plain hash of a text with one short
 * secret in it can be searched offline. The key lives as long as the hasher (one per `ConfigStore`), so a base hash
 * from before a restart counts as stale and the client reads the config again.
 */
export class ConfigHasher {
  constructor(private readonly key: Uint8Array = crypto.getRandomValues(new Uint8Array(KEY_BYTES))) {}

  /** Hash of several texts in order. */
  texts(parts: readonly string[]): string {
    const hmac = new Bun.CryptoHasher("sha256", this.key);
    for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:`).update(part);
    return `hmac-sha256:v1:${hmac.digest("base64url")}`;
  }

  /** Hash of a value; the order of keys does not count. */
  value(value: unknown): string {
    return this.texts([JSON.stringify(sorted(value)) ?? ""]);
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, item]) => [key, sorted(item)]);
}
