import { expect, test } from "bun:test";
import { KeptConnections } from "../../../../src/channels/telegram/client/kept-connections.ts";
import { ManualClock } from "../../../support/index.ts";

test("a message takes a kept connection only while it surely lives, or when none can be left", () => {
  const clock = new ManualClock();
  const kept = new KeptConnections(clock);
  expect(kept.mayReuse("sendMessage")).toBe(true);
  kept.used();
  clock.advance(60_000);
  expect(kept.mayReuse("sendMessage")).toBe(true);
  clock.advance(1);
  expect(kept.mayReuse("sendMessage")).toBe(false);
  expect(kept.mayReuse("getUpdates")).toBe(true);
  expect(kept.mayReuse("sendChatAction")).toBe(true);
  clock.advance(260_000);
  expect(kept.mayReuse("sendMessage")).toBe(true);
});

test("after a sleep messages take connections of their own until none from before is left", () => {
  const clock = new ManualClock();
  const kept = new KeptConnections(clock);
  kept.used();
  kept.distrust();
  expect([kept.mayReuse("sendPhoto"), kept.mayReuse("editMessageText")]).toEqual([false, true]);
  clock.advance(319_000);
  kept.used();
  expect(kept.mayReuse("sendPhoto")).toBe(false);
  clock.advance(1_000);
  expect(kept.mayReuse("sendPhoto")).toBe(true);
});
