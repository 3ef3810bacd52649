import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  timingSafeEqual,
} from "node:crypto";
import type { MediaType } from "../normalise/index.ts";

/** What the keys of a file are derived for. */
const PURPOSES: Readonly<Record<MediaType, string>> = {
  image: "WhatsApp Image Keys",
  video: "WhatsApp Video Keys",
  audio: "WhatsApp Audio Keys",
  document: "WhatsApp Document Keys",
  sticker: "WhatsApp Image Keys",
};

const MAC_BYTES = 10;

/** A file as it lies on WhatsApp's servers, and what opens it. */
export interface SealedFile {
  readonly bytes: Uint8Array;
  readonly sha256: Uint8Array;
  readonly sealedSha256: Uint8Array;
}

/** Encrypts a file with a key of 32 bytes. */
export function seal(file: Uint8Array, mediaKey: Uint8Array, type: MediaType): SealedFile {
  const { iv, cipherKey, macKey } = keysOf(mediaKey, type);
  const cipher = createCipheriv("aes-256-cbc", cipherKey, iv);
  const encrypted = Buffer.concat([cipher.update(file), cipher.final()]);
  const mac = macOf(macKey, iv, encrypted);
  const bytes = Buffer.concat([encrypted, mac]);
  return { bytes, sha256: sha256(file), sealedSha256: sha256(bytes) };
}

/** Decrypts a file and proves that it is the one that was sent. @throws Error */
export function unseal(
  sealed: Uint8Array,
  mediaKey: Uint8Array,
  type: MediaType,
  expected: Uint8Array | undefined,
): Uint8Array {
  if (sealed.length <= MAC_BYTES) throw new Error("the file is cut off");
  const { iv, cipherKey, macKey } = keysOf(mediaKey, type);
  const encrypted = sealed.subarray(0, -MAC_BYTES);
  if (!timingSafeEqual(macOf(macKey, iv, encrypted), sealed.subarray(-MAC_BYTES))) {
    throw new Error("the file is damaged or not the one that was sent");
  }
  const decipher = createDecipheriv("aes-256-cbc", cipherKey, iv);
  const file = Buffer.concat([decipher.update(encrypted), decipher.final()]);
  if (expected && !sha256(file).equals(expected)) throw new Error("the file is not the one that was sent");
  return file;
}

function keysOf(mediaKey: Uint8Array, type: MediaType) {
  const keys = Buffer.from(hkdfSync("sha256", mediaKey, new Uint8Array(), PURPOSES[type], 112));
  return { iv: keys.subarray(0, 16), cipherKey: keys.subarray(16, 48), macKey: keys.subarray(48, 80) };
}

function macOf(macKey: Uint8Array, iv: Uint8Array, encrypted: Uint8Array): Uint8Array {
  return createHmac("sha256", macKey).update(iv).update(encrypted).digest().subarray(0, MAC_BYTES);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
