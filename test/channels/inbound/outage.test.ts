import { expect, test } from "bun:test";
import { until } from "../../support/index.ts";
import { calm, House, message } from "./house.ts";
import { says, unreachable } from "./stand-ins.ts";

const OUTAGE = /cannot be reached/;

test("a message no provider could answer is said again until one does; the person is told once", async () => {
  await using house = await House.open();
  house.agents.answer = () => unreachable;
  await house.tell(message("hello", { messageId: "1" }));
  await until("ten minutes to pass", async () => {
    house.clock.advance(20_000);
    await calm();
    return house.agents.submitted.length >= 7;
  });
  const first = "telegram:bot:4242:message:777:1";
  expect(house.agents.submitted.slice(0, 3).map(({ runId, retryOf }) => [runId, retryOf])).toEqual([
    [first, undefined],
    [`${first}~2`, first],
    [`${first}~3`, first],
  ] as never);
  expect(house.inbound.status().outages).toMatchObject([
    { channel: "telegram", accountId: "default", chats: 1, error: "The provider was not reached." },
  ]);
  const [row] = await house.store.inbox.waiting();
  expect(row?.attempts).toBe(0);
  house.agents.answer = () => says("back again");
  house.clock.advance(600_000);
  await house.settled();
  expect(await house.texts()).toMatchObject([expect.stringMatching(OUTAGE), "back again"]);
  expect(house.inbound.status().outages).toEqual([]);
  // The next outage is told again.
  house.agents.answer = () => unreachable;
  await house.tell(message("and now?"));
  await until("another notice", async () => (await house.texts()).length === 3);
});

test("an outage outlives the process: the try, the wait and the notice", async () => {
  await using house = await House.open();
  house.agents.answer = () => unreachable;
  await house.tell(message("one"), message("two"));
  await until("the first one to have failed", () => house.agents.submitted.length === 1);
  await until("it to be put off", async () =>
    (await house.store.inbox.waiting()).some(({ notBefore }) => notBefore > house.clock.now()),
  );
  await house.restart();
  await calm();
  // What came after it waits behind it.
  expect(house.agents.submitted.length).toBe(1);
  house.clock.advance(5_000);
  await until("the next try", () => house.agents.submitted.length === 2);
  await calm();
  expect((await house.texts()).length).toBe(1);
  house.agents.answer = ({ text }) => says(`re: ${text}`);
  house.clock.advance(10_000);
  await house.settled();
  expect((await house.texts()).slice(1)).toEqual(["re: one", "re: two"]);
});

test("one answer that came about says that the provider is back: others of the agent do not wait longer", async () => {
  await using house = await House.open();
  house.agents.answer = () => unreachable;
  await house.tell(message("waits"));
  for (let advance = 0; advance < 12; advance += 1) {
    house.clock.advance(60_000);
    await calm();
  }
  const tries = house.agents.submitted.length;
  house.clock.advance(6_000);
  await calm();
  expect(house.agents.submitted.length).toBe(tries);
  house.agents.answer = ({ text }) => says(`re: ${text}`);
  await house.tell(
    message("quick", { chat: { id: "888", kind: "direct" }, sender: { id: "888", isBot: false } }),
  );
  await house.settled();
  expect((await house.texts()).slice(1)).toEqual(["re: quick", "re: waits"]);
});

test("after a day the failure is the answer", async () => {
  await using house = await House.open();
  house.agents.answer = () => unreachable;
  await house.tell(message("hello", { messageId: "1" }));
  await until("the failure", async () => {
    house.clock.advance(600_000);
    await calm();
    return (await house.texts()).length === 2;
  });
  expect((await house.texts())[1]).toBe("The provider was not reached.");
  expect(await house.ends()).toEqual(["message:777:1: failed"]);
});

test("stop ends what waits for a provider, and the status forgets it", async () => {
  await using house = await House.open();
  house.agents.answer = () => unreachable;
  house.agents.onCommand = (text) => (text === "/stop" ? { kind: "text", text: "aborted" } : undefined);
  await house.tell(message("hello", { messageId: "1" }));
  await until("the outage", () => house.inbound.status().outages.length === 1);
  await calm();
  await house.tell(message("/stop", { messageId: "2" }));
  await until("the stop", async () => (await house.texts()).length === 2);
  house.clock.advance(5_000);
  await house.settled();
  expect(await house.ends()).toEqual(["message:777:1: stopped", "message:777:2: command"]);
  expect(house.inbound.status()).toEqual({ open: 0, turns: 0, outages: [] });
});

test("other failures are answered at once, by errorPolicy", async () => {
  const failed = {
    status: "error",
    replies: [],
    failure: { text: "It is broken.", isTransient: false },
  } as const;
  await using house = await House.open({ settings: { silentErrorReplies: true } as never });
  house.agents.answer = () => failed;
  await house.tell(message("1"), message("2"));
  await house.settled();
  expect(await house.sent()).toMatchObject([
    { text: "It is broken.", silent: true },
    { text: "It is broken.", silent: true },
  ]);
  house.gate.rule = { errorPolicy: "once" };
  await house.tell(message("3"), message("4"));
  await house.settled();
  expect((await house.texts()).length).toBe(3);
  house.clock.advance(4 * 3_600_000);
  await house.tell(message("5"));
  await house.settled();
  expect((await house.texts()).length).toBe(4);
  house.gate.rule = { errorPolicy: "silent" };
  await house.tell(message("6"));
  await house.settled();
  expect((await house.texts()).length).toBe(4);
});

test("a chat that hears of no errors hears of no outage either", async () => {
  await using house = await House.open();
  house.gate.rule = { errorPolicy: "silent" };
  house.agents.answer = () => unreachable;
  await house.tell(message("hello"));
  await until("the outage", () => house.inbound.status().outages.length === 1);
  await calm();
  expect(await house.texts()).toEqual([]);
});

test("what the store did not take is said again at once and in its place, and is no outage of a provider", async () => {
  await using house = await House.open();
  const local = { ...unreachable, failure: { text: "The disk is full.", isTransient: true, isLocal: true } };
  house.agents.answer = () => local;
  const { postpone } = house.store.inbox;
  const held = Promise.withResolvers<void>();
  house.store.inbox.postpone = async (...why) => {
    await held.promise;
    return postpone.apply(house.store.inbox, why);
  };
  await house.tell(message("one"), message("two"));
  await until("the first one to have failed", () => house.agents.submitted.length === 1);
  await calm();
  await house.tell(message("three"));
  house.agents.answer = ({ text }) => says(`re: ${text}`);
  house.clock.advance(250);
  await house.settled();
  expect(await house.texts()).toEqual(["re: one", "re: two", "re: three"]);
  expect(house.inbound.status().outages).toEqual([]);
  held.resolve();
});

test("a turn that asks its model again and again is told of before it gives up, and no more once it is over", async () => {
  await using house = await House.open();
  await house.tell(message("hello"));
  const [turn] = await house.submitted(1);
  turn?.observer?.retrying?.("mock/mock-1 was not reached");
  expect(house.inbound.status().outages).toMatchObject([
    { channel: "telegram", accountId: "default", chats: 1, error: "mock/mock-1 was not reached" },
  ]);
  house.agents.end(house.agents.running[0] ?? ("" as never), says("hi"));
  await house.settled();
  expect(house.inbound.status().outages).toEqual([]);
  expect(await house.texts()).toEqual(["hi"]);
});
