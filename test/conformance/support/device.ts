import { createHash, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import type { DeviceIdentity, GatewayClientHostDeps } from "@openclaw/gateway-client";

/** A device as the reference client's host keeps it: an Ed25519 key, and the tokens it was given. */
export class Device {
  readonly identity: DeviceIdentity;
  /** Device token by role. */
  readonly tokens = new Map<string, { token: string; scopes: string[] }>();
  readonly hostDeps: GatewayClientHostDeps;

  constructor() {
    const pair = generateKeyPairSync("ed25519");
    const publicKeyPem = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
    const privateKeyPem = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const deviceId = createHash("sha256").update(rawKey(publicKeyPem)).digest("hex");
    this.identity = { deviceId, publicKeyPem, privateKeyPem };
    this.hostDeps = {
      signDevicePayload: (pem, payload) => sign(null, Buffer.from(payload), pem).toString("base64url"),
      publicKeyRawBase64UrlFromPem: (pem) => rawKey(pem).toString("base64url"),
      loadDeviceAuthToken: ({ role }) => this.tokens.get(role) ?? null,
      storeDeviceAuthToken: ({ role, token, scopes }) => void this.tokens.set(role, { token, scopes }),
      clearDeviceAuthToken: ({ role }) => void this.tokens.delete(role),
    };
  }

  get id(): string {
    return this.identity.deviceId;
  }
}

/** The last 32 bytes of an Ed25519 public key's DER form are the key itself. */
function rawKey(pem: string): Buffer {
  return createPublicKey(pem).export({ type: "spki", format: "der" }).subarray(-32);
}
