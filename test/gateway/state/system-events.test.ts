import { expect, test } from "bun:test";
import { SystemEvents } from "../../../src/gateway/state/system-events.ts";
import type { SessionKey } from "../../../src/protocol/index.ts";
import { ManualClock } from "../../support/index.ts";

const key = (name: string) => `agent:main:${name}` as SessionKey;

test("a crowd in one chat takes no note from another, and all chats together fill no memory", () => {
  const events = new SystemEvents(new ManualClock(), () => key("main"));
  events.add("wake up");
  for (let count = 0; count < 100; count += 1) events.add(`fire ${count}`, key("group"));
  expect(events.list().map(({ text }) => text)).toEqual(["wake up"]);
  expect(events.of(key("group"))).toHaveLength(20);
  expect(events.of(key("group")).at(-1)?.text).toBe("fire 99");
  for (let chat = 0; chat < 3_000; chat += 1) events.add("hi", key(`group-${chat}`));
  const kept = Array.from({ length: 3_000 }, (_, chat) => events.of(key(`group-${chat}`)).length);
  expect(kept.reduce((sum, count) => sum + count, 0)).toBe(2_000);
});
