import { getBinaryNodeChildren } from "@whiskeysockets/baileys";
import { type BinaryNode, node } from "../wire/index.ts";
import { type Ask, Refused } from "./ask.ts";

/** The account's choices; who may see what. */
const PRIVACY = ["readreceipts", "profile", "status", "online", "last", "groupadd", "calladd"];

export function privacy({ iq, what }: Ask): BinaryNode[] {
  if (iq.attrs.type === "set") return [];
  return [
    node(
      what.tag,
      {},
      PRIVACY.map((name) => node("category", { name, value: "all" })),
    ),
  ];
}

export function blocklist({ iq }: Ask): BinaryNode[] {
  return iq.attrs.type === "get" ? [node("list")] : [];
}

/** The server's switches; none is set. */
export function props(): BinaryNode[] {
  return [node("props", { protocol: 1, hash: "fake" })];
}

/** Nobody has a picture. */
export function picture(): BinaryNode[] {
  throw new Refused(404, "item-not-found");
}

/** Chats' archive, mute and the like: nothing was ever changed, and what is changed here is taken and forgotten. */
export function appState({ companion, what }: Ask): BinaryNode[] {
  companion.hasSynced = true;
  companion.changed();
  return [
    node(
      "sync",
      {},
      getBinaryNodeChildren(what, "collection").map(({ attrs }) =>
        node("collection", { name: attrs.name, version: attrs.version, type: "result" }),
      ),
    ),
  ];
}

/** Where files are brought to. */
export function mediaHosts({ world }: Ask): BinaryNode[] {
  return [
    node("media_conn", { auth: "fake-auth", ttl: 3600, auth_ttl: 3600, max_buckets: 12 }, [
      node("host", { hostname: world.media.host, maxContentLengthBytes: 100_000_000 }),
    ]),
  ];
}

/** Questions asked as GraphQL; no account is restricted. */
export function mex(): BinaryNode[] {
  const restriction = { is_active: false, enforcement_type: "DEFAULT" };
  const data = { xwa2_fetch_account_reachout_timelock: restriction };
  return [node("result", {}, Buffer.from(JSON.stringify({ data })))];
}
