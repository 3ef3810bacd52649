import { Curve, getBinaryNodeChild, hmacSign, proto } from "@whiskeysockets/baileys";
import { randomBytes } from "node:crypto";
import type { Account } from "../state/account.ts";
import { type BinaryNode, bytesOf, type Connection, node, seconds } from "../wire/index.ts";

/** What the account signs, and what the device signs, begins with two bytes of its own. */
const ACCOUNT_PREFIX = Buffer.from([6, 0]);
const DEVICE_PREFIX = Buffer.from([6, 1]);

/** A QR code shows so many references one after the other until none is left. */
const REFS = 6;

/** What a QR code says. */
export interface QrCode {
  readonly ref: string;
  readonly noiseKey: Buffer;
  readonly identity: Buffer;
  readonly secret: Buffer;
}

/** Reads the text of a QR code. @throws when it is none of WhatsApp's */
export function readQr(text: string): QrCode {
  const [ref, noiseKey, identity, secret] = text.slice(text.indexOf("#") + 1).split(",");
  if (!ref || !noiseKey || !identity || !secret) throw new Error("this is no QR code for linking a device");
  return {
    ref,
    noiseKey: Buffer.from(noiseKey, "base64"),
    identity: Buffer.from(identity, "base64"),
    secret: Buffer.from(secret, "base64"),
  };
}

/** A device on the line that wants to be linked. */
export class Applicant {
  readonly refs = new Set<string>();
  #signed: ((signed: BinaryNode) => void) | undefined;

  constructor(readonly connection: Connection) {
    this.offer();
  }

  /** Gives it references for its QR code; those before are worth nothing any more. */
  offer(): void {
    this.refs.clear();
    while (this.refs.size < REFS) this.refs.add(`2@${randomBytes(48).toString("base64url")}`);
    const refs = [...this.refs].map((ref) => node("ref", {}, Buffer.from(ref)));
    this.connection.send(
      node("iq", { from: "s.whatsapp.net", type: "set", xmlns: "md", id: `pair-${this.refs.size}` }, [
        node("pair-device", {}, refs),
      ]),
    );
  }

  /** Takes the answer to an offer. */
  answered(iq: BinaryNode): void {
    if (getBinaryNodeChild(iq, "pair-device-sign")) this.#signed?.(iq);
  }

  /** Vouches for it in the name of `account`, and waits for its signature. @throws when that is wrong */
  async admit(account: Account, code: QrCode, device: number): Promise<void> {
    const { signedIdentityKey } = account.primary.creds;
    const accountKey = Buffer.from(signedIdentityKey.public);
    const details = proto.ADVDeviceIdentity.encode({
      rawId: device,
      timestamp: seconds(),
      keyIndex: device,
    }).finish();
    const accountSignature = Curve.sign(
      signedIdentityKey.private,
      Buffer.concat([ACCOUNT_PREFIX, details, code.identity]),
    );
    const identity = proto.ADVSignedDeviceIdentity.encode({
      details,
      accountSignatureKey: accountKey,
      accountSignature,
    }).finish();
    const sealed = proto.ADVSignedDeviceIdentityHMAC.encode({
      details: identity,
      hmac: hmacSign(identity, code.secret),
    }).finish();
    const { promise, resolve } = Promise.withResolvers<BinaryNode>();
    this.#signed = resolve;
    this.connection.send(
      node("iq", { from: "s.whatsapp.net", type: "set", id: `success-${device}`, t: seconds() }, [
        node("pair-success", {}, [
          node("device-identity", {}, sealed),
          node("platform", { name: "android" }),
          node("device", { jid: account.jid("pn", device), lid: account.jid("lid", device) }),
        ]),
      ]),
    );
    const answer = getBinaryNodeChild(await promise, "pair-device-sign");
    const signed = proto.ADVSignedDeviceIdentity.decode(
      bytesOf(getBinaryNodeChild(answer, "device-identity")),
    );
    const proved = Buffer.concat([DEVICE_PREFIX, details, code.identity, accountKey]);
    if (!Curve.verify(code.identity, proved, signed.deviceSignature ?? Buffer.alloc(0))) {
      throw new Error("the device signed its identity wrongly");
    }
  }
}
