import { getBinaryNodeChild, getBinaryNodeChildren } from "@whiskeysockets/baileys";
import type { Account } from "../state/account.ts";
import { type BinaryNode, bytesOf, node } from "../wire/index.ts";
import type { Ask } from "./ask.ts";

/** Facts about accounts: the devices they have, the numbers that hide theirs, whether they exist at all. */
export function usync({ world, what }: Ask): BinaryNode[] {
  const asked = getBinaryNodeChild(what, "query");
  const protocols = Array.isArray(asked?.content) ? asked.content.map(({ tag }) => tag) : [];
  const users = getBinaryNodeChildren(getBinaryNodeChild(what, "list"), "user").flatMap((user) => {
    const phone = bytesOf(getBinaryNodeChild(user, "contact")).toString().replace(/\D/g, "");
    const jid = user.attrs.jid ?? `${phone}@s.whatsapp.net`;
    const account = world.account(jid);
    if (!account) {
      return protocols.includes("contact") ? [node("user", { jid }, [node("contact", { type: "out" })])] : [];
    }
    return [
      node(
        "user",
        { jid },
        protocols.flatMap((protocol) => fact(protocol, account, jid)),
      ),
    ];
  });
  return [node("usync", what.attrs, [node("result"), node("list", {}, users)])];
}

function fact(protocol: string, account: Account, jid: string): BinaryNode[] {
  switch (protocol) {
    case "devices":
      return [
        node("devices", { version: 2 }, [
          node("device-list", {}, [
            node("device", { id: 0 }),
            ...[...account.companions.keys()].map((id) => node("device", { id, "key-index": id })),
          ]),
        ]),
      ];
    case "lid":
      return jid.endsWith("@lid") ? [] : [node("lid", { val: account.jid("lid") })];
    case "contact":
      return [node("contact", { type: "in" })];
    case "status":
      return [node("status", { t: 0 }, Buffer.from(""))];
    default:
      return [];
  }
}
