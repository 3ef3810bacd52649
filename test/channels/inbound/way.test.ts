import { expect, test } from "bun:test";
import { MAX_OPEN_TURNS } from "../../../src/channels/inbound/limits.ts";
import { StoreError } from "../../../src/store/index.ts";
import { until, within } from "../../support/index.ts";
import { calm, House, message } from "./house.ts";
import { says } from "./stand-ins.ts";

test("a message becomes a turn, and its answer is in the outbox in the moment the row is over", async () => {
  await using house = await House.open();
  await house.tell(message("hello", { messageId: "100" }));
  const [turn] = await house.submitted(1);
  expect(turn).toMatchObject({
    channel: "telegram",
    runId: "telegram:bot:4242:message:777:100",
    agentId: "main",
    sessionKey: "agent:main:telegram:direct:777",
    text: "hello",
    chatKind: "direct",
    media: [],
    speaker: { person: { id: "777" }, isOwner: true, isAuthorized: true, accountId: "default", to: "777" },
  });
  expect(turn?.context).toBeUndefined();
  house.agents.end(house.agents.running[0] ?? ("" as never), says("hi"));
  await house.settled();
  expect(await house.ends()).toEqual(["message:777:100: answered"]);
  expect(await house.sent()).toMatchObject([{ text: "hi", chatId: "777", origin: "reply" }]);
  expect(house.deliveries.dispatched.map(({ summary }) => summary)).toEqual(["hi"]);
  expect(house.traffic).toEqual(["default:in"]);
  expect(house.inbound.status()).toEqual({ open: 0, turns: 0, outages: [] });
});

test("what is told twice is answered once", async () => {
  await using house = await House.open();
  house.agents.answer = ({ text }) => says(`re: ${text}`);
  const one = message("once");
  await house.tell(one);
  await house.settled();
  await house.tell(one, message("next"));
  await house.settled();
  expect(await house.texts()).toEqual(["re: once", "re: next"]);
});

test("the next message of a chat is submitted as soon as the one before was accepted", async () => {
  await using house = await House.open();
  await house.tell(message("first"), message("second"));
  const turns = await house.submitted(2);
  expect(turns.map(({ text }) => text)).toEqual(["first", "second"]);
  expect(await house.texts()).toEqual([]);
});

test("a crowd of messages waits where none is forgotten: the agents are given as many as they can keep", async () => {
  await using house = await House.open();
  const said = Array.from({ length: 40 }, (_, index) => message(`no. ${index}`));
  await house.tell(...said);
  await house.submitted(MAX_OPEN_TURNS);
  await calm();
  expect(house.agents.running).toHaveLength(MAX_OPEN_TURNS);
  house.agents.end(house.agents.running[0] ?? ("" as never), says("re: no. 0"));
  await house.submitted(MAX_OPEN_TURNS + 1);
  house.agents.answer = ({ text }) => says(`re: ${text}`);
  for (const runId of house.agents.running) {
    house.agents.end(runId, says(`re: ${house.agents.submitted.find((turn) => turn.runId === runId)?.text}`));
  }
  await house.settled();
  expect(await house.texts()).toEqual(said.map((_, index) => `re: no. ${index}`));
});

test("a turn that several messages share is answered once", async () => {
  await using house = await House.open();
  await house.tell(message("first", { messageId: "1" }), message("second", { messageId: "2" }));
  const [first, second] = await house.submitted(2);
  if (!first || !second) throw new Error("no turns");
  house.agents.end(first.runId, says("both"));
  house.agents.end(second.runId, { ...says("both"), answeredBy: first.runId });
  await house.settled();
  expect(await house.texts()).toEqual(["both"]);
  expect(await house.ends()).toEqual(["message:777:1: answered", "message:777:2: shared"]);
});

test("answers of a chat go out in the order in which they came about, even if a preview ends slowly", async () => {
  await using house = await House.open();
  await house.tell(message("first"), message("second"));
  const [first, second] = await house.submitted(2);
  if (!first || !second) throw new Error("no turns");
  let release = () => {};
  house.agents.maySend = () => {
    house.agents.maySend = async () => true;
    return new Promise((resolve) => {
      release = () => resolve(true);
    });
  };
  house.agents.end(first.runId, says("one"));
  house.agents.end(second.runId, says("two"));
  await calm();
  expect(await house.texts()).toEqual([]);
  release();
  await house.settled();
  expect(await house.texts()).toEqual(["one", "two"]);
});

test("what nobody may answer is not answered", async () => {
  await using house = await House.open();
  house.agents.mute = true;
  house.agents.answer = () => says("hidden");
  await house.tell(message("hello", { messageId: "1" }));
  await house.settled();
  expect(await house.ends()).toEqual(["message:777:1: muted"]);
  expect(await house.texts()).toEqual([]);
  expect(house.live.scenes).toEqual([]);
});

test("rows of an account that does not run wait for it", async () => {
  await using house = await House.open();
  house.agents.answer = () => says("here");
  const { connection } = house;
  house.connection = undefined;
  await house.tell(message("anybody?"));
  await calm();
  expect(house.agents.submitted).toEqual([]);
  house.connection = connection;
  house.changed();
  await house.settled();
  expect(await house.texts()).toEqual(["here"]);
});

test("a message that fails again and again is given up and does not block those behind it", async () => {
  await using house = await House.open();
  house.agents.answer = ({ text }) => says(`re: ${text}`);
  let failures = 0;
  house.agents.fail = () => {
    if (house.agents.commands.at(-1) !== "poison") return undefined;
    failures += 1;
    return new Error("cannot be said");
  };
  await house.tell(message("poison", { messageId: "1" }), message("good", { messageId: "2" }));
  await until("the good one to be answered", async () => {
    house.clock.advance(1_000);
    await calm();
    return (await house.texts()).length === 1;
  });
  expect(failures).toBe(5);
  expect(await house.texts()).toEqual(["re: good"]);
  const [dead] = await house.store.inbox.list({ states: ["dead"] });
  expect(dead).toMatchObject({ eventKey: "message:777:1", lastError: "cannot be said", attempts: 5 });
  // A person may try again, and it is found.
  house.agents.fail = undefined;
  if (dead) await house.store.inbox.retry(dead.id);
  await house.inbound.refresh();
  await house.settled();
  expect(await house.texts()).toEqual(["re: good", "re: poison"]);
});

test("what kills the process five times is given up at the sixth start", async () => {
  await using house = await House.open();
  house.agents.submit = () => new Promise(() => undefined);
  await house.tell(message("deadly", { messageId: "1" }));
  for (let start = 0; start < 5; start += 1) {
    await until("the attempt to be counted", async () => {
      const [row] = await house.store.inbox.waiting();
      return row?.attempts === start + 1;
    });
    await house.restart();
  }
  await house.settled();
  expect(await house.ends()).toEqual(["message:777:1: dead"]);
});

test("while the store takes nothing, everything waits, the status says so, and it goes on by itself", async () => {
  await using house = await House.open();
  house.agents.answer = ({ text }) => says(`re: ${text}`);
  const full = async () => {
    throw new StoreError("disk-full", "The disk is full.");
  };
  house.faults = { accept: full, begin: full, settle: full };
  await expect(house.tell(message("lost?"))).rejects.toThrow("The disk is full.");
  await house.store.inbox.accept([
    {
      channel: "telegram",
      identity: "bot:4242",
      accountId: "default",
      eventKey: "message:777:9",
      lane: "777:",
      event: message("waits", { messageId: "9" }),
    },
  ]);
  await house.inbound.refresh();
  await calm();
  expect(house.inbound.status().store).toMatchObject({ code: "disk-full", message: "The disk is full." });
  house.clock.advance(60_000);
  await calm();
  expect(await house.texts()).toEqual([]);
  house.faults = {};
  await until("it to go on", async () => {
    house.clock.advance(30_000);
    return (await house.texts()).length === 1;
  });
  expect(await house.texts()).toEqual(["re: waits"]);
  expect(house.inbound.status().store).toBeUndefined();
  expect((await house.store.inbox.list({}))[0]?.attempts).toBe(1);
});

test("a turn the store could not take is not counted against its message", async () => {
  await using house = await House.open();
  house.agents.answer = ({ text }) => says(`re: ${text}`);
  let failures = 0;
  house.agents.fail = () => (++failures > 8 ? undefined : new StoreError("busy", "The store is busy."));
  await house.tell(message("patience"));
  await until("it to be answered", async () => {
    house.clock.advance(30_000);
    await calm();
    return (await house.texts()).length === 1;
  });
  expect((await house.store.inbox.list({}))[0]?.attempts).toBe(1);
});

test("agents that have too much waiting are asked again, and nothing is lost", async () => {
  await using house = await House.open();
  house.agents.answer = ({ text }) => says(`re: ${text}`);
  let refusals = 0;
  house.agents.refuse = () => (++refusals > 7 ? undefined : { reason: "Too many messages wait already." });
  await house.tell(message("one"), message("two"));
  await until("both to be answered", async () => {
    house.clock.advance(10_000);
    await calm();
    return (await house.texts()).length === 2;
  });
  expect(await house.texts()).toEqual(["re: one", "re: two"]);
});

test("an account brings no more than it may until some of it is over", async () => {
  await using house = await House.open();
  const { connection } = house;
  house.connection = undefined;
  await house.tell(...Array.from({ length: 1_000 }, (_, index) => message("x", { messageId: `b${index}` })));
  let isReady = false;
  const ready = house.inbound
    .ready("telegram", "default", new AbortController().signal)
    .then(() => (isReady = true));
  await house.inbound.ready("telegram", "other", new AbortController().signal);
  await calm();
  expect(isReady).toBe(false);
  house.agents.answer = () => says("y");
  house.connection = connection;
  house.changed();
  await within("room for more", ready);
});
