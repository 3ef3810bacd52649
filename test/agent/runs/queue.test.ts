import { expect, test } from "bun:test";
import type { RunId } from "../../../src/protocol/index.ts";
import { answer, Gate, hold, say, text, toolCall } from "../../fakes/model-provider/index.ts";
import { until, within } from "../../support/wait.ts";
import { ask, House, KEY } from "./house.ts";
import { tool, toolsOf } from "./stand-ins.ts";

/** A tool that stands still until the test lets it go on. */
function standing(name: string, options = {}) {
  const gate = new Gate();
  const made = tool(
    name,
    async () => {
      await gate.pass();
      return { content: [{ type: "text", text: `${name} is done` }] };
    },
    options,
  );
  return { gate, tool: made };
}

function usersSeen(house: House, call: number): string[] {
  const messages = house.provider.requests[call]?.body.messages as { role: string; content: string }[];
  return messages.map(({ role, content }) =>
    role === "user" ? `user ${content.replace(/^\[.*?\] /, "")}` : role,
  );
}

test("followup: each message becomes a turn of its own, in order", async () => {
  await using house = await House.open();
  const gate = new Gate();
  house.provider.next(answer([hold(gate), text("first")]));
  const runs = [await house.say("one")];
  await within("the call", gate.reached);
  for (const word of ["two", "three"]) runs.push(await house.say(`ECHO ${word}`, { queueMode: "followup" }));
  expect(runs.map(({ queued }) => queued)).toEqual([false, true, true]);
  expect(house.runs.active(KEY)).toHaveLength(1);
  gate.open();
  const outcomes = await within("all", Promise.all(runs.map(({ done }) => done)));
  expect(outcomes.map((outcome) => outcome.text)).toEqual(["first", "two", "three"]);
  expect(await house.transcript()).toEqual([
    "user: one",
    "assistant: first",
    "user: ECHO two",
    "assistant: two",
    "user: ECHO three",
    "assistant: three",
  ]);
  expect(house.runs.active()).toEqual([]);
});

test("steer: a message reaches the model before its next call, and gets the answer too", async () => {
  const { gate, tool: work } = standing("work");
  await using house = await House.open({ tools: toolsOf(work) });
  house.provider.next(answer([toolCall("work", {})]), say("Both are answered."));
  const first = await house.say("one");
  await within("the tool", gate.reached);
  const second = await house.say("two");
  expect([second.queued, second.steered]).toEqual([false, true]);
  gate.open();
  const outcomes = await within("both", Promise.all([first.done, second.done]));
  expect(outcomes.map((outcome) => outcome.text)).toEqual(["Both are answered.", "Both are answered."]);
  expect(outcomes.map((outcome) => outcome.answeredBy)).toEqual([undefined, outcomes[0].runId]);
  expect(usersSeen(house, 1)).toEqual(["system", "user one", "assistant", "tool", "user two"]);
  expect(await house.transcript()).toEqual([
    "user: one",
    "assistant: <work>",
    "toolResult: work is done",
    "user: two",
    "assistant: Both are answered.",
  ]);
  for (const { runId } of outcomes) expect(house.events.ends(runId)).toHaveLength(1);
});

test("steer: a message that comes too late for the turn gets a turn of its own", async () => {
  await using house = await House.open();
  const gate = new Gate();
  house.provider.next(answer([text("fir"), hold(gate), text("st")]));
  const first = await house.say("one");
  await within("the call", gate.reached);
  const second = await house.say("ECHO two");
  expect(second.steered).toBe(true);
  gate.open();
  const outcomes = await within("both", Promise.all([first.done, second.done]));
  expect(outcomes.map((outcome) => outcome.text)).toEqual(["first", "two"]);
});

test("steer: a message does not overtake those that came too late for the turn before", async () => {
  await using house = await House.open();
  const gates = [new Gate(), new Gate()];
  for (const gate of gates) house.provider.next(answer([text("held"), hold(gate)]));
  const runs = [await house.say("one")];
  await within("the first call", gates[0]?.reached ?? Promise.reject(new Error("no gate")));
  for (const word of ["two", "ECHO three"]) runs.push(await house.say(word));
  gates[0]?.open();
  await within("the second call", gates[1]?.reached ?? Promise.reject(new Error("no gate")));
  const late = await house.say("ECHO four");
  expect([late.queued, late.steered]).toEqual([true, false]);
  gates[1]?.open();
  await within("all", Promise.all([...runs, late].map(({ done }) => done)));
  expect((await house.transcript()).filter((line) => line.startsWith("user"))).toEqual([
    "user: one",
    "user: two",
    "user: ECHO three",
    "user: ECHO four",
  ]);
});

test("steer: calls that run one after another are skipped when somebody speaks", async () => {
  const { gate, tool: work } = standing("work", { sequential: true });
  await using house = await House.open({ tools: toolsOf(work) });
  house.provider.next(answer([toolCall("work", {}, "a"), toolCall("work", {}, "b")]), say("Stopped there."));
  const first = await house.say("one");
  await within("the tool", gate.reached);
  await house.say("two");
  gate.open();
  await within("the answer", first.done);
  expect(await house.transcript()).toEqual([
    "user: one",
    "assistant: <work>|<work>",
    "toolResult: work is done",
    "toolResult: Skipped to process an incoming message.",
    "user: two",
    "assistant: Stopped there.",
  ]);
});

test("steer: words of somebody else do not reach a turn that has the owner's tools", async () => {
  const { gate, tool: work } = standing("work");
  await using house = await House.open({ tools: toolsOf(work) });
  house.provider.next(answer([toolCall("work", {})]), say("for the owner"));
  const first = await house.say("one");
  await within("the tool", gate.reached);
  const { sender } = ask("");
  const second = await house.say("ECHO two", { sender: { ...sender, id: "stranger", isOwner: false } });
  expect([second.queued, second.steered]).toEqual([true, false]);
  gate.open();
  const outcomes = await within("both", Promise.all([first.done, second.done]));
  expect(outcomes.map((outcome) => outcome.text)).toEqual(["for the owner", "two"]);
  expect(usersSeen(house, 1)).toEqual(["system", "user one", "assistant", "tool"]);
});

test("words can be said into a turn without being a run; with no turn there is nobody to hear them", async () => {
  await using house = await House.open();
  const { sender } = ask("");
  expect(await house.runs.steer(KEY, "hello?", sender)).toBe(false);
  const gate = new Gate();
  house.provider.next(answer([hold(gate), text("first")]), say("and that"));
  const run = await house.say("one");
  await within("the call", gate.reached);
  expect(await house.runs.steer(KEY, "also that", sender)).toBe(true);
  gate.open();
  expect(await within("the answer", run.done)).toMatchObject({ status: "ok", text: "and that" });
  expect(usersSeen(house, 1)).toEqual(["system", "user one", "assistant", "user also that"]);
});

test("collect: messages that wait become one turn after a silence, each with its outcome", async () => {
  await using house = await House.open({
    config: { messages: { queue: { ...queue, mode: "collect" } } },
  });
  const gate = new Gate();
  house.provider.next(answer([hold(gate), text("first")]), say("all of it"));
  const first = await house.say("one");
  await within("the call", gate.reached);
  const two = await house.say("two");
  const three = await house.say("three");
  gate.open();
  const outcomes = await within("all", Promise.all([first.done, two.done, three.done]));
  expect(outcomes.map((outcome) => outcome.text)).toEqual(["first", "all of it", "all of it"]);
  expect(usersSeen(house, 1)).toEqual(["system", "user one", "assistant", "user two", "user three"]);
  for (const { runId } of outcomes) expect(house.events.ends(runId)).toHaveLength(1);
});

test("interrupt: the newest message ends the run under way and what waited", async () => {
  await using house = await House.open();
  house.provider.next(answer([text("word0"), hold(new Gate())]));
  const first = await house.say("one");
  await until("the first word", () => house.events.told.some(({ what }) => what === "delta"));
  const second = await house.say("two", { queueMode: "followup" });
  const third = await house.say("ECHO three", { queueMode: "interrupt" });
  expect(third).toMatchObject({ interruptedActiveRun: true, queued: false });
  const outcomes = await within("all", Promise.all([first.done, second.done, third.done]));
  expect(outcomes.map(({ status, text: said }) => `${status} ${said}`)).toEqual([
    "aborted word0",
    "aborted ",
    "ok three",
  ]);
  const script = house.events.script(outcomes[0]?.runId);
  expect(script.slice(script.indexOf("chat delta 6") + 1, script.indexOf("chat aborted 8") + 1)).toEqual([
    "sessions.changed agent.input.settled",
    "agent lifecycle:model:none 7",
    "agent lifecycle:error 8",
    "chat aborted 8",
  ]);
  expect(await house.transcript()).toEqual(["user: one", "user: ECHO three", "assistant: three"]);
});

const queue = { mode: "followup", cap: 2, drop: "new", debounceMsByChannel: { webchat: 1 } };

test("a full queue refuses the newest, and the refused one can be sent again", async () => {
  await using house = await House.open({
    config: { messages: { queue } },
  });
  const gate = new Gate();
  house.provider.next(answer([hold(gate), text("first")]));
  const runs = [await house.say("one")];
  await within("the call", gate.reached);
  for (const word of ["two", "three"]) runs.push(await house.say(`ECHO ${word}`));
  const late = ask("ECHO four", { runId: "late" as RunId });
  expect(await house.runs.submit(late)).toMatchObject({ state: "refused" });
  gate.open();
  await within("all", Promise.all(runs.map(({ done }) => done)));
  const again = await house.runs.submit(late);
  if (again.state !== "accepted") throw new Error(again.state);
  expect(await within("the last", again.done)).toMatchObject({ text: "four" });
});

test("a full queue that summarises lets the oldest go, and the next turn is told of it", async () => {
  await using house = await House.open({
    config: { messages: { queue: { ...queue, drop: "summarize" } } },
  });
  const gate = new Gate();
  house.provider.next(answer([hold(gate), text("first")]));
  const first = await house.say("one");
  await within("the call", gate.reached);
  const runs = [];
  for (const word of ["two", "three", "four"]) runs.push(await house.say(`ECHO ${word}`));
  expect(await within("the dropped one", runs[0]?.done ?? first.done)).toMatchObject({
    status: "aborted",
    stopReason: "dropped",
  });
  gate.open();
  await within("the rest", Promise.all(runs.map(({ done }) => done)));
  expect((await house.transcript()).slice(2)).toEqual([
    "custom_message: Messages that came while you were busy and were too many to wait:\n- ECHO two",
    "user: ECHO three",
    "assistant: three",
    "user: ECHO four",
    "assistant: four",
  ]);
});

test("sessions do not wait for each other, and a lane lets so many run at once", async () => {
  await using house = await House.open({
    config: { agents: { defaults: { maxConcurrent: 2 } } },
  });
  const gate = new Gate();
  house.provider.on(() => answer([hold(gate), text("done")]));
  const runs = await Promise.all(
    ["a", "b", "c"].map((name) => house.say("x", { sessionKey: `agent:main:${name}` as typeof KEY })),
  );
  await until("two calls", () => house.provider.requests.length === 2);
  expect(house.runs.activeCount).toBe(3);
  gate.open();
  await within("all", Promise.all(runs.map(({ done }) => done)));
  expect(house.provider.requests).toHaveLength(3);
});

test("a run whose time is up while it waits for its lane ends there, its message kept", async () => {
  await using house = await House.open({ config: { agents: { defaults: { maxConcurrent: 1 } } } });
  const gate = new Gate();
  house.provider.next(answer([hold(gate), text("done")]));
  const first = await house.say("one");
  await within("the call", gate.reached);
  const other = "agent:main:other" as typeof KEY;
  const second = await house.say("two", { sessionKey: other, timeoutMs: 20 });
  expect(await within("its end", second.done)).toMatchObject({
    status: "timeout",
    timeoutPhase: "queue",
    providerStarted: false,
  });
  const [said, note] = await house.transcript(other);
  expect(said).toBe("user: two");
  expect(note).toContain("custom_message: This turn ended before a reply");
  gate.open();
  expect(await within("the first", first.done)).toMatchObject({ text: "done" });
});

test("a turn and a compaction of one session wait for each other", async () => {
  await using house = await House.open();
  await within("a past", (await house.say("ECHO one")).done);
  const gate = new Gate();
  house.provider.next(answer([hold(gate), text("two")]));
  const turn = await house.say("two");
  await within("the call", gate.reached);
  house.provider.next(say("A summary."));
  const compacting = house.runs.compact(KEY);
  const next = await house.say("ECHO three", { queueMode: "followup" });
  gate.open();
  await within("all", Promise.all([turn.done, compacting, next.done]));
  expect(await house.transcript()).toEqual([
    "user: ECHO one",
    "assistant: one",
    "user: two",
    "assistant: two",
    "compaction: A summary.",
    "user: ECHO three",
    "assistant: three",
  ]);
});
