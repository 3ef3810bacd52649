import { expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import type { ToolContext } from "../../../src/agent/index.ts";
import { answer, callTools, say, text, toolCall } from "../../fakes/model-provider/index.ts";
import { within } from "../../support/wait.ts";
import { House, KEY } from "./house.ts";
import { tool, toolsOf } from "./stand-ins.ts";

test("a command shows its frames between two model calls as recorded", async () => {
  const exec = tool("exec", async (_args, { update }) => {
    update({ content: [{ type: "text", text: "probe-output\n" }], details: { status: "running" } });
    return {
      content: [{ type: "text", text: "probe-output" }],
      details: { status: "completed", exitCode: 0, durationMs: 3, cwd: "/w" },
    };
  });
  await using house = await House.open({ tools: toolsOf(exec) });
  const run = await house.say('TOOL exec {"command":"echo probe-output","title":"say it"}');
  const outcome = await within("the answer", run.done);
  expect(outcome).toMatchObject({ text: "The tool has finished.", toolNames: ["exec"], assistantTurns: 2 });
  expect(outcome.usage).toMatchObject({ input: 200, output: 40 });
  const script = house.events.script();
  expect(script.slice(11, script.indexOf("agent assistant 16"))).toEqual([
    "agent lifecycle:model 5",
    "sessions.changed model",
    "agent usage 6",
    "session.message assistant",
    "agent item:start 7",
    "agent tool:start 8",
    "agent tool:update 9",
    "agent item:update 10",
    "agent command_output 11",
    "agent tool:result 12",
    "agent item:end 13",
    "agent command_output 14",
    "agent lifecycle:model 15",
    "sessions.changed model",
  ]);
  const told = house.events.told.filter(({ what }) => what === "item:start" || what === "command_output");
  expect(told.map(({ data }) => data)).toMatchObject([
    {
      itemId: "tool:call_mock_1",
      title: "Exec say it",
      meta: "say it",
      commandBearing: true,
      status: "running",
    },
    { itemId: "command:call_mock_1", phase: "delta", title: "command say it", output: "probe-output" },
    { phase: "end", status: "completed", exitCode: 0, durationMs: 3, cwd: "/w" },
  ]);
  expect(await house.transcript()).toEqual([
    'user: TOOL exec {"command":"echo probe-output","title":"say it"}',
    "assistant: <exec>",
    "toolResult: probe-output",
    "assistant: The tool has finished.",
  ]);
});

test("arguments are checked, mended where their meaning is clear, and faults told to the model", async () => {
  const got: unknown[] = [];
  const count = tool(
    "count",
    async (args) => {
      got.push(args);
      return { content: [{ type: "text", text: "counted" }] };
    },
    { parameters: Type.Object({ times: Type.Integer() }) },
  );
  await using house = await House.open({ tools: toolsOf(count) });
  house.provider.next(callTools({ name: "count", args: { times: "5" } }, { name: "count", args: {} }));
  house.provider.next(say("done"));
  await within("the answer", (await house.say("go")).done);
  expect(got).toEqual([{ times: 5 }]);
  const [, , good, bad] = await house.transcript();
  expect(good).toBe("toolResult: counted");
  expect(bad).toContain("times");
});

test("null is what a model writes for nothing: it is no 0, and no empty text", async () => {
  const got: unknown[] = [];
  const wait = tool(
    "wait",
    async (args) => {
      got.push(args);
      return { content: [] };
    },
    {
      parameters: Type.Object({
        seconds: Type.Optional(Type.Number()),
        where: Type.Optional(Type.Object({ path: Type.Optional(Type.String()), line: Type.Number() })),
      }),
    },
  );
  await using house = await House.open({ tools: toolsOf(wait) });
  house.provider.next(callTools({ name: "wait", args: { seconds: null, where: { path: null, line: 2 } } }));
  house.provider.next(callTools({ name: "wait", args: { where: { path: "a", line: null } } }));
  house.provider.next(say("done"));
  await within("the answer", (await house.say("go")).done);
  expect(got).toEqual([{ where: { line: 2 } }]);
  expect((await house.transcript()).at(-2)).toContain("line");
});

test("what a tool throws or calls an error is told to the model as one", async () => {
  const thrown = tool("thrown", () => Promise.reject(new Error("no such file")));
  const called = tool("called", async () => ({
    content: [{ type: "text", text: "not now" }],
    isError: true,
  }));
  await using house = await House.open({ tools: toolsOf(thrown, called) });
  house.provider.next(callTools({ name: "thrown", args: {} }, { name: "called", args: {} }), say("sorry"));
  const outcome = await within("the answer", (await house.say("go")).done);
  expect(outcome.toolNames).toEqual([]);
  const record = await house.store.sessions.get(KEY);
  const events = await house.store.transcripts.read(record?.sessionId ?? "");
  const results = events
    .map(({ event }) => event.message)
    .filter((one) => JSON.stringify(one).includes("isError"));
  expect(results).toMatchObject([
    { content: [{ text: "no such file" }], isError: true },
    { content: [{ text: "not now" }], isError: true },
  ]);
});

test("long results are cut for the model, long details for everybody", async () => {
  const long = tool("long", async () => ({
    content: [{ type: "text", text: "x".repeat(50_000) }],
    details: { exitCode: 7, dump: "y".repeat(50_000) },
  }));
  await using house = await House.open({ tools: toolsOf(long) });
  await within("the answer", (await house.say("TOOL long {}")).done);
  const [, , result = ""] = await house.transcript();
  expect(result.length).toBeLessThan(16_200);
  expect(result).toContain("34000 characters left out");
  const shown = house.events.told.find(({ what }) => what === "tool:result")?.data;
  expect(shown?.result).toMatchObject({ details: { persistedDetailsTruncated: true, exitCode: 7 } });
});

test("a tool knows where and for whom it runs", async () => {
  let seen: ToolContext | undefined;
  const look = tool("look", async (_args, context) => {
    seen = context;
    return { content: [{ type: "text", text: "seen" }] };
  });
  await using house = await House.open({ tools: toolsOf(look) });
  const { runId } = await within("the answer", (await house.say("TOOL look {}")).done);
  expect(seen).toMatchObject({
    agentId: "main",
    sessionKey: KEY,
    runId,
    toolCallId: "call_mock_1",
    seesImages: true,
    maxResultChars: 16_000,
    sender: { id: "gateway-owner" },
  });
});

test("the store knows that a run acts before its first tool that is not read-only", async () => {
  const phases: unknown[] = [];
  const note = async () => {
    phases.push((await house.store.runs.unsettled())[0]?.phase);
    return { content: [{ type: "text" as const, text: "ok" }] };
  };
  const [look, act] = [tool("look", note, { readOnly: true }), tool("act", note)];
  await using house = await House.open({ tools: toolsOf(look, act) });
  house.provider.next(answer([toolCall("look", {})]), answer([toolCall("act", {})]), say("done"));
  await within("the answer", (await house.say("go")).done);
  expect(phases).toEqual(["running", "acting"]);
});

test("a tool may end the turn", async () => {
  const last = tool("last", async () => ({ content: [{ type: "text", text: "bye" }], terminate: true }));
  await using house = await House.open({ tools: toolsOf(last) });
  house.provider.next(answer([text("Good"), toolCall("last", {})]));
  expect(await within("the end", (await house.say("go")).done)).toMatchObject({ status: "ok", text: "Good" });
  expect(house.provider.requests).toHaveLength(1);
});

const weather = {
  name: "get_weather",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};

test("a call to a client's tool ends the run, and its result goes on with it", async () => {
  await using house = await House.open();
  const http = { namespace: "http", kind: "http", clientTools: [weather] } as const;
  const run = await house.say('TOOL get_weather {"city":"Paris"}', http);
  const outcome = await within("the call", run.done);
  expect(outcome).toMatchObject({
    status: "ok",
    stopReason: "toolUse",
    text: "",
    clientToolCalls: [{ id: "call_mock_1", name: "get_weather", arguments: { city: "Paris" } }],
  });
  expect(JSON.parse((await house.transcript())[2]?.replace("toolResult: ", "") ?? "")).toMatchObject({
    status: "pending",
    tool: "get_weather",
  });
  house.provider.next(say("It is warm."));
  const clientToolResults = [{ id: "call_mock_1", output: "18C" }];
  const next = await house.say("", { ...http, clientToolResults });
  expect(await within("the answer", next.done)).toMatchObject({ text: "It is warm." });
  const messages = house.provider.requests[1]?.body.messages as { role: string; content: string }[];
  expect(messages.at(-1)?.content).toEndWith("Tool:call_mock_1: 18C");
});

test("wishes of the caller reach the provider: sampling, and a tool it must call once", async () => {
  const work = tool("work", async () => ({ content: [{ type: "text", text: "ok" }] }));
  await using house = await House.open({ tools: toolsOf(work) });
  house.provider.next(answer([toolCall("work", {})]), say("done"));
  const wishes = {
    sampling: { temperature: 0.5, top_p: 0.9, max_tokens: 77, stop: ["END"] },
    toolChoice: "required",
  } as const;
  await within("the answer", (await house.say("go", { kind: "http", namespace: "http", ...wishes })).done);
  const [first, second] = house.provider.requests.map(({ body }) => body);
  expect(first).toMatchObject({ temperature: 0.5, top_p: 0.9, stop: ["END"], tool_choice: "required" });
  expect(first?.max_tokens ?? first?.max_completion_tokens).toBe(77);
  expect(second?.tool_choice).not.toBe("required");
});
