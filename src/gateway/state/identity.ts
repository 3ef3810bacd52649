import { kvKey, type KvRepository } from "../../store/index.ts";

export interface GatewayIdentity {
  /** Lowercase hex SHA-256 of the raw public key. */
  readonly deviceId: string;
  /** Raw Ed25519 public key, base64url. */
  readonly publicKey: string;
}

interface StoredKey {
  readonly publicKey: string;
  readonly privateKeyPkcs8: string;
}

const KEY = kvKey<StoredKey>("gateway.identity", (value) => {
  if (typeof value !== "object" || value === null) throw new TypeError("gateway.identity is not an object");
  const { publicKey, privateKeyPkcs8 } = value as Partial<StoredKey>;
  if (typeof publicKey !== "string" || typeof privateKeyPkcs8 !== "string") {
    throw new TypeError("gateway.identity lacks a key");
  }
  return { publicKey, privateKeyPkcs8 };
});

/** This gateway's own Ed25519 key, made at first use and kept in the store. */
export async function gatewayIdentity(kv: KvRepository): Promise<GatewayIdentity> {
  const stored = (await kv.get(KEY)) ?? (await kv.setOnce(KEY, await newKey()));
  const raw = Buffer.from(stored.publicKey, "base64url");
  return { deviceId: Bun.SHA256.hash(raw, "hex"), publicKey: stored.publicKey };
}

async function newKey(): Promise<StoredKey> {
  const { generateKeyPairSync } = await import("node:crypto");
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const spki = publicKey.export({ type: "spki", format: "der" });
  return {
    publicKey: spki.subarray(-32).toString("base64url"),
    privateKeyPkcs8: privateKey.export({ type: "pkcs8", format: "der" }).toString("base64url"),
  };
}
