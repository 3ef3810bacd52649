import { getBinaryNodeChild, getBinaryNodeChildren, jidDecode } from "@whiskeysockets/baileys";
import { bundleNodes, onceKeysOf, signedKeyOf } from "../signal/index.ts";
import { type BinaryNode, bytesOf, node } from "../wire/index.ts";
import { type Ask, Refused } from "./ask.ts";

/** Keys: what a device uploads of its own, and what it asks for of others. */
export async function encrypt(ask: Ask): Promise<BinaryNode[]> {
  const { what, iq, companion } = ask;
  switch (what.tag) {
    case "count":
      return [node("count", { value: companion.onceKeys })];
    case "digest":
      return [node("digest", {}, [node("registration"), node("hash", {}, Buffer.alloc(20))])];
    case "rotate":
      companion.rotate(signedKeyOf(getBinaryNodeChild(what, "skey")));
      return [];
    case "key":
      return [
        node(
          "list",
          {},
          await Promise.all(getBinaryNodeChildren(what, "user").map((user) => keysOf(ask, user))),
        ),
      ];
    case "registration":
      companion.upload(
        {
          registrationId: bytesOf(what).readUInt32BE(),
          identity: bytesOf(getBinaryNodeChild(iq, "identity")),
          signed: signedKeyOf(getBinaryNodeChild(iq, "skey")),
        },
        onceKeysOf(iq),
      );
      return [];
    default:
      throw new Refused(400, `encrypt has no ${what.tag}`);
  }
}

async function keysOf({ world }: Ask, { attrs }: BinaryNode): Promise<BinaryNode> {
  const account = world.account(attrs.jid);
  const device = jidDecode(attrs.jid)?.device ?? 0;
  if (!account)
    return node("user", { jid: attrs.jid }, [node("error", { code: 404, text: "item-not-found" })]);
  const bundle = device === 0 ? await account.primary.bundle() : account.companions.get(device)?.takeBundle();
  if (!bundle)
    return node("user", { jid: attrs.jid }, [node("error", { code: 406, text: "not-acceptable" })]);
  return node("user", { jid: attrs.jid, t: 0 }, bundleNodes(bundle));
}
