import type { DeviceProof } from "../protocol/index.ts";

/** What the signature binds; `token` is whichever token the connect frame carries, empty when none. */
export interface ProofSubject {
  readonly clientId: string;
  readonly clientMode: string;
  readonly role: string;
  readonly scopes: readonly string[];
  readonly platform?: string | undefined;
  readonly deviceFamily?: string | undefined;
  readonly token: string;
  readonly nonce: string;
  /** Epoch ms on the gateway's clock. */
  readonly signedAt: number;
}

/** Signs the challenge of one connection with the key of this device. */
export type DeviceProver = (subject: ProofSubject) => DeviceProof | Promise<DeviceProof>;

/** The text that is signed: version 3 of the device payload. */
export function deviceProofPayload(deviceId: string, subject: ProofSubject): string {
  return [
    "v3",
    deviceId,
    subject.clientId,
    subject.clientMode,
    subject.role,
    subject.scopes.join(","),
    String(subject.signedAt),
    subject.token,
    subject.nonce,
    normalised(subject.platform),
    normalised(subject.deviceFamily),
  ].join("|");
}

/** Trimmed, ASCII letters lowered; other letters stay, so that both sides agree whatever their locale. */
function normalised(value: string | undefined): string {
  return (value ?? "").trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
