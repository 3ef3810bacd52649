import { type BinaryNode, node } from "../wire/index.ts";
import type { Encrypted } from "./peer.ts";

/** How something encrypted stands in a stanza. */
export function encNode(
  { type, content }: Encrypted,
  attrs: Record<string, string | undefined> = {},
): BinaryNode {
  return node("enc", { v: "2", type, ...attrs }, content);
}

/** What an encrypted node holds. @throws on a type that WhatsApp does not have */
export function encryptedOf({ attrs, content }: BinaryNode): Encrypted {
  const { type } = attrs;
  if ((type !== "pkmsg" && type !== "msg" && type !== "skmsg") || !(content instanceof Uint8Array)) {
    throw new Error(`nothing encrypted of type ${type}`);
  }
  return { type, content };
}
