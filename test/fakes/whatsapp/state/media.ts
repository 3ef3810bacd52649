import {
  aesDecryptWithIV,
  aesEncrypWithIV,
  getMediaKeys,
  hmacSign,
  type MediaType,
  sha256,
} from "@whiskeysockets/baileys";
import { randomBytes } from "node:crypto";

/** Bytes of the checksum at the end of an encrypted file. */
const MAC_BYTES = 10;

/** Where a file is, and what one needs to read it. */
export interface MediaReference {
  readonly url: string;
  readonly directPath: string;
  readonly mediaKey: Buffer;
  readonly fileSha256: Buffer;
  readonly fileEncSha256: Buffer;
  readonly fileLength: number;
}

/** What a message says of its file. */
export interface MediaFields {
  readonly directPath?: string | null;
  readonly url?: string | null;
  readonly mediaKey?: Uint8Array | null;
  readonly fileEncSha256?: Uint8Array | null;
  readonly fileSha256?: Uint8Array | null;
}

/** The files on the media host; it has them encrypted and cannot read them. */
export class MediaStore {
  readonly #files = new Map<string, Buffer>();
  /** `host:port` that files are fetched from and brought to. */
  host = "";

  at(path: string): Buffer | undefined {
    return this.#files.get(path);
  }

  /** Keeps an encrypted file and tells its path. */
  keep(encrypted: Buffer, kind: string): string {
    const name = sha256(encrypted).toString("base64url");
    const path = `/v/t62.${kind}/${name}`;
    this.#files.set(path, encrypted);
    return path;
  }

  /** The file is not there any more. */
  remove(path: string): void {
    this.#files.delete(path);
  }

  /** Encrypts a file as a phone does, and brings it here. */
  async put(plain: Uint8Array, type: MediaType): Promise<MediaReference> {
    const mediaKey = randomBytes(32);
    const { iv, cipherKey, macKey } = await getMediaKeys(mediaKey, type);
    const cipher = aesEncrypWithIV(Buffer.from(plain), Buffer.from(cipherKey), Buffer.from(iv));
    const mac = hmacSign(Buffer.concat([iv, cipher]), macKey ?? Buffer.alloc(0)).subarray(0, MAC_BYTES);
    const encrypted = Buffer.concat([cipher, mac]);
    const directPath = this.keep(encrypted, type);
    return {
      url: `https://${this.host}${directPath}`,
      directPath,
      mediaKey,
      fileSha256: sha256(Buffer.from(plain)),
      fileEncSha256: sha256(encrypted),
      fileLength: plain.length,
    };
  }

  /** Reads a file that a message names. @throws when it is not here or is not what the message says */
  async read(fields: MediaFields, type: MediaType): Promise<Buffer> {
    const path = fields.directPath ?? (fields.url ? new URL(fields.url).pathname : "");
    const encrypted = this.at(path);
    if (!encrypted) throw new Error(`no file at ${path}`);
    if (!sha256(encrypted).equals(Buffer.from(fields.fileEncSha256 ?? []))) {
      throw new Error("the file is not the one that the message names");
    }
    const { iv, cipherKey, macKey } = await getMediaKeys(fields.mediaKey, type);
    const cipher = encrypted.subarray(0, -MAC_BYTES);
    const mac = hmacSign(Buffer.concat([iv, cipher]), macKey ?? Buffer.alloc(0)).subarray(0, MAC_BYTES);
    if (!mac.equals(encrypted.subarray(-MAC_BYTES))) throw new Error("the file's checksum is wrong");
    const plain = aesDecryptWithIV(cipher, Buffer.from(cipherKey), Buffer.from(iv));
    if (!sha256(plain).equals(Buffer.from(fields.fileSha256 ?? []))) throw new Error("the file was changed");
    return plain;
  }
}
