import {
  aesDecryptGCM,
  aesEncryptGCM,
  Curve,
  hkdf,
  NOISE_MODE,
  NOISE_WA_HEADER,
  proto,
  sha256,
} from "@whiskeysockets/baileys";
import type { Authority } from "./authority.ts";

const NOTHING = Buffer.alloc(0);
const IV_BYTES = 12;

/** One direction of an open connection: every message has the next nonce. */
class Cipher {
  #count = 0;

  constructor(readonly key: Uint8Array) {}

  encrypt(plain: Uint8Array): Buffer {
    return aesEncryptGCM(plain, this.key, ivOf(this.#count++), NOTHING);
  }

  decrypt(cipher: Uint8Array): Buffer {
    return aesDecryptGCM(cipher, this.key, ivOf(this.#count++), NOTHING);
  }
}

/** Both directions, seen from the server, and what the client said of itself. */
export interface Handshaken {
  readonly incoming: Cipher;
  readonly outgoing: Cipher;
  /** The client's long-lived Noise key, by which its device is known. */
  readonly clientKey: Buffer;
  readonly payload: proto.ClientPayload;
}

/** The answering side of `Noise_XX_25519_AESGCM_SHA256` as WhatsApp speaks it. */
export class NoiseResponder {
  readonly #authority: Authority;
  readonly #ephemeral = Curve.generateKeyPair();
  readonly #static = Curve.generateKeyPair();
  #hash: Buffer = Buffer.from(NOISE_MODE);
  #salt: Uint8Array = this.#hash;
  #key: Uint8Array = this.#hash;
  #count = 0;

  constructor(authority: Authority) {
    this.#authority = authority;
  }

  /** Answers the client's hello. */
  hello(frame: Uint8Array): Uint8Array {
    const clientEphemeral = proto.HandshakeMessage.decode(frame).clientHello?.ephemeral;
    if (!clientEphemeral) throw new Error("a handshake begins with the client's hello");
    this.#authenticate(NOISE_WA_HEADER);
    this.#authenticate(clientEphemeral);
    this.#authenticate(this.#ephemeral.public);
    this.#mix(Curve.sharedKey(this.#ephemeral.private, clientEphemeral));
    const key = this.#encrypt(this.#static.public);
    this.#mix(Curve.sharedKey(this.#static.private, clientEphemeral));
    const payload = this.#encrypt(this.#authority.chainFor(this.#static.public));
    return proto.HandshakeMessage.encode({
      serverHello: { ephemeral: this.#ephemeral.public, static: key, payload },
    }).finish();
  }

  /** Takes the client's last word; from now on both speak with keys of their own. */
  finish(frame: Uint8Array): Handshaken {
    const finish = proto.HandshakeMessage.decode(frame).clientFinish;
    if (!finish?.static || !finish.payload) throw new Error("the client did not finish the handshake");
    const clientKey = this.#decrypt(finish.static);
    this.#mix(Curve.sharedKey(this.#ephemeral.private, clientKey));
    const payload = proto.ClientPayload.decode(this.#decrypt(finish.payload));
    const [incoming, outgoing] = this.#split(NOTHING);
    return { incoming: new Cipher(incoming), outgoing: new Cipher(outgoing), clientKey, payload };
  }

  #authenticate(data: Uint8Array): void {
    this.#hash = sha256(Buffer.concat([this.#hash, data]));
  }

  #split(secret: Uint8Array): [Uint8Array, Uint8Array] {
    const both = hkdf(secret, 64, { salt: this.#salt, info: "" });
    return [both.subarray(0, 32), both.subarray(32)];
  }

  #mix(secret: Uint8Array): void {
    [this.#salt, this.#key] = this.#split(secret);
    this.#count = 0;
  }

  #encrypt(plain: Uint8Array): Buffer {
    const cipher = aesEncryptGCM(plain, this.#key, ivOf(this.#count++), this.#hash);
    this.#authenticate(cipher);
    return cipher;
  }

  #decrypt(cipher: Uint8Array): Buffer {
    const plain = aesDecryptGCM(cipher, this.#key, ivOf(this.#count++), this.#hash);
    this.#authenticate(cipher);
    return plain;
  }
}

function ivOf(count: number): Buffer {
  const iv = Buffer.alloc(IV_BYTES);
  iv.writeUInt32BE(count, IV_BYTES - 4);
  return iv;
}
