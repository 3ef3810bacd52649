import { expect, test } from "bun:test";
import { ABORT_GRACE_MS } from "../../../src/agent/runs/limits.ts";
import type { Timer } from "../../../src/lib/clock.ts";
import { type Logger, silentLogger } from "../../../src/lib/logger.ts";
import type { RunId } from "../../../src/protocol/index.ts";
import { answer, Gate, hold, silence, text } from "../../fakes/model-provider/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { PATIENCE_MS, until, within } from "../../support/wait.ts";
import { ask, House, KEY } from "./house.ts";
import { tool, toolsOf } from "./stand-ins.ts";

/** A clock that stands still, and tells when an aborted run begins to wait for what it was doing. */
class GraceClock extends ManualClock {
  readonly #begun = Promise.withResolvers<void>();
  readonly graceBegun = this.#begun.promise;

  override after(ms: number, fn: () => void): Timer {
    if (ms === ABORT_GRACE_MS) this.#begun.resolve();
    return super.after(ms, fn);
  }
}

/** A tool that never ends and hears of no abort. */
function deafTool() {
  const atWork = Promise.withResolvers<void>();
  const deaf = tool("deaf", () => {
    atWork.resolve();
    return new Promise(() => {});
  });
  return { deaf, atWork: atWork.promise };
}

async function speaking(house: House): Promise<void> {
  await until("the first word", () => house.events.told.some(({ what }) => what === "delta"));
}

test("abort says what there was at once, keeps it in the transcript, and ends the model call", async () => {
  // Time stands still: nothing is waited for but the end of the model call, which the abort brings.
  await using house = await House.open({ clock: new ManualClock() });
  house.provider.next(answer([text("word0"), silence()]));
  const run = await house.say("SLOW please");
  await speaking(house);
  const ended = await within("the abort", house.runs.abort(KEY, { reason: "rpc", clearQueue: false }));
  const outcome = await within("the outcome", run.done);
  expect(ended).toEqual([outcome.runId]);
  expect(outcome).toMatchObject({ status: "aborted", stopReason: "rpc", text: "word0" });
  expect(await house.transcript()).toEqual(["user: SLOW please", "assistant: word0"]);
  const script = house.events.script();
  expect(script.slice(script.indexOf("chat delta 6") + 1)).toEqual([
    "chat aborted 7",
    "agent lifecycle:end 7",
    "session.message assistant",
    "sessions.changed agent.input.settled",
    "agent lifecycle:model:none 8",
    "agent lifecycle:error 9",
    "sessions.changed end",
    "sessions.changed model",
    "sessions.changed error",
  ]);
  const asked = house.provider.requests[0];
  expect(
    await within("the call to end", asked?.outcome ?? Promise.reject(new Error("nothing was asked"))),
  ).toBe("hung-up");
  expect((await house.store.sessions.get(KEY))?.entry).toMatchObject({
    status: "aborted",
    abortedLastRun: true,
  });
});

test("a tool that does not listen keeps an aborted run for its grace and no longer", async () => {
  const { deaf, atWork } = deafTool();
  const clock = new GraceClock();
  await using house = await House.open({ tools: toolsOf(deaf), clock });
  const run = await house.say("TOOL deaf {}");
  await within("the tool", atWork);
  const aborting = house.runs.abort(KEY, { reason: "stop", clearQueue: true });
  await within("the wait for the tool", clock.graceBegun);
  clock.advance(ABORT_GRACE_MS);
  await within("the abort", aborting);
  expect(await within("the outcome", run.done)).toMatchObject({ status: "aborted", stopReason: "stop" });
  const next = await house.say("Say hello");
  expect(await within("the next answer", next.done)).toMatchObject({ status: "ok" });
});

test("whatever breaks off an abort, what was said later is not withdrawn before what was said earlier", async () => {
  const { deaf, atWork } = deafTool();
  const clock = new GraceClock();
  await using house = await House.open({ tools: toolsOf(deaf), clock });
  const first = await house.say("TOOL deaf {}");
  await within("the tool", atWork);
  const second = await house.say("Say hello");
  const aborting = house.runs.abort(KEY, { reason: "stop", clearQueue: true });
  await within("the wait for the tool", clock.graceBegun);
  expect(await house.store.runs.unsettled()).toHaveLength(2);
  clock.advance(ABORT_GRACE_MS);
  const [one, other] = await within("the outcomes", Promise.all([first.done, second.done]));
  expect(await within("the abort", aborting)).toEqual([one.runId, other.runId]);
  expect([one.status, other.status]).toEqual(["aborted", "aborted"]);
  expect(await house.store.runs.unsettled()).toEqual([]);
});

test("a tool that listens is told, what it says last is kept, and no more than that is waited for", async () => {
  const atWork = Promise.withResolvers<void>();
  const polite = tool("polite", async (_args, { signal }) => {
    atWork.resolve();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return { content: [{ type: "text", text: "ended early" }] };
  });
  await using house = await House.open({ tools: toolsOf(polite), clock: new ManualClock() });
  await house.say("TOOL polite {}");
  await within("the tool", atWork.promise);
  await within("the abort", house.runs.abort(KEY, { reason: "stop", clearQueue: true }));
  expect(await house.transcript()).toEqual([
    "user: TOOL polite {}",
    "assistant: <polite>",
    "toolResult: ended early",
  ]);
});

test("stopping clears what waits, and each that waited ends once", async () => {
  await using house = await House.open();
  house.provider.next(answer([text("word0"), silence()]));
  const first = await house.say("SLOW please");
  await speaking(house);
  const second = await house.say("and this", { queueMode: "followup" });
  expect(second.queued).toBe(true);
  expect(house.runs.queued(KEY).map(({ message }) => message)).toEqual(["and this"]);
  const ended = await house.runs.abort(KEY, { reason: "stop", clearQueue: true });
  const outcomes = await Promise.all([first.done, second.done]);
  expect(ended).toEqual(outcomes.map(({ runId }) => runId));
  expect(outcomes.map(({ status }) => status)).toEqual(["aborted", "aborted"]);
  for (const { runId } of outcomes) expect(house.events.ends(runId)).toHaveLength(1);
  expect(await house.runs.abort(KEY, { reason: "stop", clearQueue: true })).toEqual([]);
});

test("one waiting run can be taken out by its id, and the others go on", async () => {
  await using house = await House.open();
  const gate = new Gate();
  house.provider.next(answer([hold(gate), text("first")]));
  const first = await house.say("one");
  await within("the call", gate.reached);
  const second = await house.say("ECHO two", { queueMode: "followup", runId: "second" as RunId });
  const third = await house.say("ECHO three", { queueMode: "followup" });
  expect(await house.runs.abort(KEY, { runId: "second" as RunId, reason: "rpc", clearQueue: false })).toEqual(
    ["second" as RunId],
  );
  gate.open();
  const outcomes = await within("all", Promise.all([first.done, second.done, third.done]));
  expect(outcomes.map(({ status, text: said }) => `${status} ${said}`)).toEqual([
    "ok first",
    "aborted ",
    "ok three",
  ]);
});

test("a provider's refusal is told as recorded, and a message in its place is kept", async () => {
  await using house = await House.open();
  const run = await house.say("FAIL401 now");
  const outcome = await within("the outcome", run.done);
  expect(outcome).toMatchObject({ status: "error", error: { kind: "auth", status: 401 } });
  expect(house.events.script().slice(11)).toEqual([
    "agent lifecycle:model 5",
    "sessions.changed model",
    "agent lifecycle:finishing 6",
    "agent lifecycle:model:none 7",
    "agent lifecycle:fallback_step 8",
    "agent lifecycle:error 9",
    "chat error 9",
    "sessions.changed agent.input.settled",
    "session.message assistant",
    "sessions.changed model",
    "sessions.changed error",
  ]);
  const [user, failed] = await house.transcript();
  expect(user).toBe("user: FAIL401 now");
  expect(failed).toContain("mock/mock-1: its credential was refused (HTTP 401)");
  expect((await house.store.sessions.get(KEY))?.entry.status).toBe("error");
});

test("a model without a credential is not said to have refused one: the answer tells how to get it", async () => {
  await using house = await House.open({ config: { agents: { defaults: { model: "groq/llama" } } } });
  const run = await house.say("hi");
  await within("the outcome", run.done);
  const [, failed] = await house.transcript();
  expect(failed).toContain("groq/llama: no credential for groq: openclaw models auth paste-api-key");
});

test("a run whose time is up says so as recorded", async () => {
  const clock = new ManualClock();
  await using house = await House.open({ clock });
  const run = await house.say("HANG please", { timeoutMs: 80 });
  await house.provider.request("the call");
  clock.advance(80);
  const outcome = await within("the outcome", run.done);
  expect(outcome).toMatchObject({
    status: "timeout",
    error: { kind: "timeout" },
    timeoutPhase: "provider",
    providerStarted: true,
  });
  expect(house.events.script().slice(11)).toEqual([
    "agent lifecycle:model 5",
    "sessions.changed model",
    "session.message assistant",
    "agent lifecycle:model:none 6",
    "agent lifecycle:error 7",
    "chat error 7",
    "sessions.changed agent.input.settled",
    "sessions.changed model",
    "sessions.changed error",
  ]);
  expect(house.events.ends(outcome.runId)[0]?.data).toMatchObject({ errorKind: "timeout" });
  expect((await house.store.sessions.get(KEY))?.entry.status).toBe("timeout");
});

test("a repeat of an aborted run is told that it was aborted, and runs nothing", async () => {
  await using house = await House.open();
  house.provider.next(answer([text("word0"), silence()]));
  const request = ask("SLOW please");
  await house.runs.submit(request);
  await speaking(house);
  await house.runs.abort(KEY, { reason: "rpc", clearQueue: false });
  expect(await house.runs.submit(request)).toMatchObject({
    state: "settled",
    outcome: { status: "aborted", stopReason: "rpc" },
  });
});

test("waiting for a run gives its outcome, now, later, or nothing when it takes too long", async () => {
  await using house = await House.open();
  const gate = new Gate();
  house.provider.next(answer([hold(gate), text("done")]));
  const request = ask("Say something");
  const early = house.runs.wait(request.runId, PATIENCE_MS);
  await house.runs.submit(request);
  expect(await house.runs.wait(request.runId, 1)).toBeUndefined();
  gate.open();
  expect(await within("the outcome", early)).toMatchObject({ status: "ok", text: "done" });
  expect(await house.runs.wait(request.runId, PATIENCE_MS)).toMatchObject({ status: "ok" });
  expect(await house.runs.wait("no-such-run" as RunId, 1)).toBeUndefined();
});

test.each([
  [{ model: "nosuch/thing" }, 'no provider is called "nosuch"'],
  [{ thinking: "bananas" }, '"bananas" is no thinking level of mock/mock-1; it has: '],
])("%p is a person's mistake: told as it is, one line in the log, no stack", async (wish, said) => {
  const lines: [level: string, fields: unknown][] = [];
  const log: Logger = {
    ...silentLogger,
    warn: (_message, fields) => void lines.push(["warn", fields]),
    error: (_message, fields) => void lines.push(["error", fields]),
    child: () => log,
  };
  await using house = await House.open({ log });
  const outcome = await within("the end", (await house.say("hi", wish)).done);
  expect(outcome.status).toBe("error");
  expect(outcome.error?.display).toStartWith(`⚠️ ${said}`);
  expect(outcome.error?.display).not.toContain("openclaw logs");
  expect(lines).toEqual([["warn", { runId: outcome.runId, reason: expect.stringContaining(said) }]]);
});
