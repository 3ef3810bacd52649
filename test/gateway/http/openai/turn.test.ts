import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { RunRequest } from "../../../../src/agent/index.ts";
import { serve, type Served } from "./support/serve.ts";

let served: Served;

beforeAll(async () => {
  served = await serve({ config: { agents: { entries: { main: {}, research: {} } } } });
});

afterAll(() => served[Symbol.asyncDispose]());

type Headers = Record<string, string>;

async function chat(body: object, headers: Headers = {}): Promise<RunRequest> {
  const response = await served.post("/v1/chat/completions", body, headers);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  await response.body?.cancel();
  return served.runs.last;
}

async function respond(body: object, headers: Headers = {}): Promise<RunRequest> {
  const response = await served.post("/v1/responses", body, headers);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  await response.body?.cancel();
  return served.runs.last;
}

async function refusal(path: string, body: object, headers: Headers = {}): Promise<[number, string]> {
  const response = await served.post(path, body, headers);
  const { error } = (await response.json()) as { error: { message: string } };
  return [response.status, error.message];
}

const HI = [{ role: "user", content: "hi" }];
const WEATHER = { name: "get_weather", description: "Weather", parameters: { type: "object" } };
const TOOL = { type: "function", function: WEATHER };

describe("what the agent hears of a chat request", () => {
  test("one message alone is the message", async () => {
    const run = await chat({ messages: HI });
    expect(run).toMatchObject({
      namespace: "http",
      kind: "http",
      agentId: "main",
      message: "hi",
      queueMode: "followup",
      createdVia: "openai",
      sender: { id: "gateway-owner", isOwner: true, isAuthorized: true, isAdmin: true, channel: "http" },
    });
    expect(run.runId).toMatch(/^chatcmpl_[0-9a-f-]{36}$/);
    expect(run).not.toContainAnyKeys(["attachments", "clientTools", "toolChoice", "sampling", "model"]);
  });

  test("history is folded into one message, system messages go to the system prompt", async () => {
    const run = await chat({
      messages: [
        { role: "system", content: "SYSNOTE" },
        { role: "developer", content: [{ type: "text", text: "DEVNOTE" }] },
        { role: "user", content: "q1" },
        { role: "assistant", content: "a1" },
        {
          role: "user",
          content: [
            { type: "text", text: "q2" },
            { type: "text", text: "more" },
          ],
        },
      ],
    });
    expect(run.extraSystemPrompt).toBe("SYSNOTE\n\nDEVNOTE");
    expect(run.message).toBe(
      [
        "[Chat messages since your last reply - for context]",
        "User: q1",
        "Assistant: a1",
        "",
        "[Current message - respond to this]",
        "User: q2\nmore",
      ].join("\n"),
    );
  });

  test("a tool's result is the message to answer, after the call it belongs to", async () => {
    const run = await chat({
      user: "tools-1",
      tools: [TOOL],
      messages: [
        { role: "user", content: "weather?" },
        {
          role: "assistant",
          content: "",
          tool_calls: [
            {
              id: "3281dfe04",
              type: "function",
              function: { name: "get_weather", arguments: '{"city":"Paris"}' },
            },
          ],
        },
        { role: "tool", tool_call_id: "3281dfe04", content: "18C" },
      ],
    });
    expect(run.message).toBe(
      [
        "[Chat messages since your last reply - for context]",
        "User: weather?",
        'Assistant: tool_call id=3281dfe04 name=get_weather arguments={"city":"Paris"}',
        "",
        "[Current message - respond to this]",
        "Tool:3281dfe04: 18C",
      ].join("\n"),
    );
  });

  test("a tool that answered nothing has answered", async () => {
    const run = await chat({ messages: [{ role: "tool", tool_call_id: "x", content: "" }] });
    expect(run.message).toBe("Tool:x: ");
  });

  test("an assistant's words after the last question do not hide it", async () => {
    const run = await chat({ messages: [...HI, { role: "assistant", content: "well" }] });
    expect(run.message).toBe("hi");
  });

  test("sampling goes to the provider by its own names", async () => {
    const run = await chat({
      messages: HI,
      temperature: 0.5,
      top_p: 1,
      frequency_penalty: -2,
      presence_penalty: 2,
      seed: 7,
      stop: "END",
      max_tokens: 10,
      max_completion_tokens: 20,
      response_format: { type: "json_object" },
    });
    expect(run.sampling).toEqual({
      temperature: 0.5,
      top_p: 1,
      frequency_penalty: -2,
      presence_penalty: 2,
      seed: 7,
      stop: ["END"],
      max_tokens: 20,
      response_format: { type: "json_object" },
    });
    const plain = await chat({ messages: HI, temperature: null, stop: null, max_tokens: null, seed: null });
    expect(plain.sampling).toBeUndefined();
  });

  test("tools are offered, narrowed, or left out, as tool_choice says", async () => {
    const other = { type: "function", function: { name: "other" } };
    const tools = [TOOL, other];
    const ask = (tool_choice?: unknown) =>
      chat({
        messages: [{ role: "user", content: 'tool get_weather {"city":"Paris"}' }],
        tools,
        tool_choice,
      });
    const names = ({ clientTools }: RunRequest) => clientTools?.map(({ name }) => name);
    expect((await ask()).clientTools).toEqual([
      WEATHER,
      { name: "other", parameters: { type: "object", properties: {} } },
    ]);
    expect((await ask("auto")).toolChoice).toBeUndefined();
    expect((await ask("none")).clientTools).toBeUndefined();
    const required = await ask("required");
    expect([names(required), required.toolChoice]).toEqual([["get_weather", "other"], "required"]);
    expect(required.extraSystemPrompt).toContain("tool");
    const pinned = await ask({ type: "function", function: { name: "get_weather" } });
    expect([names(pinned), pinned.toolChoice]).toEqual([["get_weather"], { name: "get_weather" }]);
    expect(pinned.extraSystemPrompt).toContain("get_weather");
  });
});

describe("which agent and which session", () => {
  test("each request has a session of its own, `user` shares one, a header names one", async () => {
    const first = await chat({ messages: HI });
    const second = await chat({ messages: HI });
    expect(first.sessionKey).toMatch(/^agent:main:openai:[0-9a-f-]{36}$/);
    expect(second.sessionKey).not.toBe(first.sessionKey);
    expect((await chat({ messages: HI, user: "conv:1" })).sessionKey).toBe(
      "agent:main:openai-user:conv:1" as never,
    );
    const named = await chat({ messages: HI, user: "conv:1" }, { "x-openclaw-session-key": "myapp:1" });
    expect(named.sessionKey).toBe("agent:main:myapp:1" as never);
    const response = await respond({ input: "hi" });
    expect(response.sessionKey).toMatch(/^agent:main:openresponses:[0-9a-f-]{36}$/);
    expect((await respond({ input: "hi", user: "u" })).sessionKey).toBe(
      "agent:main:openresponses-user:u" as never,
    );
  });

  test("the model or the header picks the agent, the header first", async () => {
    for (const [model, header, agent] of [
      ["openclaw/research", undefined, "research"],
      ["openclaw:research", undefined, "research"],
      ["agent:research", undefined, "research"],
      ["OpenClaw/Research", undefined, "research"],
      ["openclaw/default", undefined, "main"],
      ["openclaw", "research", "research"],
      ["openclaw/main", "research", "research"],
    ] as const) {
      const run = await chat({ model, messages: HI }, header ? { "x-openclaw-agent-id": header } : {});
      expect([model, run.agentId]).toEqual([model, agent]);
      expect(run.sessionKey).toStartWith(`agent:${agent}:`);
    }
  });

  test("a session key with an agent in it picks that agent, unless the request names another", async () => {
    const key = { "x-openclaw-session-key": "agent:research:x" };
    expect((await chat({ model: "openclaw", messages: HI }, key)).agentId).toBe("research");
    expect((await chat({ model: "openclaw/research", messages: HI }, key)).agentId).toBe("research");
    expect(await refusal("/v1/chat/completions", { model: "openclaw/main", messages: HI }, key)).toEqual([
      400,
      "`x-openclaw-session-key` names a session of another agent than 'main'.",
    ]);
    const nobody = { "x-openclaw-session-key": "agent:nobody:x" };
    expect(await refusal("/v1/chat/completions", { messages: HI }, nobody)).toEqual([
      400,
      "Unknown agent 'nobody'.",
    ]);
  });

  test("sessions of the gateway's own are refused, however they are written", async () => {
    for (const key of ["cron:x", "CRON:x", "subagent:1", "acp:1", "agent:main:cron:x", "agent:main:Acp:1"]) {
      for (const [path, body] of [
        ["/v1/chat/completions", { messages: HI }],
        ["/v1/responses", { input: "hi" }],
      ] as const) {
        expect([key, await refusal(path, body, { "x-openclaw-session-key": key })]).toEqual([
          key,
          [400, "`x-openclaw-session-key` cannot use reserved internal session namespaces."],
        ]);
      }
    }
  });

  test("the channel is the header's when it can be one", async () => {
    const channel = async (name: string) =>
      (await chat({ messages: HI }, { "x-openclaw-message-channel": name })).sender.channel;
    expect(await channel("Telegram")).toBe("telegram");
    expect(await channel("no such <channel>")).toBe("http");
    expect(await channel("x".repeat(65))).toBe("http");
  });

  test("the model header is the run's model", async () => {
    expect((await chat({ messages: HI }, { "x-openclaw-model": "mock/mock-2" })).model).toBe("mock/mock-2");
  });
});

describe("what the agent hears of a response request", () => {
  test("instructions, system items and files go to the system prompt; the rest is folded", async () => {
    const run = await respond({
      instructions: "INSTR",
      input: [
        { type: "message", role: "system", content: "SYS" },
        { role: "user", content: "q1" },
        {
          type: "message",
          role: "assistant",
          content: [{ type: "output_text", text: "a1", annotations: [] }],
        },
        { type: "reasoning", id: "r", summary: [] },
        { type: "function_call", id: "call_9", call_id: "c1", name: "get_weather", arguments: "{}" },
        { type: "function_call_output", call_id: "c1", output: "18C" },
      ],
    });
    expect(run.extraSystemPrompt).toBe("INSTR\n\nSYS");
    expect(run.message).toBe(
      [
        "[Chat messages since your last reply - for context]",
        "User: q1",
        "Assistant: a1",
        "Assistant: tool_call id=c1 name=get_weather arguments={}",
        "",
        "[Current message - respond to this]",
        "Tool:c1: 18C",
      ].join("\n"),
    );
  });

  test("limits and the format of the text go to the provider", async () => {
    const schema = { name: "answer", schema: { type: "object" }, strict: true };
    const run = await respond({
      input: "hi",
      max_output_tokens: 9,
      temperature: 0,
      top_p: 0.5,
      text: { format: { type: "json_schema", ...schema } },
      reasoning: { effort: "low" },
      metadata: { a: "b" },
      store: false,
      truncation: "auto",
      max_tool_calls: 3,
    });
    expect(run.sampling).toEqual({
      max_tokens: 9,
      temperature: 0,
      top_p: 0.5,
      response_format: { type: "json_schema", json_schema: schema },
    });
  });

  test("previous_response_id goes on in the same session, for the same caller, agent and key only", async () => {
    const first = await served.post("/v1/responses", { input: "hi" });
    const { id } = (await first.json()) as { id: string };
    const { sessionKey } = served.runs.last;
    const again = { input: "and then?", previous_response_id: id };
    expect((await respond(again)).sessionKey).toBe(sessionKey);
    expect((await respond({ ...again, model: "openclaw/research" })).sessionKey).not.toBe(sessionKey);
    expect((await respond(again, { "x-openclaw-session-key": "other" })).sessionKey).not.toBe(sessionKey);
    expect((await respond({ ...again, previous_response_id: "resp_nope" })).sessionKey).not.toBe(sessionKey);
  });

  test("a response that failed can be gone on from", async () => {
    const reply = await served.post("/v1/responses", { input: "fail 400" });
    const { id } = (await reply.json()) as { id: string };
    const { sessionKey } = served.runs.last;
    expect((await respond({ input: "again", previous_response_id: id })).sessionKey).toBe(sessionKey);
  });
});

describe("requests that are refused before anything runs", () => {
  const BAD: readonly [string, object, string][] = [
    ["top_p", { top_p: -1 }, "`top_p` must be between 0 and 1."],
    ["presence_penalty", { presence_penalty: 2.1 }, "`presence_penalty` must be between -2.0 and 2.0."],
    [
      "max_completion_tokens",
      { max_completion_tokens: 0 },
      "max_completion_tokens: Too small: expected number to be >0",
    ],
    ["max_tokens", { max_tokens: 1.5 }, "max_tokens: Invalid input: expected int, received number"],
    ["temperature", { temperature: "hot" }, "temperature: Invalid input: expected number, received string"],
    ["messages", { messages: "hi" }, "messages: Invalid input: expected array, received string"],
    ["stop", { stop: ["a", ""] }, "Invalid stop: stop entries must be non-empty strings"],
    ["stop type", { stop: 5 }, "stop: Invalid input"],
    ["stream", { stream: "yes" }, "stream: Invalid input: expected boolean, received string"],
    [
      "response_format",
      { response_format: "json" },
      "Invalid response_format: response_format must be an object",
    ],
    [
      "format",
      { response_format: { type: "xml" } },
      "Invalid response_format: response_format.type must be text, json_object, or json_schema",
    ],
    ["tool", { tools: [5] }, "Invalid tools/tool_choice: each tool must be an object"],
    ["function", { tools: [{ type: "function" }] }, "Invalid tools/tool_choice: tool.function is required"],
    [
      "choice",
      { tools: [TOOL], tool_choice: 5 },
      "Invalid tools/tool_choice: tool_choice must be auto, none, required or an object",
    ],
    [
      "choice name",
      { tools: [TOOL], tool_choice: { type: "function" } },
      "Invalid tools/tool_choice: tool_choice.function.name is required",
    ],
  ];
  for (const [what, change, message] of BAD) {
    test(`${what}: ${message}`, async () => {
      const before = served.runs.requests.length;
      expect(await refusal("/v1/chat/completions", { messages: HI, ...change })).toEqual([400, message]);
      expect(served.runs.requests.length).toBe(before);
    });
  }

  test("a body that is no object", async () => {
    expect(await refusal("/v1/chat/completions", [1])).toEqual([
      400,
      "Invalid input: expected object, received array",
    ]);
  });

  test("input without anything to answer", async () => {
    for (const input of [
      "",
      " ",
      [],
      [{ role: "system", content: "x" }],
      [{ role: "assistant", content: "x" }],
    ]) {
      expect(await refusal("/v1/responses", { input })).toEqual([400, "Missing user message in `input`."]);
    }
  });

  test("a body over 20 MB, announced or not", async () => {
    const big = JSON.stringify({ messages: HI, x: "x".repeat(21 * 1024 * 1024) });
    for (const body of [big, new Blob([big]).stream()]) {
      const response = await served.call("/v1/chat/completions", { method: "POST", body });
      expect(response.status).toBe(413);
      expect(await response.json()).toEqual({
        error: { message: "Payload too large", type: "invalid_request_error" },
      });
    }
  });

  test("a full queue is 429, a used id 409", async () => {
    served.runs.refuse = { state: "refused", reason: "the queue of the session is full" };
    expect(await refusal("/v1/chat/completions", { messages: HI })).toEqual([
      429,
      "the queue of the session is full",
    ]);
    served.runs.refuse = { state: "conflict" };
    expect((await refusal("/v1/chat/completions", { messages: HI }))[0]).toBe(409);
    served.runs.refuse = undefined;
  });
});
