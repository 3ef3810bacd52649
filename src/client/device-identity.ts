import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DeviceProof } from "../protocol/index.ts";
import { deviceProofPayload, type ProofSubject } from "./device-proof.ts";

/** The Ed25519 key by which a gateway knows this installation. */
export interface DeviceIdentity {
  /** Lowercase hex SHA-256 of the raw public key. */
  readonly deviceId: string;
  /** Base64url of the raw 32 public bytes. */
  readonly publicKey: string;
  readonly privateKeyPem: string;
}

/** Where the identity of a state directory is kept. */
export function deviceIdentityPath(stateDir: string): string {
  return join(stateDir, "identity", "device.json");
}

/** Reads the identity of a state directory; `undefined` when there is none. Throws when the file is broken. */
export function readDeviceIdentity(stateDir: string): DeviceIdentity | undefined {
  const path = deviceIdentityPath(stateDir);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const stored: unknown = JSON.parse(text);
    if (typeof stored === "object" && stored !== null && "privateKeyPem" in stored) {
      if (typeof stored.privateKeyPem === "string") return identityOf(stored.privateKeyPem);
    }
  } catch (cause) {
    throw new Error(`The device identity at ${path} cannot be read. Move it away to get a new one.`, {
      cause,
    });
  }
  throw new Error(`The device identity at ${path} has no private key. Move it away to get a new one.`);
}

/** Reads the identity, or makes one and stores it readable by its owner only. */
export function loadOrCreateDeviceIdentity(stateDir: string, now: number): DeviceIdentity {
  const existing = readDeviceIdentity(stateDir);
  if (existing) return existing;
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const privateKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const identity = identityOf(privateKeyPem);
  const path = deviceIdentityPath(stateDir);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const stored = {
    version: 1,
    deviceId: identity.deviceId,
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    privateKeyPem,
    createdAtMs: now,
  };
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
  return identity;
}

function identityOf(privateKeyPem: string): DeviceIdentity {
  const jwk = createPublicKey(createPrivateKey(privateKeyPem)).export({ format: "jwk" });
  if (jwk.crv !== "Ed25519" || jwk.x === undefined) throw new Error("not an Ed25519 key");
  const raw = Buffer.from(jwk.x, "base64url");
  return { deviceId: createHash("sha256").update(raw).digest("hex"), publicKey: jwk.x, privateKeyPem };
}

/** Signs the challenge of one connection. */
export function proveDevice(identity: DeviceIdentity, subject: ProofSubject): DeviceProof {
  const payload = Buffer.from(deviceProofPayload(identity.deviceId, subject), "utf8");
  return {
    id: identity.deviceId,
    publicKey: identity.publicKey,
    signature: sign(null, payload, createPrivateKey(identity.privateKeyPem)).toString("base64url"),
    signedAt: subject.signedAt,
    nonce: subject.nonce,
  };
}
