import { expect, test } from "bun:test";
import type { RunId } from "../../../src/protocol/index.ts";
import { answer, Gate, hold, say, text, toolCall } from "../../fakes/model-provider/index.ts";
import { PATIENCE_MS, until, within } from "../../support/wait.ts";
import { ask, House, KEY } from "./house.ts";
import { tool, toolsOf } from "./stand-ins.ts";

/** Runs of a house that is never heard of again: its process has died. */
async function abandoned(house: House, message = "Say hello"): Promise<RunId> {
  const gate = new Gate();
  house.provider.next(answer([text("Half"), hold(gate)]));
  const request = ask(message);
  await house.runs.submit(request);
  await within("the call", gate.reached);
  return request.runId;
}

test("a run whose process died before any tool had an effect is run again, its message not doubled", async () => {
  await using house = await House.open();
  const runId = await abandoned(house);
  const reborn = await house.reborn();
  expect(await reborn.runs.resume()).toEqual({ resumed: 1, completed: 0, interrupted: 0 });
  expect(await within("the outcome", reborn.runs.wait(runId, PATIENCE_MS))).toMatchObject({
    status: "ok",
    text: "Hello from the mock model.",
  });
  expect(await house.transcript()).toEqual(["user: Say hello", "assistant: Hello from the mock model."]);
  expect(await reborn.runs.submit({ ...ask("Say hello"), runId })).toMatchObject({ state: "settled" });
});

test("a run whose process died while it acted is not begun again, and the transcript says so", async () => {
  const gate = new Gate();
  const act = tool("act", async () => {
    await gate.pass();
    return { content: [] };
  });
  await using house = await House.open({ tools: toolsOf(act) });
  house.provider.next(answer([toolCall("act", {})]));
  const request = ask("do it");
  await house.runs.submit(request);
  await within("the tool", gate.reached);
  const reborn = await house.reborn();
  expect(await reborn.runs.resume()).toEqual({ resumed: 0, completed: 0, interrupted: 1 });
  expect(await reborn.runs.submit(request)).toMatchObject({
    state: "settled",
    outcome: { status: "interrupted", error: { kind: "interrupted" } },
  });
  expect((await house.transcript()).at(-1)).toContain("custom_message: This turn ended before a reply");
  expect((await house.store.sessions.get(KEY))?.entry).toMatchObject({
    status: "aborted",
    abortedLastRun: true,
  });
  gate.open();
});

test("a run that had its answer and was not settled is settled, not answered twice", async () => {
  await using house = await House.open();
  const request = ask("Say hello");
  const { settle } = house.store.runs;
  house.store.runs.settle = async () => {
    throw new Error("the process died here");
  };
  const submission = await house.runs.submit(request);
  if (submission.state !== "accepted") throw new Error(submission.state);
  await within("the answer", submission.done);
  house.store.runs.settle = settle;
  const reborn = await house.reborn();
  expect(await reborn.runs.resume()).toEqual({ resumed: 0, completed: 1, interrupted: 0 });
  expect(await reborn.runs.submit(request)).toMatchObject({
    state: "settled",
    outcome: {
      status: "ok",
      text: "Hello from the mock model.",
      payloads: [{ text: "Hello from the mock model." }],
    },
  });
  expect(house.provider.requests).toHaveLength(1);
});

test("messages that waited are run after a restart in their order, those of HTTP callers are not", async () => {
  await using house = await House.open();
  const first = await abandoned(house, "ECHO one");
  for (const [runId, word] of [
    ["second", "two"],
    ["third", "three"],
  ] as const) {
    await house.say(`ECHO ${word}`, { runId: runId as RunId, queueMode: "followup" });
  }
  const http = await house.say("ECHO four", { namespace: "http", kind: "http", queueMode: "followup" });
  expect(http.queued).toBe(true);
  const reborn = await house.reborn();
  expect(await reborn.runs.resume()).toEqual({ resumed: 3, completed: 0, interrupted: 1 });
  await within("the last", reborn.runs.wait("third" as RunId, PATIENCE_MS));
  expect(await reborn.runs.wait(first, 1)).toMatchObject({ text: "one" });
  const said = await house.transcript();
  expect(said.filter((line) => line.startsWith("assistant"))).toEqual([
    "assistant: one",
    "assistant: two",
    "assistant: three",
  ]);
});

test("stop lets a turn end within its budget and takes nothing new", async () => {
  await using house = await House.open();
  const gate = new Gate();
  house.provider.next(answer([hold(gate), text("done")]));
  const run = await house.say("go");
  await within("the call", gate.reached);
  const stopped = house.runs.stop(PATIENCE_MS);
  expect(await house.runs.submit(ask("late"))).toMatchObject({ state: "refused" });
  gate.open();
  await within("the stop", stopped);
  expect(await run.done).toMatchObject({ status: "ok", text: "done" });
});

test("what does not end within the budget of a stop is taken up by the next gateway", async () => {
  await using house = await House.open();
  house.provider.next(answer([text("Half"), hold(new Gate())]));
  const run = await house.say("ECHO whole");
  const waiting = await house.say("ECHO next", { queueMode: "followup" });
  await until("the first word", () => house.events.told.some(({ what }) => what === "delta"));
  await within("the stop", house.runs.stop(20));
  expect([await run.done, await waiting.done].map(({ status }) => status)).toEqual([
    "interrupted",
    "interrupted",
  ]);
  expect(house.events.told.filter(({ event }) => event === "chat").map(({ what }) => what)).not.toContain(
    "error",
  );
  const reborn = await house.reborn();
  expect(await reborn.runs.resume()).toEqual({ resumed: 2, completed: 0, interrupted: 0 });
  const { runId } = await waiting.done;
  expect(await within("the last", reborn.runs.wait(runId, PATIENCE_MS))).toMatchObject({ text: "next" });
  expect(await house.transcript()).toEqual([
    "user: ECHO whole",
    "assistant: whole",
    "user: ECHO next",
    "assistant: next",
  ]);
});

test("a session deleted while its run was open does not keep the next start", async () => {
  await using house = await House.open();
  const runId = await abandoned(house);
  await house.store.sessions.remove(KEY, { transcripts: true });
  const reborn = await house.reborn();
  await reborn.runs.resume();
  expect(await within("the outcome", reborn.runs.wait(runId, PATIENCE_MS))).toMatchObject({ status: "ok" });
});

test("a message whose acceptance broke off half-way can be sent again under its key", async () => {
  await using house = await House.open();
  const { open } = house.store.sessions;
  house.store.sessions.open = async () => {
    throw new Error("disk full");
  };
  const request = ask("Say hello");
  await expect(house.runs.submit(request)).rejects.toThrow("disk full");
  // Its caller was told that it was not taken: no later start runs it.
  expect(await house.store.runs.unsettled()).toEqual([]);
  house.store.sessions.open = open;
  house.provider.next(say("Hello."));
  const again = await house.runs.submit(request);
  if (again.state !== "accepted") throw new Error(again.state);
  expect(await within("the answer", again.done)).toMatchObject({ text: "Hello." });
});

test("a message that is being taken in while the gateway stops is taken, told so, and run by the next gateway", async () => {
  await using house = await House.open();
  const request = ask("ECHO late");
  const submitting = house.runs.submit(request);
  await house.runs.stop(0);
  const submission = await submitting;
  if (submission.state !== "accepted") throw new Error(submission.state);
  expect(await within("the outcome", submission.done)).toMatchObject({ status: "interrupted" });
  const reborn = await house.reborn();
  expect(await reborn.runs.resume()).toMatchObject({ resumed: 1 });
  expect(await within("the answer", reborn.runs.wait(request.runId, PATIENCE_MS))).toMatchObject({
    text: "late",
  });
  expect(await house.transcript()).toEqual(["user: ECHO late", "assistant: late"]);
});

test("runs that shared a turn when their process died share its answer after the restart", async () => {
  const gate = new Gate();
  const look = tool(
    "look",
    async () => {
      await gate.pass();
      return { content: [{ type: "text", text: "seen" }] };
    },
    { readOnly: true },
  );
  await using house = await House.open({ tools: toolsOf(look) });
  house.provider.next(answer([toolCall("look", {})]), answer([text("Half"), hold(new Gate())]));
  const first = await house.say("one", { runId: "first" as RunId });
  await within("the tool", gate.reached);
  const second = await house.say("two", { runId: "second" as RunId });
  expect(second.steered).toBe(true);
  gate.open();
  await until("the second call", () => house.provider.requests.length === 2);
  const reborn = await house.reborn({ tools: toolsOf(look) });
  house.provider.next(say("Both answered."));
  expect(await reborn.runs.resume()).toMatchObject({ resumed: 2 });
  for (const id of ["first", "second"]) {
    const outcome = await within(id, reborn.runs.wait(id as RunId, PATIENCE_MS));
    expect(outcome).toMatchObject({ status: "ok", text: "Both answered." });
    // Who sends answers to a chat sends this one once.
    expect(outcome?.answeredBy).toBe(id === "first" ? undefined : ("first" as RunId));
  }
  expect(first.queued).toBe(false);
  expect(house.provider.requests).toHaveLength(3);
  expect((await house.transcript()).filter((line) => line.startsWith("user"))).toEqual([
    "user: one",
    "user: two",
  ]);
});

test("a call that was written and not begun when the process died is not lost on the model", async () => {
  const gate = new Gate();
  const act = tool("act", async () => ({ content: [] }));
  await using house = await House.open({ tools: toolsOf(act) });
  house.provider.next(answer([toolCall("act", {})]), say("Done"));
  const { enter } = house.store.runs;
  house.store.runs.enter = async (namespace, runId, phase) => {
    // The process dies before it can say that a tool is about to act.
    if (phase === "acting") await gate.pass();
    return enter.call(house.store.runs, namespace, runId, phase);
  };
  const request = ask("do it");
  await house.runs.submit(request);
  await within("the call", gate.reached);
  house.store.runs.enter = enter;
  const reborn = await house.reborn();
  expect(await reborn.runs.resume()).toMatchObject({ resumed: 1 });
  expect(await within("the outcome", reborn.runs.wait(request.runId, PATIENCE_MS))).toMatchObject({
    text: "Done",
  });
  expect(house.provider.requests[1]?.toolResults.at(-1)?.text).toContain("Call it again");
  gate.open();
});

test("the outcome of a run of any namespace is there for whoever asks by its id, also after a restart", async () => {
  await using house = await House.open();
  const run = await house.say("Say hello", { namespace: "telegram", runId: "t-1" as RunId });
  await within("the answer", run.done);
  const reborn = await house.reborn();
  expect(await reborn.runs.wait("t-1" as RunId, PATIENCE_MS)).toMatchObject({ status: "ok" });
});

test("a chat's message that fell out of a full queue is not over until a turn was told of it, also after a death", async () => {
  const config = { messages: { queue: { mode: "followup", cap: 1, drop: "summarize" } } };
  const chat = { kind: "channel", namespace: "telegram" } as const;
  await using house = await House.open({ config });
  const gate = new Gate();
  house.provider.next(answer([hold(gate), text("first")]));
  await house.say("ECHO one", chat);
  await within("the call", gate.reached);
  for (const word of ["two", "three"]) await house.say(`ECHO ${word}`, chat);
  expect((await house.store.runs.unsettled()).length).toBe(3);

  const reborn = await house.reborn({ config });
  const late = new Gate();
  house.provider.next(answer([hold(late), text("first")]));
  expect(await reborn.runs.resume()).toMatchObject({ resumed: 3 });
  await within("the call", late.reached);
  // What was taken up again keeps its place; of those that came since, one waits.
  const since = [];
  for (const word of ["four", "five"]) since.push(await reborn.say(`ECHO ${word}`, chat));
  late.open();
  const [dropped, told] = await within("the last", Promise.all(since.map(({ done }) => done)));
  expect(dropped).toMatchObject({ status: "aborted", stopReason: "dropped" });
  expect(told).toMatchObject({ status: "ok", text: "five" });
  const said = await house.transcript();
  expect(said.filter((line) => !line.startsWith("assistant"))).toEqual([
    "user: ECHO one",
    "custom_message: Messages that came while you were busy and were too many to wait:\n- ECHO four",
    "user: ECHO two",
    "user: ECHO three",
    "user: ECHO five",
  ]);
  expect(await house.store.runs.unsettled()).toEqual([]);
  gate.open();
});
