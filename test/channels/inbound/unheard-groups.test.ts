import { expect, test } from "bun:test";
import type { Chat } from "../../../src/channels/index.ts";
import { UnheardGroups } from "../../../src/channels/inbound/unheard-groups.ts";
import { UNHEARD_GROUPS_MAX } from "../../../src/channels/inbound/limits.ts";
import { silentLogger } from "../../../src/lib/logger.ts";

function told() {
  const lines: unknown[] = [];
  const groups = new UnheardGroups({ ...silentLogger, info: (_, fields) => void lines.push(fields) });
  const account = { channel: "telegram", id: "default" };
  const refused = (chat: Chat, isMention = true, reason = "no") =>
    groups.refused({ account, chat }, { kind: "message", isMention }, reason);
  return { lines, refused };
}

test("the log names a group that calls the bot and is not heard, once for each reason", () => {
  const { lines, refused } = told();
  const group: Chat = { id: "-100", kind: "group", title: "Kitchen" };
  refused(group);
  refused(group);
  refused(group, true, "the sender is not allowed");
  expect(lines).toEqual([
    { reason: "no", channel: "telegram", account: "default", chatId: "-100", title: "Kitchen" },
    expect.objectContaining({ reason: "the sender is not allowed" }),
  ]);
});

test("nothing is told of people, of what was not meant for the bot, and of more groups than anybody reads of", () => {
  const { lines, refused } = told();
  refused({ id: "7", kind: "direct" });
  refused({ id: "-1", kind: "group" }, false);
  expect(lines).toEqual([]);
  for (let id = 0; id < UNHEARD_GROUPS_MAX + 5; id += 1) refused({ id: `-${id}`, kind: "group" });
  expect(lines).toHaveLength(UNHEARD_GROUPS_MAX);
});
