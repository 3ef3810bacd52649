import { normalizeContext, type Tool, Type } from "@earendil-works/pi-ai";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { answerTo } from "../../../src/agent/models/guide/answer.ts";
import { askedIn } from "../../../src/agent/models/guide/conversation.ts";
import type { GuideFacts } from "../../../src/agent/models/guide/facts.ts";
import { heardIn } from "../../../src/agent/models/guide/hearing.ts";
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

const ANSWER = {
  role: "assistant" as const,
  api: "builtin-guide",
  provider: "builtin",
  model: "guide",
  stopReason: "stop" as const,
  usage: {
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
    totalTokens: 0,
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
  },
};

const tool = (name: string, parameters = Type.Object({})): Tool => ({ name, description: name, parameters });

function reply(said: string, tools: Tool[] = []) {
  const context = normalizeContext({ messages: [{ role: "user", content: said, timestamp: 0 }], tools });
  return answerTo(askedIn(context), FACTS, NOW);
}

const text = (said: string, tools: Tool[] = []) => reply(said, tools).text;

/** Wordings, and what the answer to each of them contains. */
const PHRASINGS: readonly (readonly [expected: string, wordings: readonly string[]])[] = [
  [
    "Hello! I am the guide built into OpenClaw",
    [
      "hello",
      "Hi there!",
      "hey",
      "good morning",
      "Hi, how are you?",
      "hello?",
      "test",
      "anybody there?",
      "Hallo",
      "hello openclaw :",
      "",
    ],
  ],
  [
    "`echo TEXT`",
    [
      "what can you do?",
      "help",
      "hello, what can you do?",
      "Hi! What can you do for me?",
      "hey there, can you help me please",
      "what are you able to do",
      "so what do you do",
      "how can you help me?",
      "examples",
      "get started",
      "What should I do next?",
      "how does this work?",
      "How do I use you",
      "could you please tell me what you can do",
      "what can i ask you?",
      "Hilfe",
      "what now?",
    ],
  ],
  [
    "It is 15:05 on Saturday, 21 November 2026 (Europe/Vienna).",
    [
      "what time is it",
      "What's the date today?",
      "hi, what time is it?",
      "Can you tell me the time please?",
      "which day is it today?",
      "what day is today",
      "time",
      "what is the current time",
      "hey, do you know what time it is?",
      "what is the date and time",
      "whats the day today",
      "Could you tell me what day it is, please?",
    ],
  ],
  [
    "hello world",
    [
      "echo hello world",
      'echo "hello world"',
      "please echo hello world",
      "say hello world",
      "repeat after me: hello world",
      "Hi, could you echo hello world",
      "ECHO: hello world",
    ],
  ],
  [
    "OpenClaw 2026.11.1 has been running for 1 hour and 2 minutes.",
    [
      "status",
      "are you up?",
      "Hello, what's your status?",
      "ping",
      "gateway status",
      "is the gateway running?",
      "how is the gateway doing?",
      "show me the status",
      "status please",
      "uptime",
      "which version are you?",
    ],
  ],
  [
    "**gateway.port** – Port",
    [
      "config gateway.port",
      "what does gateway.port do?",
      "gateway.port",
      "explain gateway.port",
      "what is gateway.port",
      "what does the setting `gateway.port` mean?",
      "hi, what does gateway.port do?",
      "what is gateway.port for?",
      "help me with gateway.port",
      "can you explain gateway.port please",
      "tell me about gateway.port",
    ],
  ],
  [
    "`openclaw config set gateway.port VALUE`",
    [
      "how do I set gateway.port?",
      "how can i change the config key gateway.port",
      "how to change gateway.port",
      "Hello! How would I change gateway.port?",
    ],
  ],
  [
    "`openclaw config set gateway.port 19000`",
    ["how do I set gateway.port to 19000?", "how do i change gateway.port to 19000"],
  ],
  ["One of: ", ["what does gateway.bind do?", "explain gateway.bind"]],
  ["Keys in it: ", ["explain agents.defaults.model", "config gateway"]],
  [
    "There is no configuration key `gateway.colour`. Keys in `gateway`: ",
    [
      "config gateway.colour",
      "what does gateway.colour do?",
      "how do I set gateway.colour?",
      "gateway.colour",
    ],
  ],
  [
    "~/.openclaw/openclaw.json",
    ["config", "where is the configuration file?", "settings", "how do I configure you?"],
  ],
  [
    "`openclaw models auth paste-api-key --provider anthropic`",
    [
      "how do I connect a model?",
      "connect",
      "how do I connect you",
      "models",
      "I want to use Claude",
      "how do I connect anthropic?",
      "connect anthropic",
      "Hi, how do I use Claude here?",
      "where do I enter my API key?",
      "what do I need to get a real model",
    ],
  ],
  [
    "`openclaw models auth paste-api-key --provider openai`",
    [
      "can I add my openai api key",
      "how do I connect openai?",
      "hello, how can I connect ChatGPT?",
      "openai",
      "I have an OpenAI key, how do I add my OpenAI key?",
    ],
  ],
  ["`openclaw models auth paste-api-key --provider google`", ["how do I connect Gemini?", "connect google"]],
  ["`openclaw models auth paste-api-key --provider mistral`", ["how do i set up mistral"]],
  [
    "`openclaw models list --local --refresh`",
    [
      "use ollama please",
      "how do I connect ollama?",
      "can you use lm studio",
      "I want to run a local model",
      "how do I connect a local model",
    ],
  ],
  [
    "not a language model",
    [
      "who are you?",
      "Hello, who are you?",
      "what are you",
      "are you an AI?",
      "which model are you",
      "what is your name?",
      "are you ChatGPT?",
      "who am I talking to?",
      "what is openclaw?",
      "what model is this?",
    ],
  ],
  ["No tools are offered", ["which tools do you have?", "tools", "can you use tools?"]],
  [
    "You're welcome",
    [
      "thanks!",
      "thank you",
      "thank you very much",
      "ok thanks",
      "great, thanks!",
      "ok",
      "cool",
      "Danke",
      "thanks for the help",
    ],
  ],
  ["The gateway keeps running", ["bye", "goodbye!", "good night"]],
];

describe("what it understands", () => {
  test.each(PHRASINGS.flatMap(([expected, wordings]) => wordings.map((said) => [said, expected] as const)))(
    "“%s” is answered with “%s”",
    (said, expected) => {
      expect(text(said)).toContain(expected);
    },
  );

  test("a greeting is returned, and several questions are answered together", () => {
    expect(text("Hello! What time is it?")).toStartWith("Hello! It is 15:05");
    const both = text("Hi. What can you do? And what time is it?");
    expect(both).toContain("`echo TEXT`");
    expect(both).toContain("It is 15:05");
  });

  test.each([
    "Write me a poem about the sea",
    "what's the weather",
    "who wrote hamlet?",
    "hello, who wrote hamlet?",
    "what is love",
    "My code does not compile. Help!",
    "how do I set a table?",
    "explain recursion",
    "what time is it in Tokyo?",
    "hello, I have a question about tax law. What can I do?",
    "translate: I use a key to open the door",
    "http://example.com/ what is this about",
    "什么是人工智能",
  ])("“%s” takes a model, and it says so", (said) => {
    expect(text(said)).toContain("So I cannot answer that.");
  });
});

describe("what it cannot do", () => {
  const conversation = (...turns: string[]) =>
    answerTo(
      askedIn(
        normalizeContext({
          messages: turns.map((content, index) =>
            index % 2 === 0
              ? { role: "user", content, timestamp: index }
              : { ...ANSWER, content: [{ type: "text", text: content }], timestamp: index },
          ),
        }),
      ),
      FACTS,
      NOW,
    ).text;

  test("is said plainly, with the way to a real model, in six lines", () => {
    const said = text("Write me a poem about the sea");
    expect(said).toContain("not a language model. So I cannot answer that.");
    expect(said).toContain("openclaw models auth paste-api-key");
    expect(said.split("\n").length).toBeLessThanOrEqual(6);
  });

  test("is said in one line from the second time on", () => {
    const first = text("Write me a poem");
    const second = conversation("Write me a poem", first, "Then a haiku");
    expect(second).toContain("it takes a language model, and none is connected");
    expect(second).toContain("`connect`");
    expect(second.split("\n")).toHaveLength(1);
    expect(conversation("Write me a poem", first, "x", second, "And a song?")).toBe(second);
    expect(conversation("hello", text("hello"), "Write me a poem")).toBe(second);
    expect(conversation("hello", text("hello"), "hello")).toStartWith("Hello again.");
  });

  test("a picture cannot be looked at", () => {
    const context = normalizeContext({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "what is on this?" },
            { type: "image", data: "aGk=", mimeType: "image/png" },
          ],
          timestamp: 0,
        },
      ],
    });
    expect(answerTo(askedIn(context), FACTS, NOW).text).toContain("So I cannot look at images.");
  });

  test("no answer of its own is longer than a small screen", () => {
    for (const [, wordings] of PHRASINGS) {
      for (const said of wordings) expect(text(said).split("\n").length).toBeLessThanOrEqual(10);
    }
  });
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
    const at = (isError: boolean, result = "all well") =>
      answerTo(
        askedIn(
          normalizeContext({
            messages: [
              { role: "user", content: "status", timestamp: 0 },
              {
                role: "toolResult",
                toolCallId: "1",
                toolName: "session_status",
                content: [{ type: "text", text: result }],
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
    expect(at(false, '{"ok":true,"result":{"version":"1","uptimeMs":7}}')).toEndWith(
      "says:\n\n- version: 1\n- uptimeMs: 7",
    );
    expect(at(false, '{"ok":true,"result":18789}')).toEndWith("says:\n\n`18789`");
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

test("it answers anything, the same way each time, and no text holds it up", () => {
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
  // An expression that tries every way through one of these is not done while a test lasts.
  for (const hostile of [
    "please ".repeat(5_000),
    "a".repeat(50_000),
    `config ${"a.".repeat(20_000)}`,
    "?".repeat(50_000),
  ]) {
    for (const { says } of INTENTS) says.test(hostile);
    expect(heardIn(hostile)).toEqual({ greets: false, asks: [hostile] });
  }
});

test("what the gateway puts around a message is found in one pass, however long the gaps are", () => {
  const heard = (said: string) =>
    askedIn(normalizeContext({ messages: [{ role: "user", content: said, timestamp: 0 }], tools: [] })).text;
  const [begins, ends] = ["BEGIN", "END"].map((mark) => `<<<${mark}_OPENCLAW_INTERNAL_CONTEXT>>>`);
  expect(heard(`one ${begins}a${ends}two${begins}b\nc${ends}\n\n\nRuntime: agent=main`)).toBe("one two");
  expect(heard(`one ${begins}two`)).toBe(`one ${begins}two`);
  // To try each of these as a beginning would take hours.
  const gap = "\n".repeat(1_000_000);
  expect(heard(`a${gap}b`)).toBe(`a${gap}b`);
  expect(heard(begins?.repeat(30_000) ?? "")).toHaveLength(30_000 * (begins?.length ?? 0));
});

describe("through the same door as every model", () => {
  test("it streams in pieces, costs nothing and counts what it said", async () => {
    await using room = await openRoom({});
    const { events, message, text: said, attempts } = await ask(room, "hello");
    const pieces = events.filter((event) => event.type === "text_delta");
    expect(pieces.length).toBeGreaterThan(5);
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
