import { expect, test } from "bun:test";
import { StoreError } from "../../../src/store/index.ts";
import { within } from "../../support/index.ts";
import { calm, House, message } from "./house.ts";
import { says } from "./stand-ins.ts";

test("what is being settled when the gateway stops is settled; turns that run are left to the next", async () => {
  await using house = await House.open();
  await house.tell(message("first", { messageId: "1" }), message("second", { messageId: "2" }));
  const [first, second] = await house.submitted(2);
  if (!first || !second) throw new Error("no turns");
  const { promise, resolve } = Promise.withResolvers<boolean>();
  house.agents.maySend = () => promise;
  house.agents.end(first.runId, says("one"));
  await calm();
  const stopped = house.inbound.stop(10_000);
  await calm();
  resolve(true);
  await within("the stop", stopped);
  expect(await house.texts()).toEqual(["one"]);
  house.agents.end(second.runId, says("two"));
  await calm();
  expect(await house.texts()).toEqual(["one"]);
  await house.restart();
  await house.settled();
  expect(await house.texts()).toEqual(["one", "two"]);
});

test("a stop ends within its budget, whatever hangs, and shows nothing any more", async () => {
  await using house = await House.open();
  await house.tell(message("runs", { messageId: "1" }));
  await house.submitted(1);
  house.agents.submit = () => new Promise(() => undefined);
  await house.tell(message("hangs", { messageId: "2" }));
  await calm();
  const stopped = house.inbound.stop(3_000);
  await calm();
  house.clock.advance(3_000);
  await within("the stop", stopped);
  expect(await house.ends()).toEqual(["message:777:1: waiting", "message:777:2: waiting"]);
});

test("previews and typing end with the gateway", async () => {
  await using house = await House.open();
  await house.tell(message("runs"));
  await house.submitted(1);
  await calm();
  await house.inbound.stop(1_000);
  expect(house.live.finished).toBe(1);
});

test("a store that takes nothing does not hold up a stop, and nothing is lost by it", async () => {
  await using house = await House.open();
  house.agents.answer = () => says("hi");
  const full = async () => {
    throw new StoreError("disk-full", "The disk is full.");
  };
  house.faults = { settle: full };
  await house.tell(message("hello"));
  await house.submitted(1);
  await calm();
  const stopped = house.inbound.stop(2_000);
  await calm();
  house.clock.advance(2_000);
  await within("the stop", stopped);
  house.faults = {};
  await house.restart();
  await house.settled();
  expect(await house.texts()).toEqual(["hi"]);
});

test("an agent that stops refuses, and the message is there for the next start, uncounted", async () => {
  await using house = await House.open();
  house.agents.refuse = () => ({ reason: "The gateway is shutting down.", stopping: true });
  await house.tell(message("late"));
  await calm();
  house.clock.advance(60_000);
  await calm();
  const [row] = await house.store.inbox.waiting();
  expect(row).toMatchObject({ attempts: 0, state: "waiting" });
  house.agents.refuse = undefined;
  house.agents.answer = () => says("here");
  await house.restart();
  await house.settled();
  expect(await house.texts()).toEqual(["here"]);
});

test("a message that a person takes out of the queue is not said", async () => {
  await using house = await House.open();
  await house.tell(message("a".repeat(4_000), { messageId: "1" }));
  await calm();
  const [row] = await house.store.inbox.waiting();
  if (row) await house.store.inbox.drop(row.id);
  house.clock.advance(1_500);
  await calm();
  expect(house.agents.submitted).toEqual([]);
  expect(await house.ends()).toEqual(["message:777:1: dropped"]);
  expect(house.inbound.status().open).toBe(0);
});

test("whoever waits for room is let go when the account ends", async () => {
  await using house = await House.open();
  house.connection = undefined;
  await house.tell(...Array.from({ length: 1_000 }, (_, index) => message("x", { messageId: `s${index}` })));
  const controller = new AbortController();
  const ready = house.inbound.ready("telegram", "default", controller.signal);
  controller.abort();
  await within("the end of waiting", ready);
});
