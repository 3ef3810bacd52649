import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  answer,
  Gate,
  hold,
  type ModelRequest,
  spoken,
  text,
  toolCall,
} from "../../fakes/model-provider/index.ts";
import { type WireClient, within } from "../../support/index.ts";
import { objectOf, type TurnWorld, turnWorld } from "../turns/support/index.ts";

let world: TurnWorld;
beforeAll(async () => {
  world = await turnWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

let sessions = 0;

/** A session whose first turn stands in the middle of its answer. */
class Busy {
  readonly key = `agent:main:busy-${++sessions}`;
  readonly #gate = new Gate();

  private constructor(readonly client: WireClient) {}

  /** `settings`: words of `/queue`. With `acts`, the turn calls a tool after the gate, and so goes on. */
  static async open(settings: string, { acts = false } = {}): Promise<Busy> {
    const busy = new Busy(await world.operator());
    if (settings !== "") await busy.say("settings", `/queue ${settings}`);
    const end = acts ? toolCall("session_status", {}) : text(" and whole");
    world.fake.next(answer([text("Half"), hold(busy.#gate), end]));
    expect(await busy.say("first", "first message")).toMatchObject({ status: "started" });
    await within("the answer to begin", busy.#gate.reached);
    return busy;
  }

  id(name: string): string {
    return `${name}@${this.key}`;
  }

  async say(name: string, message: string, extra: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const params = { sessionKey: this.key, message, idempotencyKey: this.id(name), ...extra };
    return objectOf(await this.client.call("chat.send", params));
  }

  release(): void {
    this.#gate.open();
  }

  async end(name: string): Promise<Readonly<Record<string, unknown>>> {
    return objectOf(await this.client.call("agent.wait", { runId: this.id(name) }));
  }

  async answerTo(name: string): Promise<unknown> {
    return objectOf((await this.end(name)).terminalReply).text;
  }

  /** What people said, and the model, as the session has it. */
  async transcript(): Promise<string[]> {
    const { messages } = objectOf(await this.client.call("chat.history", { sessionKey: this.key }));
    return (messages as readonly { role: string; content: unknown }[])
      .filter(({ role }) => role === "user" || role === "assistant")
      .map(({ role, content }) => `${role}: ${textOf(content)}`);
  }

  /** The calls in which a model heard these words last. */
  heard(words: string): ModelRequest[] {
    return world.fake.about(`${words} ${this.key}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
    await this.client.call("chat.abort", { sessionKey: this.key });
    await this.client.close();
  }
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return (content as readonly { text?: string }[]).map((part) => part.text ?? "").join("");
}

test("followup: each message has a turn of its own, in order", async () => {
  await using busy = await Busy.open("followup");
  await busy.say("second", "ECHO two");
  await busy.say("third", "ECHO three");
  busy.release();
  expect(await busy.answerTo("third")).toBe("three");
  expect(await busy.answerTo("second")).toBe("two");
  expect((await busy.transcript()).slice(-6)).toEqual([
    "user: first message",
    "assistant: Half and whole",
    "user: ECHO two",
    "assistant: two",
    "user: ECHO three",
    "assistant: three",
  ]);
});

test("steer: a turn that goes on hears what is said meanwhile, and both messages have its answer", async () => {
  await using busy = await Busy.open("steer", { acts: true });
  await busy.say("second", `ECHO steered ${busy.key}`);
  busy.release();
  expect(await busy.answerTo("first")).toBe(`steered ${busy.key}`);
  expect(await busy.answerTo("second")).toBe(`steered ${busy.key}`);
  expect(busy.heard("ECHO steered")).toHaveLength(1);
});

test("steer: a turn that has nothing more to do is not prolonged, the message has its own", async () => {
  await using busy = await Busy.open("steer");
  await busy.say("second", "ECHO own");
  busy.release();
  expect(await busy.answerTo("first")).toBe("Half and whole");
  expect(await busy.answerTo("second")).toBe("own");
});

test("collect: what was said meanwhile is one turn, after a silence", async () => {
  await using busy = await Busy.open("collect debounce:50ms");
  for (const name of ["a", "b", "c"]) await busy.say(name, `ECHO ${name} ${busy.key}`);
  busy.release();
  for (const name of ["a", "b", "c"]) expect(await busy.answerTo(name)).toBe(`c ${busy.key}`);
  const [call, ...more] = busy.heard("ECHO c");
  expect(more).toEqual([]);
  const users = call?.turns.filter(({ role }) => role === "user").map((turn) => spoken(turn.text)) ?? [];
  expect(users.slice(-3)).toEqual(["a", "b", "c"].map((name) => `ECHO ${name} ${busy.key}`));
  expect(busy.heard("ECHO a")).toEqual([]);
});

test("interrupt: the newest message ends the turn and those that wait, and is told so", async () => {
  await using busy = await Busy.open("followup");
  await busy.say("second", "ECHO two");
  expect(await busy.say("third", "ECHO three", { queueMode: "interrupt" })).toMatchObject({
    status: "started",
    interruptedActiveRun: true,
  });
  expect(await busy.answerTo("third")).toBe("three");
  for (const name of ["first", "second"]) expect(await busy.end(name)).toMatchObject({ status: "timeout" });
});

test("cap with drop:old: the oldest that wait give way, and whoever waits for them is told", async () => {
  await using busy = await Busy.open("followup cap:2 drop:old");
  for (const name of ["a", "b", "c", "d"]) await busy.say(name, `ECHO ${name} ${busy.key}`);
  for (const name of ["a", "b"])
    expect(await busy.end(name)).toMatchObject({ status: "timeout", stopReason: "dropped" });
  busy.release();
  expect(await busy.answerTo("d")).toBe(`d ${busy.key}`);
  expect(await busy.answerTo("c")).toBe(`c ${busy.key}`);
  expect([...busy.heard("ECHO a"), ...busy.heard("ECHO b")]).toEqual([]);
});

test("cap with drop:new: the newest is refused, can be sent again later, and nothing else is lost", async () => {
  await using busy = await Busy.open("followup cap:1 drop:new");
  await busy.say("a", `ECHO a ${busy.key}`);
  const params = { sessionKey: busy.key, message: "ECHO b", idempotencyKey: busy.id("b") };
  expect(await busy.client.request("chat.send", params)).toMatchObject({
    ok: false,
    error: { code: "UNAVAILABLE", retryable: true },
  });
  busy.release();
  expect(await busy.answerTo("a")).toBe(`a ${busy.key}`);
  expect(await busy.say("b", "ECHO b")).toMatchObject({ status: "started" });
  expect(await busy.answerTo("b")).toBe("b");
});

test("cap with drop:summarize: the model is told what fell out", async () => {
  await using busy = await Busy.open("followup cap:1 drop:summarize");
  await busy.say("a", `remember the milk ${busy.key}`);
  await busy.say("b", `ECHO b ${busy.key}`);
  expect(await busy.end("a")).toMatchObject({ stopReason: "dropped" });
  busy.release();
  expect(await busy.answerTo("b")).toBe(`b ${busy.key}`);
  const [call] = busy.heard("ECHO b");
  expect(JSON.stringify(call?.turns)).toContain("remember the milk");
});

test("a reset among messages: what was under way is ended, what comes after begins a new conversation", async () => {
  await using busy = await Busy.open("followup");
  await busy.say("second", `ECHO two ${busy.key}`);
  const [, after] = await Promise.all([
    busy.client.call("sessions.reset", { key: busy.key }),
    busy.say("third", `ECHO three ${busy.key}`),
  ]);
  expect(after).toMatchObject({ status: "started" });
  for (const name of ["first", "second"]) expect(await busy.end(name)).toMatchObject({ status: "timeout" });
  await busy.say("fourth", `ECHO four ${busy.key}`);
  expect(await busy.answerTo("fourth")).toBe(`four ${busy.key}`);
  const told = await busy.transcript();
  expect(told.some((line) => line.includes("first message") || line.includes("two"))).toBe(false);
  expect(told.slice(-2)).toEqual([`user: ECHO four ${busy.key}`, `assistant: four ${busy.key}`]);
});
