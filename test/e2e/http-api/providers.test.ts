import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { answer, fail, failMidway, type ModelRequest, say, text } from "../../fakes/model-provider/index.ts";
import { type ApiWorld, apiWorld } from "./world.ts";

const APIS = [
  "openai-completions",
  "openai-responses",
  "anthropic-messages",
  "google-generative-ai",
] as const;
type Api = (typeof APIS)[number];

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** One provider of each interface, with a model that thinks. */
function configFor(fake: ApiWorld["fake"]) {
  const providers = APIS.map((api) => {
    const { models, ...rest } = fake.providerConfig(api, { apiKey: `key-of-${api}` });
    const thinking = (models as object[]).map((model) => ({ ...model, reasoning: true }));
    return [api, { ...rest, models: thinking }];
  });
  return { models: { providers: Object.fromEntries(providers) } };
}

let world: ApiWorld;
beforeAll(async () => {
  world = await apiWorld({
    config: (fake) => ({
      ...configFor(fake),
      agents: { defaults: { model: { primary: "openai-completions/mock-1" } } },
    }),
  });
});
beforeEach(() => world.fake.reset());
afterAll(() => world[Symbol.asyncDispose]());

interface Said {
  readonly choices: readonly [
    { readonly message: { readonly content: string }; readonly finish_reason: string },
  ];
  readonly usage: { readonly total_tokens: number };
}

async function ask(api: Api, content: unknown, user?: string, more: object = {}): Promise<Said> {
  const body = { model: "openclaw", messages: [{ role: "user", content }], ...(user && { user }), ...more };
  const reply = await world.post("/v1/chat/completions", body, { "x-openclaw-model": `${api}/mock-1` });
  const said: unknown = await reply.json();
  if (reply.status !== 200) throw new Error(`${reply.status} ${JSON.stringify(said)}`);
  return said as Said;
}

/** How each interface says the same things. */
const DIALECT: Readonly<
  Record<
    Api,
    {
      readonly path: string;
      readonly limit: string;
      readonly tool: object;
      readonly picture: object;
      readonly key: (headers: ModelRequest["headers"]) => string | undefined;
      readonly never: readonly string[];
    }
  >
> = {
  "openai-completions": {
    path: "/v1/chat/completions",
    limit: "max_completion_tokens",
    tool: { type: "function", function: { name: "read" } },
    picture: { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } },
    key: ({ authorization }) => authorization,
    never: ["store", "service_tier", "prompt_cache_key", "prompt_cache_retention"],
  },
  "openai-responses": {
    path: "/v1/responses",
    limit: "max_output_tokens",
    tool: { type: "function", name: "read" },
    picture: { type: "input_image", image_url: `data:image/png;base64,${PNG}` },
    key: ({ authorization }) => authorization,
    never: ["service_tier", "previous_response_id"],
  },
  "anthropic-messages": {
    path: "/v1/messages",
    limit: "max_tokens",
    tool: { name: "read", input_schema: { type: "object" } },
    picture: { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } },
    key: (headers) => headers["x-api-key"],
    never: ["store", "metadata"],
  },
  "google-generative-ai": {
    path: "/v1beta/models/mock-1:streamGenerateContent",
    limit: "maxOutputTokens",
    tool: { functionDeclarations: {} },
    picture: { inlineData: { mimeType: "image/png", data: PNG } },
    key: (headers) => headers["x-goog-api-key"],
    never: ["store", "labels"],
  },
};

function holds(list: unknown, wanted: object): boolean {
  const matches = (value: unknown, pattern: unknown): boolean =>
    typeof pattern === "object" && pattern !== null
      ? typeof value === "object" &&
        value !== null &&
        Object.entries(pattern).every(([name, part]) => matches(Reflect.get(value, name), part))
      : value === pattern;
  return Array.isArray(list) && list.some((one) => matches(one, wanted));
}

/** Every part of every message of a request. */
function partsOf({ body }: ModelRequest): unknown[] {
  const messages = (body.messages ?? body.input ?? body.contents) as { content?: unknown; parts?: unknown }[];
  return messages.flatMap(({ content, parts }) =>
    Array.isArray(content ?? parts) ? (content ?? parts) : [],
  );
}

describe.each(APIS)("a turn through %s", (api) => {
  const dialect = DIALECT[api];

  test("sends prompt, tools, limit and key in the interface's own places, and nothing it must not", async () => {
    expect((await ask(api, "Say hello")).choices[0].message.content).toBe("Hello from the mock model.");
    const [request] = world.fake.requests;
    if (!request) throw new Error("nothing was asked");
    const { body, headers } = request;
    expect([request.api, request.path]).toEqual([api, dialect.path]);
    expect(dialect.key(headers)).toEndWith(`key-of-${api}`);
    const limits = (body.generationConfig ?? body) as Record<string, unknown>;
    expect([request.streams, limits[dialect.limit]]).toEqual([true, 4_096]);
    expect(request.toolNames).toContain("read");
    expect(holds(body.tools, dialect.tool)).toBe(true);
    for (const name of dialect.never) expect([name, name in body]).toEqual([name, false]);
    if (api === "openai-responses") expect(body.store).toBe(false);
    if (api === "openai-completions") {
      expect(body).toMatchObject({ tool_choice: "auto", stream_options: { include_usage: true } });
      expect(holds(body.messages, { role: "system" })).toBe(true);
      expect(JSON.stringify(body.messages)).not.toContain('"developer"');
    }
    expect(request.system.length).toBeGreaterThan(500);
    expect(request.userText).toMatch(/^\[[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d [^\]]+\] Say hello/);
  });

  test("a loop of tools: the result goes back under the call it answers", async () => {
    const said = await ask(api, "TOOL session_status {}", `${api}-tools`);
    expect(said.choices[0].message.content).toBe("The tool has finished.");
    const [, second] = world.fake.requests;
    const [called, result] = second?.turns.slice(-2) ?? [];
    expect(called?.toolCalls).toMatchObject([{ name: "session_status", arguments: {} }]);
    expect(result).toMatchObject({ role: "tool", toolCallId: called?.toolCalls[0]?.id ?? "" });
    expect(result?.text).toContain("mock-1");
    expect(said.usage.total_tokens).toBe(240);
  });

  test("several tools in one message are all run, and answered in order", async () => {
    await ask(api, 'TOOLS [["agents_list",{}],["session_status",{}]]');
    const results = world.fake.requests[1]?.toolResults ?? [];
    const calls = world.fake.requests[1]?.turns.flatMap(({ toolCalls }) => toolCalls.map(({ id }) => id));
    expect(results.map(({ toolCallId }) => toolCallId ?? "")).toEqual(calls ?? []);
    expect(results.length).toBe(2);
  });

  test("thinking stays out of the answer, is kept in the transcript, and harms no later turn", async () => {
    const user = `${api}-thinks`;
    expect((await ask(api, "THINK please", user)).choices[0].message.content).toBe("Thought about it.");
    await using operator = await world.gateway.operator();
    const history = JSON.stringify(
      await operator.call("chat.history", { sessionKey: `agent:main:openai-user:${user}` }),
    );
    expect(history).toContain("Let me see.");
    expect((await ask(api, "ECHO and on", user)).choices[0].message.content).toBe("and on");
    const roles = world.fake.requests[1]?.turns.map(({ role }) => role);
    expect(roles).toEqual(["system", "user", "assistant", "user"]);
  });

  test("a picture is sent as the interface wants it", async () => {
    await ask(api, [
      { type: "text", text: "What is it?" },
      { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } },
    ]);
    const [request] = world.fake.about("What is it?");
    expect(request && holds(partsOf(request), dialect.picture)).toBe(true);
  });

  test("usage with what was cached is told, and stands in the session", async () => {
    const usage = {
      input: 100,
      output: 10,
      cacheRead: 40,
      cacheWrite: api === "anthropic-messages" ? 20 : 0,
    };
    world.fake.next(say("counted", { usage }));
    const body = { model: "openclaw", input: "count", user: `${api}-usage` };
    const reply = await world.post("/v1/responses", body, { "x-openclaw-model": `${api}/mock-1` });
    expect(await reply.json()).toMatchObject({
      usage: {
        input_tokens: 100,
        input_tokens_details: { cached_tokens: 40, cache_write_tokens: usage.cacheWrite },
        output_tokens: 10,
        total_tokens: 110,
      },
    });
  });

  test("the reason of a stop is told: its end, its limit, its refusal", async () => {
    expect((await ask(api, "LENGTH")).choices[0].finish_reason).toBe("length");
    expect((await ask(api, "Say hello")).choices[0].finish_reason).toBe("stop");
    world.fake.next(answer([text("I can")], { stop: "filter" }));
    await expect(ask(api, "something forbidden")).rejects.toThrow(/^Error: 4\d\d|^4\d\d/);
  });

  test("a failure in the middle of a stream is tried again; the answer is whole", async () => {
    world.fake.next(answer([text("Half an"), failMidway(529)]), say("Recovered"));
    expect((await ask(api, "try")).choices[0].message.content).toBe("Recovered");
    expect(world.fake.requests.length).toBe(2);
  });

  test("what the provider refuses is told with its status and words", async () => {
    for (const status of [400, 404, 422]) {
      world.fake.next(fail(status, { message: `refused with ${status}` }));
      const reply = await world.post(
        "/v1/chat/completions",
        { messages: [{ role: "user", content: "x" }] },
        { "x-openclaw-model": `${api}/mock-1` },
      );
      const body: unknown = await reply.json();
      expect([reply.status, body]).toEqual([
        status,
        { error: { message: `${status} refused with ${status}`, type: "invalid_request_error" } },
      ]);
    }
  });

  test("too many requests pass, and are tried again", async () => {
    world.fake.next(fail(429, { retryAfterS: 0 }), say("Recovered"));
    expect((await ask(api, "try again")).choices[0].message.content).toBe("Recovered");
    expect(world.fake.requests.length).toBe(2);
  });

  test("what of a stream cannot be read is not printed", async () => {
    world.fake.next(
      answer([text("Half an"), { type: "raw", bytes: 'data: {"private words":\n\n' }], { done: false }),
      say("Recovered"),
    );
    expect((await ask(api, "garbled")).choices[0].message.content).toBe("Recovered");
    expect(world.gateway.output()).not.toContain("private words");
  });
});

test("a key that Google does not know is a matter of the credential, though it answers 400", async () => {
  world.fake.next(fail(400, { message: "API key not valid. Please pass a valid API key." }));
  await expect(ask("google-generative-ai", "x")).rejects.toThrow("authentication_error");
});
