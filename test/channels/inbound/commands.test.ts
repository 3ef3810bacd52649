import { expect, test } from "bun:test";
import { until } from "../../support/index.ts";
import { calm, House, message } from "./house.ts";
import { admitted, says, unreachable } from "./stand-ins.ts";

test("a command is answered without the model", async () => {
  await using house = await House.open();
  house.agents.onCommand = (text) => (text === "/status" ? { kind: "text", text: "all is well" } : undefined);
  await house.tell(message("/status", { messageId: "1" }));
  await house.settled();
  expect(house.agents.submitted).toEqual([]);
  expect(await house.sent()).toMatchObject([{ text: "all is well", origin: "command" }]);
  expect(await house.ends()).toEqual(["message:777:1: command"]);
  expect(house.live.scenes).toEqual([]);
});

test("a command that answers with nothing is over in silence", async () => {
  await using house = await House.open();
  house.agents.onCommand = () => ({ kind: "text", text: "" });
  await house.tell(message("/config"));
  await house.settled();
  expect(await house.texts()).toEqual([]);
});

test("a directive in front of a message chooses for its turn, and its notice stands before the answer", async () => {
  await using house = await House.open();
  house.agents.onCommand = () => ({
    kind: "continue",
    text: "why?",
    model: "a/b",
    thinking: "high",
    queueMode: "interrupt",
    notice: "Thinking high.",
  });
  house.agents.answer = () => says("because");
  await house.tell(message("/think high why?"));
  await house.settled();
  expect(house.agents.submitted).toMatchObject([
    { text: "why?", model: "a/b", thinking: "high", queueMode: "interrupt" },
  ]);
  expect(await house.texts()).toEqual(["Thinking high.", "because"]);
});

test("/stop goes before what waits in its lane, and ends what its sender said before", async () => {
  await using house = await House.open();
  house.agents.onCommand = (text) => (text === "/stop" ? { kind: "text", text: "aborted" } : undefined);
  await house.tell(message("a".repeat(4_000), { messageId: "1" }));
  await calm();
  await house.tell(message("/stop", { messageId: "2" }), message("next", { messageId: "3" }));
  await house.submitted(1);
  expect(house.agents.submitted.map(({ text }) => text)).toEqual(["next"]);
  expect(await house.texts()).toEqual(["aborted"]);
  expect(await house.ends()).toEqual([
    "message:777:1: stopped",
    "message:777:2: command",
    "message:777:3: waiting",
  ]);
});

test("/stop acts while files of the message before are still being fetched", async () => {
  await using house = await House.open();
  house.agents.onCommand = (text) => (text === "/stop" ? { kind: "text", text: "aborted" } : undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  if (house.connection) house.connection.gate = promise;
  await house.tell(message("look", { messageId: "1", media: [{ kind: "document", fileId: "f" }] }));
  await calm();
  await house.tell(message("/stop", { messageId: "2" }));
  await until("the stop to be answered", async () => (await house.texts()).length === 1);
  resolve();
  await house.settled();
  expect(house.agents.submitted).toEqual([]);
  expect(await house.ends()).toEqual(["message:777:1: stopped", "message:777:2: command"]);
});

test("/stop of somebody who may not use commands ends nothing", async () => {
  await using house = await House.open();
  house.gate.verdict = () => ({ ...admitted, isAuthorized: false }) as never;
  house.agents.onCommand = (text) => (text === "/stop" ? { kind: "text", text: "" } : undefined);
  await house.tell(message("a".repeat(4_000)));
  await calm();
  await house.tell(message("/stop"));
  house.clock.advance(1_500);
  await house.submitted(1);
  expect(await house.texts()).toEqual([]);
});

test("commands go before messages that wait for a provider; what is for the model keeps its place", async () => {
  await using house = await House.open();
  house.agents.onCommand = (text) =>
    text === "/model other" ? { kind: "text", text: "switched" } : undefined;
  house.agents.answer = () => unreachable;
  await house.tell(message("one", { messageId: "1" }));
  await until("the outage", async () => (await house.texts()).length === 1);
  await house.tell(message("/unknown", { messageId: "2" }), message("/model other", { messageId: "3" }));
  await until("the command", async () => (await house.texts()).length === 2);
  expect((await house.texts())[1]).toBe("switched");
  house.agents.answer = ({ text }) => says(`re: ${text}`);
  house.clock.advance(5_000);
  await house.settled();
  expect((await house.texts()).slice(2)).toEqual(["re: one", "re: /unknown"]);
  expect(house.agents.commands).toEqual(["one", "/unknown", "/model other"]);
});
