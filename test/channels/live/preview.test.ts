import { expect, test } from "bun:test";
import { GROUP, LiveRig, streaming } from "./rig.ts";

const PARTIAL = streaming({ mode: "partial" });
const text = (number: number) => `These are words enough to begin with, number ${number}.`;
const texts = (rig: LiveRig) => rig.shown.map(([, , what]) => what);

test("a group sees a change at most every four seconds, all its topics together", async () => {
  const rig = new LiveRig(PARTIAL);
  const one = rig.begin({ chat: { ...GROUP, topicId: "1" } });
  const two = rig.begin({ chat: { ...GROUP, topicId: "2" } });
  for (let number = 0; number < 120; number += 1) {
    one.observer.text?.(text(number));
    two.observer.text?.(text(number));
    await rig.pass(100);
  }
  const times = rig.shown.map(([at]) => at);
  expect(times.length).toBeLessThanOrEqual(4);
  expect(times.every((at, index) => index === 0 || at - (times[index - 1] ?? 0) >= 4_000)).toBe(true);
});

test("chats do not wait for each other", () => {
  const rig = new LiveRig(PARTIAL);
  for (const id of ["1", "2", "3"]) rig.begin({ chat: { id, kind: "direct" } }).observer.text?.(text(1));
  expect(rig.shown.map(([at, call]) => [at, call])).toEqual([
    [0, "open"],
    [0, "open"],
    [0, "open"],
  ]);
});

test("a platform that says later is left alone that long, and then sees the newest", async () => {
  const rig = new LiveRig(PARTIAL);
  const { observer } = rig.begin();
  observer.text?.(text(1));
  await rig.pass(1_000);
  rig.fail("update", "busy", 20_000);
  observer.text?.(text(2));
  await rig.pass(500);
  observer.text?.(text(3));
  await rig.pass(25_000);
  expect(rig.shown.map(([at, , what]) => [at, what])).toEqual([
    [0, text(1)],
    [1_000, text(2)],
    [21_000, text(3)],
  ]);
});

test("a connection that is not ready is tried again after a pause, also for the first words", async () => {
  const rig = new LiveRig(PARTIAL);
  rig.fail("open", "not-ready");
  rig.begin().observer.text?.(text(1));
  await rig.pass(6_000);
  expect(rig.shown.map(([at, call]) => [at, call])).toEqual([
    [0, "open"],
    [5_000, "open"],
  ]);
});

test("text the platform cannot read is left out, the next is shown", async () => {
  const rig = new LiveRig(PARTIAL);
  const { observer } = rig.begin();
  observer.text?.(text(1));
  await rig.pass(1_000);
  rig.fail("update", "markup");
  observer.text?.(text(2));
  await rig.pass(1_000);
  observer.text?.(text(3));
  await rig.pass(1_000);
  expect(texts(rig)).toEqual([text(1), text(2), text(3)]);
});

test("a preview that is refused is not tried again, and is not what the answer replaces", async () => {
  const rig = new LiveRig(PARTIAL);
  const reply = rig.begin();
  reply.observer.text?.(text(1));
  await rig.pass(1_000);
  rig.fail("update", "refused");
  reply.observer.text?.(text(2));
  await rig.pass(1_000);
  reply.observer.text?.(text(3));
  await rig.pass(5_000);
  expect(texts(rig)).toEqual([text(1), text(2)]);
  expect(await reply.finish()).toEqual({ discard: { id: 1 } });
});

test("a first message that may have arrived is not sent twice", async () => {
  const rig = new LiveRig(PARTIAL);
  const reply = rig.begin();
  rig.fail("open", "uncertain");
  reply.observer.text?.(text(1));
  await rig.pass(5_000);
  reply.observer.text?.(text(2));
  await rig.pass(5_000);
  expect(texts(rig)).toEqual([text(1)]);
  expect(await reply.finish()).toEqual({});
});

test("the end waits for a change that is under way, so that it does not write over the answer", async () => {
  const rig = new LiveRig(PARTIAL);
  const reply = rig.begin();
  reply.observer.text?.(text(1));
  await rig.pass(1_000);
  rig.held = Promise.withResolvers();
  reply.observer.text?.(text(2));
  await rig.pass(100);
  let ending: unknown;
  void reply.finish().then((value) => (ending = value));
  await rig.pass(1_000);
  expect(ending).toBeUndefined();
  rig.held.resolve();
  await rig.settle();
  expect(ending).toEqual({ replaces: { id: 1 } });
});

test("a change that hangs is not waited for; then the answer does not take its place", async () => {
  const rig = new LiveRig(PARTIAL);
  const reply = rig.begin();
  reply.observer.text?.(text(1));
  await rig.pass(1_000);
  rig.held = Promise.withResolvers();
  reply.observer.text?.(text(2));
  const ending = reply.finish();
  await rig.pass(3_000);
  expect(await ending).toEqual({ discard: { id: 1 } });
});

test("a preview that comes to stand after the end is taken away at once", async () => {
  const rig = new LiveRig(PARTIAL);
  rig.held = Promise.withResolvers();
  const reply = rig.begin();
  reply.observer.text?.(text(1));
  const ending = reply.finish();
  await rig.pass(3_000);
  expect(await ending).toEqual({});
  rig.held.resolve();
  await rig.settle();
  expect(rig.shown.at(-1)).toEqual([3_000, "discard", { id: 1 }]);
  expect(rig.calls.some(({ call }) => call === "keep")).toBe(false);
});

test("a store that cannot keep a preview does not stop it", async () => {
  const rig = new LiveRig(PARTIAL);
  rig.failing.push({ call: "keep", error: new Error("disk full") });
  const reply = rig.begin();
  reply.observer.text?.(text(1));
  await rig.settle();
  expect(await reply.finish()).toEqual({ replaces: { id: 1 } });
});

test("messages that share a turn show one preview in their chat", async () => {
  const rig = new LiveRig(PARTIAL);
  const first = rig.begin();
  const second = rig.begin({ messageId: "101" });
  for (const { observer } of [first, second]) observer.text?.(text(1));
  await rig.pass(2_000);
  expect(texts(rig)).toEqual([text(1)]);
  await first.finish();
  second.observer.text?.(text(2));
  await rig.pass(2_000);
  expect(texts(rig)).toEqual([text(1), text(2)]);
});

test("what is heard after the end changes nothing", async () => {
  const rig = new LiveRig(PARTIAL);
  const reply = rig.begin();
  await reply.finish();
  const before = rig.calls.length;
  reply.observer.started?.();
  reply.observer.text?.(text(1));
  reply.observer.tool?.({ id: "1", name: "exec", phase: "start" });
  await rig.pass(10_000);
  expect(rig.calls.length).toBe(before);
});
