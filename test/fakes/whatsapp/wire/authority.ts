import { Curve, proto } from "@whiskeysockets/baileys";

const { Details } = proto.CertChain.NoiseCertificate;

/** The serial of the root key, which clients compare. */
const ROOT_SERIAL = 0;
const INTERMEDIATE_SERIAL = 1;
const LEAF_SERIAL = 2;

/** Who vouches for the server's key: a root of the fake's own, which clients must be told to believe. */
export class Authority {
  readonly #root = Curve.generateKeyPair();
  readonly #intermediate = Curve.generateKeyPair();

  /** The public key of the root, 32 bytes. */
  get rootKey(): Buffer {
    return Buffer.from(this.#root.public);
  }

  /** The chain for the server's static key, encoded as the handshake carries it. */
  chainFor(staticKey: Uint8Array): Uint8Array {
    const intermediate = Details.encode({
      serial: INTERMEDIATE_SERIAL,
      issuerSerial: ROOT_SERIAL,
      key: this.#intermediate.public,
    }).finish();
    const leaf = Details.encode({
      serial: LEAF_SERIAL,
      issuerSerial: INTERMEDIATE_SERIAL,
      key: staticKey,
    }).finish();
    return proto.CertChain.encode({
      intermediate: { details: intermediate, signature: Curve.sign(this.#root.private, intermediate) },
      leaf: { details: leaf, signature: Curve.sign(this.#intermediate.private, leaf) },
    }).finish();
  }
}
