import { normalizeContext, type Tool, Type } from "@earendil-works/pi-ai";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { answerTo } from "../../../src/agent/models/guide/answer.ts";
import { askedIn } from "../../../src/agent/models/guide/conversation.ts";
import type { GuideFacts } from "../../../src/agent/models/guide/facts.ts";
import { INTENTS } from "../../../src/agent/models/guide/intents.ts";
import { within } from "../../support/index.ts";
import { ask, openRoom } from "./room.ts";

const NOW = Date.UTC(2026, 10, 21, 14, 5);
const FACTS: GuideFacts = {
  version: "2026.11.1",
  startedAt: NOW - 3_725_000,
  address: () => "http://127.0.0.1:18789",
  timeZone: () => "Europe/Vienna",
  configPath: "~/.openclaw/openclaw.json",
};

const tool = (name: string, parameters = Type.Object({})): Tool => ({ name, description: name, parameters });

function reply(said: string, tools: Tool[] = []) {
  const context = normalizeContext({ messages: [{ role: "user", content: said, timestamp: 0 }], tools });
  return answerTo(askedIn(context), FACTS, NOW);
}

const text = (said: string, tools: Tool[] = []) => reply(said, tools).text;

describe("what it understands", () => {
  test.each([
    ["hello", "Hello! I am the guide built into OpenClaw"],
    ["Hi there!", "not a language model"],
    ["what can you do?", "**status**"],
    ["help", "**echo TEXT**"],
    ["what time is it", "It is 15:05 on Saturday, 21 November 2026 (Europe/Vienna)."],
    ["What's the date today?", "Saturday, 21 November 2026"],
    ["echo hello world", "hello world"],
    ['echo "quoted text"', "quoted text"],
    ["status", "OpenClaw 2026.11.1 has been running for 1 hour and 2 minutes."],
    ["are you up?", "It listens on http://127.0.0.1:18789."],
    ["config gateway.port", "**gateway.port** – Port"],
    ["what does gateway.bind do?", "One of: "],
    ["explain agents.defaults.model", "openclaw config get agents.defaults.model"],
    ["config", "~/.openclaw/openclaw.json"],
    ["config gateway.colour", "There is no configuration key “gateway.colour”."],
    ["how do I connect a model?", "openclaw models auth paste-api-key --provider anthropic"],
    ["I want to use Claude", "openclaw models auth paste-api-key --provider anthropic"],
    ["can I add my openai api key", "--provider openai"],
    ["use ollama please", "openclaw models list --local --refresh"],
    ["who are you?", "I know a handful of questions by heart"],
    ["are you an AI?", "not a language model"],
    ["which model are you", "no language model is connected"],
    ["which tools do you have?", "No tools are offered"],
    ["thanks!", "You're welcome"],
    ["bye", "The gateway keeps running."],
  ])("%s", (said, expected) => {
    expect(text(said)).toContain(expected);
  });
});

test("what it cannot answer it says plainly, with the way to a real model", () => {
  const said = text("Write me a poem about the sea");
  expect(said).toContain("I cannot answer “Write me a poem about the sea”: that takes a language model");
  expect(said).toContain("openclaw models auth paste-api-key");
});

test("it hears the words, not what the gateway puts around them", () => {
  const dressed = [
    "Conversation info: ⟦openclaw:ctx⟧",
    "```json",
    '{"sender":{"id":"7","name":"A"}}',
    "```",
    "",
    "[Sat 2026-11-21 00:08 UTC] echo heard\nRuntime: agent=main | session=x",
  ].join("\n");
  const context = normalizeContext({
    messages: [
      { role: "user", content: dressed, timestamp: 0 },
      {
        role: "user",
        content: "<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>\nsecret\n<<<END_OPENCLAW_INTERNAL_CONTEXT>>>",
        timestamp: 1,
      },
    ],
  });
  expect(answerTo(askedIn(context), FACTS, NOW).text).toBe("heard");
});

describe("tools", () => {
  test("the status is asked of the tool that knows it, with what it takes", () => {
    expect(reply("status", [tool("session_status")])).toMatchObject({
      tool: "session_status",
      arguments: {},
    });
    const gateway = tool("gateway", Type.Object({ action: Type.String() }));
    expect(reply("gateway status", [gateway])).toMatchObject({
      tool: "gateway",
      arguments: { action: "status" },
    });
    const picky = tool("session_status", Type.Object({ key: Type.String() }));
    expect(reply("status", [picky])).not.toHaveProperty("tool");
  });

  test("only tools that tell something are ever called", () => {
    const dangerous = ["exec", "write", "message", "sessions_send", "read", "web_fetch"].map((name) =>
      tool(name),
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom("exec ls", "run exec", "status", "time", "write x")),
        (said) => {
          expect(reply(said, dangerous)).not.toHaveProperty("tool");
        },
      ),
    );
  });

  test("a result is told in the next call, and a failure as one", () => {
    const at = (isError: boolean) =>
      answerTo(
        askedIn(
          normalizeContext({
            messages: [
              { role: "user", content: "status", timestamp: 0 },
              {
                role: "toolResult",
                toolCallId: "1",
                toolName: "session_status",
                content: [{ type: "text", text: "all well" }],
                isError,
                timestamp: 1,
              },
            ],
          }),
        ),
        FACTS,
        NOW,
      ).text;
    expect(at(false)).toBe("Here is what `session_status` says:\n\nall well");
    expect(at(true)).toBe("The tool `session_status` failed: all well");
  });
});

test("titles and summaries quote what was said", () => {
  const asked = (system: string, ...said: string[]) =>
    answerTo(
      askedIn(
        normalizeContext({
          systemPrompt: system,
          messages: said.map((content, timestamp) => ({ role: "user", content, timestamp })),
        }),
      ),
      FACTS,
      NOW,
    ).text;
  expect(asked("Write a title for this conversation.", "please look at my garden plan today")).toBe(
    "please look at my garden plan",
  );
  expect(asked("Summarize the conversation.", "first thing", "second thing")).toBe(
    "The person said, in this order:\n- first thing\n- second thing",
  );
});

test("it answers anything, the same way each time, at once", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme", minLength: 500 })),
      (said) => {
        const first = reply(said);
        expect(reply(said)).toEqual(first);
        expect(first.text).not.toBe("");
      },
    ),
    { numRuns: 300 },
  );
  for (const { says } of INTENTS) {
    for (const hostile of [
      "please ".repeat(5_000),
      "a".repeat(50_000),
      `config ${"a.".repeat(20_000)}`,
      "?".repeat(50_000),
    ]) {
      const started = performance.now();
      says.test(hostile);
      expect(performance.now() - started).toBeLessThan(200);
    }
  }
});

describe("through the same door as every model", () => {
  test("it streams in pieces, costs nothing and counts what it said", async () => {
    await using room = await openRoom({});
    const { events, message, text: said, attempts } = await ask(room, "hello");
    const pieces = events.filter((event) => event.type === "text_delta");
    expect(pieces.length).toBeGreaterThan(10);
    expect(events.at(0)?.type).toBe("start");
    expect(events.at(-1)).toMatchObject({ type: "done", reason: "stop" });
    expect(said).toContain("Your gateway (version 2026.11.1) works");
    expect(message).toMatchObject({ provider: "builtin", model: "guide", usage: { cost: { total: 0 } } });
    expect(message.usage.output).toBeGreaterThan(50);
    expect(attempts).toEqual(["builtin/guide builtin:none"]);
  });

  test("it calls a tool and goes on with its result", async () => {
    await using room = await openRoom({});
    const { message, events } = await ask(room, "status", { tools: [tool("session_status")] });
    expect(message.stopReason).toBe("toolUse");
    expect(message.content.at(-1)).toMatchObject({ type: "toolCall", name: "session_status", arguments: {} });
    expect(events.map(({ type }) => type)).toContain("toolcall_end");
  });

  test("an abort ends it at once", async () => {
    await using room = await openRoom({});
    const ending = new AbortController();
    const call = ask(room, "hello", {
      options: { signal: ending.signal },
      onEvent: (event) => event.type === "text_delta" && ending.abort(),
    });
    const { message, text: said } = await within("the abort", call);
    expect(message.stopReason).toBe("aborted");
    expect(said.length).toBeLessThan(100);
  });

  test("it is a model like others in lists and needs no key", async () => {
    await using room = await openRoom({});
    expect(await room.models.info({ provider: "builtin", model: "guide" })).toMatchObject({
      source: "builtin",
      available: true,
      cost: { input: 0, output: 0 },
      thinkingLevels: ["off"],
    });
    expect((await room.models.probe({ provider: "builtin", agentId: "main" })).status).toBe("ok");
  });
});
