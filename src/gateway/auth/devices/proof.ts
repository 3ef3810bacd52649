import type { ClientIdentity, DeviceProof } from "../../../protocol/index.ts";
import { DEVICE_SIGNATURE_SKEW_MS } from "../limits.ts";

/** What a device signs besides its own id, time and nonce. */
export interface ProofSubject {
  readonly client: Pick<ClientIdentity, "id" | "mode" | "platform" | "deviceFamily">;
  /** After defaulting. */
  readonly role: string;
  /** Exactly as sent, in the order sent. */
  readonly scopes: readonly string[];
  /** `auth.token`, else `auth.deviceToken`, else `auth.bootstrapToken`, else empty; a password is never signed. */
  readonly token: string;
}

export type ProofFailure =
  | "device-id-mismatch"
  | "device-signature-stale"
  | "device-nonce-missing"
  | "device-nonce-mismatch"
  | "device-signature";

export type ProofVerdict =
  /** `publicKey` is the raw key as base64url, whatever form it came in. */
  { readonly ok: true; readonly publicKey: string } | { readonly ok: false; readonly reason: ProofFailure };

const RAW_KEY_BYTES = 32;

const PEM = /^-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----$/;

/** DER of a SubjectPublicKeyInfo for Ed25519 up to the key itself (RFC 8410). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** Checks that the connecting device owns its key and signed this very connection. Never throws. */
export function verifyDeviceProof(
  proof: DeviceProof,
  subject: ProofSubject,
  challengeNonce: string,
  now: number,
): ProofVerdict {
  const key = rawPublicKey(proof.publicKey);
  if (key === undefined || deviceIdOf(key) !== proof.id) return { ok: false, reason: "device-id-mismatch" };
  if (Math.abs(now - proof.signedAt) > DEVICE_SIGNATURE_SKEW_MS) {
    return { ok: false, reason: "device-signature-stale" };
  }
  const nonce = proof.nonce.trim();
  if (nonce === "") return { ok: false, reason: "device-nonce-missing" };
  if (nonce !== challengeNonce) return { ok: false, reason: "device-nonce-mismatch" };
  if (!isSigned({ ...proof, nonce }, subject, key)) return { ok: false, reason: "device-signature" };
  return { ok: true, publicKey: key.toString("base64url") };
}

/** The text a device signs, version 3: version 2 and the normalised platform and device family. */
export function proofPayloadV3(
  proof: Pick<DeviceProof, "id" | "signedAt" | "nonce">,
  subject: ProofSubject,
): string {
  const { platform, deviceFamily } = subject.client;
  return [fields("v3", proof, subject), plainLabel(platform), plainLabel(deviceFamily)].join("|");
}

/** The text a device signs, version 2. */
export function proofPayloadV2(
  proof: Pick<DeviceProof, "id" | "signedAt" | "nonce">,
  subject: ProofSubject,
): string {
  return fields("v2", proof, subject);
}

/** A device's id: the lower-case hex SHA-256 of its raw key. */
export function deviceIdOf(rawKey: Uint8Array): string {
  return Bun.SHA256.hash(rawKey, "hex");
}

/** The 32 raw bytes of a key given as base64url, base64 or PEM; undefined when it is none of them. */
export function rawPublicKey(text: string): Buffer | undefined {
  const pem = PEM.exec(text.trim())?.[1];
  const bytes =
    pem === undefined ? Buffer.from(text, "base64url") : withoutPrefix(Buffer.from(pem, "base64"));
  return bytes?.length === RAW_KEY_BYTES ? bytes : undefined;
}

function withoutPrefix(der: Buffer): Buffer | undefined {
  const prefix = der.subarray(0, SPKI_PREFIX.length);
  return prefix.equals(SPKI_PREFIX) ? der.subarray(SPKI_PREFIX.length) : undefined;
}

/** Platform and family as they are signed and compared: trimmed, ASCII lower case, empty when absent. */
export function plainLabel(text: string | undefined): string {
  return (text ?? "").trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function fields(
  version: string,
  { id, signedAt, nonce }: Pick<DeviceProof, "id" | "signedAt" | "nonce">,
  { client, role, scopes, token }: ProofSubject,
): string {
  return [version, id, client.id, client.mode, role, scopes.join(","), signedAt, token, nonce].join("|");
}

function isSigned(proof: DeviceProof, subject: ProofSubject, rawKey: Buffer): boolean {
  // Large, and for nobody while no device comes.
  const { createPublicKey, verify } = process.getBuiltinModule("node:crypto");
  try {
    const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, rawKey]), format: "der", type: "spki" });
    const signature = Buffer.from(proof.signature, "base64url");
    return [proofPayloadV3, proofPayloadV2].some((payload) =>
      verify(null, Buffer.from(payload(proof, subject)), key, signature),
    );
  } catch {
    return false;
  }
}
