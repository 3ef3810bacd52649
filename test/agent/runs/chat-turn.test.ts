import { expect, test } from "bun:test";
import { within } from "../../support/wait.ts";
import { ask, House } from "./house.ts";

test("a chat turn says its frames in the order clients know", async () => {
  await using house = await House.open();
  house.provider.on(() => undefined);
  const run = await house.say("ECHO Hello");
  const outcome = await within("the answer", run.done);
  expect(outcome).toMatchObject({ status: "ok", text: "Hello", stopReason: "stop", assistantTurns: 1 });
  expect(house.events.script()).toEqual([
    "sessions.changed participants",
    "chat status 1",
    "agent run_status 1",
    "chat status 2",
    "agent run_status 2",
    "session.message user",
    "agent lifecycle:start 3",
    "chat status 4",
    "agent run_status 4",
    "sessions.changed agent.run.started",
    "sessions.changed start",
    "agent lifecycle:model 5",
    "sessions.changed model",
    "agent assistant 6",
    "chat delta 6",
    "agent usage 7",
    "session.message assistant",
    "agent lifecycle:finishing 8",
    "agent lifecycle:model:none 9",
    "agent lifecycle:end 10",
    "chat final 10",
    "sessions.changed agent.input.settled",
    "sessions.changed model",
    "sessions.changed end",
  ]);
});

test("an agent turn begins with its lifecycle, without status frames", async () => {
  await using house = await House.open();
  const run = await house.say("ECHO Hello", { namespace: "agent", kind: "agent" });
  await within("the answer", run.done);
  expect(house.events.script().slice(0, 8)).toEqual([
    "sessions.changed create",
    "sessions.changed participants",
    "sessions.changed send",
    "sessions.changed agent.run.started",
    "agent lifecycle:start 1",
    "session.message user",
    "sessions.changed start",
    "agent lifecycle:model 2",
  ]);
});

test("the user message is in the transcript before the run is accepted, the answer before its final frame", async () => {
  await using house = await House.open();
  const run = await house.say("Say hello");
  expect(await house.transcript()).toEqual(["user: Say hello"]);
  const { runId } = await within("the answer", run.done);
  expect(await house.transcript()).toEqual(["user: Say hello", "assistant: Hello from the mock model."]);
  const record = await house.store.sessions.get(ask("").sessionKey);
  const stored = await house.store.transcripts.read(record?.sessionId ?? "");
  expect(stored[0]?.event).toMatchObject({
    parentId: null,
    message: { idempotencyKey: `${runId}:user`, __openclaw: { senderIsOwner: true } },
  });
  expect(stored[1]?.event).toMatchObject({
    parentId: stored[0]?.event.id,
    message: { __openclaw: { runId }, usage: { input: 100, output: 20 }, stopReason: "stop" },
  });
  expect(record?.entry).toMatchObject({
    status: "done",
    lastRunId: runId,
    inputTokens: 100,
    outputTokens: 20,
    totalTokens: 100,
    contextTokens: 32_000,
    abortedLastRun: false,
  });
});

test("the model sees the time before what was said, the transcript does not hold it", async () => {
  await using house = await House.open();
  await within("the first answer", (await house.say("Say hello")).done);
  await within("the second answer", (await house.say("Once more")).done);
  const second = house.provider.requests[1];
  const messages = second?.body.messages as { role: string; content: string }[];
  expect(messages.map(({ role, content }) => `${role}: ${content}`)).toEqual([
    "system: You are a test.",
    "user: [Sat 2026-11-21 00:08 UTC] Say hello",
    "assistant: Hello from the mock model.",
    "user: [Sat 2026-11-21 00:08 UTC] Once more",
  ]);
});

test("a repeat is told what became of the first, and runs once", async () => {
  await using house = await House.open();
  const request = ask("Say hello");
  const [first, second] = await Promise.all([house.runs.submit(request), house.runs.submit(request)]);
  expect([first.state, second.state]).toEqual(["accepted", "in_flight"]);
  if (first.state !== "accepted") throw new Error("not accepted");
  await within("the answer", first.done);
  expect(await house.runs.submit(request)).toMatchObject({ state: "settled", outcome: { status: "ok" } });
  expect(await house.runs.submit({ ...request, message: "Say bye" })).toEqual({ state: "conflict" });
  expect(house.provider.requests).toHaveLength(1);
});
