import { type DeviceProver, deviceProofPayload } from "../../../client/browser/index.ts";
import type { Shelf } from "./shelf.ts";

/** The Ed25519 key by which a gateway knows this browser; nobody, this page included, can read the private part. */
export interface DeviceKey {
  /** Lowercase hex SHA-256 of the raw public key. */
  readonly deviceId: string;
  /** Base64url of the raw 32 public bytes. */
  readonly publicKey: string;
  readonly privateKey: CryptoKey;
}

/** The key of this browser for this gateway, made at the first visit. @throws DOMException where Ed25519 is unknown */
export async function deviceKey(shelf: Shelf): Promise<DeviceKey> {
  const kept = await shelf.get("device-key");
  if (isDeviceKey(kept)) return kept;
  const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new TypeError("this browser made no key pair");
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", raw));
  const key = { deviceId: hex(digest), publicKey: base64url(raw), privateKey: pair.privateKey };
  await shelf.put("device-key", key);
  return key;
}

/** Signs challenges with the key. */
export function proverOf(key: DeviceKey): DeviceProver {
  return async (subject) => {
    const payload = new TextEncoder().encode(deviceProofPayload(key.deviceId, subject));
    const signature = await crypto.subtle.sign("Ed25519", key.privateKey, payload);
    return {
      id: key.deviceId,
      publicKey: key.publicKey,
      signature: base64url(new Uint8Array(signature)),
      signedAt: subject.signedAt,
      nonce: subject.nonce,
    };
  };
}

function isDeviceKey(value: unknown): value is DeviceKey {
  return (
    typeof value === "object" &&
    value !== null &&
    "privateKey" in value &&
    value.privateKey instanceof CryptoKey &&
    "deviceId" in value &&
    "publicKey" in value
  );
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
