import type { Sender } from "../../sender.ts";
import type { ToolLists } from "./tool-list.ts";

type SenderRules = Readonly<Record<string, ToolLists>> | undefined;

/**
 * The lists for a sender; all of them apply. An entry for who they provably are (`channel:<channel>:<id>`, `id:<id>`,
 * `e164:<number>`, in this order; a key without a prefix is an id) stands for itself. A name can be chosen by anybody, so
 * an entry for `username:` or `name:` never takes the place of the one for `*`: it can only forbid more.
 */
export function senderLists(sender: Sender, rules: SenderRules): readonly ToolLists[] | undefined {
  if (!rules) return undefined;
  const entries = new Map(Object.entries(rules).map(([key, lists]) => [key.trim().toLowerCase(), lists]));
  const id = sender.id.toLowerCase();
  const proven = [`channel:${sender.channel.toLowerCase()}:${id}`, `id:${id}`, `e164:${id}`, id];
  for (const key of proven) {
    const lists = entries.get(key);
    if (lists && key !== "*") return [lists];
  }
  const claimed = [
    sender.username === undefined ? undefined : `username:${sender.username.toLowerCase().replace(/^@/, "")}`,
    sender.name === undefined ? undefined : `name:${sender.name.toLowerCase()}`,
    "*",
  ];
  const found = claimed.flatMap((key) => (key === undefined ? [] : (entries.get(key) ?? [])));
  return found.length > 0 ? found : undefined;
}
