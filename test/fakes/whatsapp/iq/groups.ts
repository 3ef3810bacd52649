import type { Group } from "../state/group.ts";
import { type BinaryNode, bytesOf, node } from "../wire/index.ts";
import { type Ask, Refused } from "./ask.ts";

/** Groups: what they are called, who is in them. */
export function groups(ask: Ask): BinaryNode[] {
  const { world, companion, iq, what } = ask;
  const me = world.account(companion.jid);
  if (what.tag === "participating") {
    const mine = [...world.groups.values()].filter(({ members }) => me && members.has(me));
    return [
      node(
        "groups",
        {},
        mine.map((group) => group.node),
      ),
    ];
  }
  const group = world.groups.get(iq.attrs.to ?? "");
  if (!group) throw new Refused(404, "item-not-found");
  if (!me || !group.members.has(me)) throw new Refused(403, "forbidden");
  return about(group, what);
}

function about(group: Group, what: BinaryNode): BinaryNode[] {
  switch (what.tag) {
    case "query":
      return [group.node];
    case "subject":
      group.subject = bytesOf(what).toString();
      return [];
    case "invite":
      return [node("invite", { code: `code${group.id.split("@")[0]}` })];
    default:
      throw new Refused(501, "feature-not-implemented");
  }
}
