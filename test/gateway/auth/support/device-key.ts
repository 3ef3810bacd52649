import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { ConnectParams, DeviceProof } from "../../../../src/protocol/index.ts";
import { proofPayloadV2, proofPayloadV3 } from "../../../../src/gateway/auth/index.ts";

/** How a proof differs from an honest one. */
export interface ProofTwist {
  readonly version?: "v2" | "v3";
  readonly signedAtOffsetMs?: number;
  /** Signs this token in place of the one sent. */
  readonly signedToken?: string;
  /** Sends this nonce in place of the challenge's. */
  readonly nonce?: string;
  /** Spoils the signature. */
  readonly corrupt?: boolean;
}

/** A device with a key of its own. */
export class DeviceKey {
  readonly id: string;
  readonly publicKey: string;
  readonly pem: string;
  readonly #privateKey: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const raw = publicKey.export({ type: "spki", format: "der" }).subarray(12);
    this.id = createHash("sha256").update(raw).digest("hex");
    this.publicKey = raw.toString("base64url");
    this.pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    this.#privateKey = privateKey;
  }

  /** The proof that goes with `params` on a connection with this challenge. */
  prove(
    params: ConnectParams,
    challenge: { nonce: string; now: number },
    twist: ProofTwist = {},
  ): DeviceProof {
    const proof = {
      id: this.id,
      publicKey: this.publicKey,
      signedAt: challenge.now + (twist.signedAtOffsetMs ?? 0),
      nonce: twist.nonce ?? challenge.nonce,
    };
    const payload = (twist.version === "v2" ? proofPayloadV2 : proofPayloadV3)(proof, {
      client: params.client,
      role: params.role ?? "operator",
      scopes: params.scopes ?? [],
      token:
        twist.signedToken ??
        params.auth?.token ??
        params.auth?.deviceToken ??
        params.auth?.bootstrapToken ??
        "",
    });
    const signature = sign(null, Buffer.from(payload), this.#privateKey);
    if (twist.corrupt) signature[0] = (signature[0] ?? 0) ^ 0xff;
    return { ...proof, signature: signature.toString("base64url") };
  }
}
