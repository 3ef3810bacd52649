import {
  encodeBigEndian,
  generateSignalPubKey,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  KEY_BUNDLE_TYPE,
  type SignalRepositoryWithLIDStore,
} from "@whiskeysockets/baileys";
import { type BinaryNode, bytesOf, node } from "../wire/index.ts";

/** A session as Signal is told of it. */
export type E2ESession = Parameters<SignalRepositoryWithLIDStore["injectE2ESession"]>[0]["session"];

/** A public key with its number. */
export interface NumberedKey {
  readonly id: number;
  readonly value: Uint8Array;
}

/** What somebody must know of a device to write to it for the first time. */
export interface KeyBundle {
  readonly registrationId: number;
  readonly identity: Uint8Array;
  readonly signed: NumberedKey & { readonly signature: Uint8Array };
  /** Can be used once; a device that has run out of them can be written to nevertheless. */
  readonly once?: NumberedKey | undefined;
}

/** As a session is begun with it. */
export function sessionOf({ registrationId, identity, signed, once }: KeyBundle): E2ESession {
  return {
    registrationId,
    identityKey: generateSignalPubKey(identity),
    signedPreKey: {
      keyId: signed.id,
      publicKey: generateSignalPubKey(signed.value),
      signature: signed.signature,
    },
    ...(once ? { preKey: { keyId: once.id, publicKey: generateSignalPubKey(once.value) } } : {}),
  };
}

/** As the server hands it out. */
export function bundleNodes({ registrationId, identity, signed, once }: KeyBundle): BinaryNode[] {
  return [
    node("registration", {}, encodeBigEndian(registrationId)),
    node("type", {}, KEY_BUNDLE_TYPE),
    node("identity", {}, identity),
    node("skey", {}, [...keyNodes(signed), node("signature", {}, signed.signature)]),
    ...(once ? [node("key", {}, keyNodes(once))] : []),
  ];
}

function keyNodes({ id, value }: NumberedKey): BinaryNode[] {
  return [node("id", {}, encodeBigEndian(id, 3)), node("value", {}, value)];
}

/** A numbered key out of a `skey` or `key` node. */
export function keyOf(holder: BinaryNode | undefined): NumberedKey {
  const id = bytesOf(getBinaryNodeChild(holder, "id"));
  return { id: id.readUIntBE(0, id.length), value: bytesOf(getBinaryNodeChild(holder, "value")) };
}

/** The signed key of a `skey` node. */
export function signedKeyOf(holder: BinaryNode | undefined): KeyBundle["signed"] {
  return { ...keyOf(holder), signature: bytesOf(getBinaryNodeChild(holder, "signature")) };
}

/** The one-time keys in an upload. */
export function onceKeysOf(upload: BinaryNode): NumberedKey[] {
  return getBinaryNodeChildren(getBinaryNodeChild(upload, "list"), "key").map((key) => keyOf(key));
}
