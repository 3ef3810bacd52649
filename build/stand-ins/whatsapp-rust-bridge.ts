import { createHash, hkdfSync } from "node:crypto";

// What Baileys uses of `whatsapp-rust-bridge`, a WebAssembly module of two megabytes that takes twenty of memory, in terms of
// the cryptography the runtime has. The same names, the same answers.

interface HkdfInfo {
  readonly salt?: Uint8Array | undefined;
  readonly info?: string | undefined;
}

/** Bytes of a hash that mutations are summed up in, as 16-bit numbers. */
const LT_HASH_BYTES = 128;
const LT_HASH_INFO = "WhatsApp Patch Integrity";
const APP_STATE_INFO = "WhatsApp Mutation Keys";

export function md5(bytes: Uint8Array): Uint8Array {
  return createHash("md5").update(bytes).digest();
}

export function hkdf(key: Uint8Array, length: number, { salt, info }: HkdfInfo): Uint8Array {
  return Buffer.from(hkdfSync("sha256", key, salt ?? new Uint8Array(), info ?? "", length));
}

/** Keys of the account's synchronised state. */
export function expandAppStateKeys(keyData: Uint8Array) {
  const keys = hkdf(keyData, 160, { info: APP_STATE_INFO });
  return {
    indexKey: keys.subarray(0, 32),
    valueEncryptionKey: keys.subarray(32, 64),
    valueMacKey: keys.subarray(64, 96),
    snapshotMacKey: keys.subarray(96, 128),
    patchMacKey: keys.subarray(128, 160),
  };
}

/** A hash that things are taken from and put into in any order. */
export class LTHashAntiTampering {
  subtractThenAdd(base: Uint8Array, subtract: readonly Uint8Array[], add: readonly Uint8Array[]): Uint8Array {
    const sum = Buffer.from(base);
    for (const item of subtract) this.#apply(sum, item, -1);
    for (const item of add) this.#apply(sum, item, 1);
    return new Uint8Array(sum);
  }

  #apply(sum: Buffer, item: Uint8Array, sign: 1 | -1): void {
    const term = Buffer.from(hkdf(item, LT_HASH_BYTES, { info: LT_HASH_INFO }));
    for (let at = 0; at < LT_HASH_BYTES; at += 2) {
      sum.writeUInt16LE((sum.readUInt16LE(at) + sign * term.readUInt16LE(at)) & 0xffff, at);
    }
  }
}
