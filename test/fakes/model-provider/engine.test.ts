import { stream as anthropic } from "@earendil-works/pi-ai/api/anthropic-messages";
import { stream as completions } from "@earendil-works/pi-ai/api/openai-completions";
import { stream as responses } from "@earendil-works/pi-ai/api/openai-responses";
import {
  type AssistantMessage,
  type AssistantMessageEvent,
  type Model,
  normalizeContext,
  type TranscriptContext,
} from "@earendil-works/pi-ai";
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { answer, FakeModelProvider, text, toolCall } from "./index.ts";

const fake = await FakeModelProvider.start();
beforeEach(() => fake.reset());
afterAll(() => fake.stop());

type TestApi = "openai-completions" | "openai-responses" | "anthropic-messages";

function model<Api extends TestApi>(api: Api): Model<Api> {
  return {
    id: "mock-1",
    name: "mock-1",
    api,
    provider: "mock",
    baseUrl: api === "anthropic-messages" ? fake.origin : fake.openAiUrl,
    reasoning: true,
    input: ["text"],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 32_000,
    maxTokens: 4_096,
  };
}

function context(said: string): TranscriptContext {
  return normalizeContext({
    systemPrompt: "Be brief.",
    messages: [{ role: "user", content: said, timestamp: 0 }],
  });
}

interface Heard {
  readonly events: readonly AssistantMessageEvent[];
  readonly message: AssistantMessage;
}

/** Everything the engine makes of an answer of this API. */
async function ask(api: TestApi, said: string, signal?: AbortSignal): Promise<Heard> {
  const options = { apiKey: "mock-key", maxRetries: 0, ...(signal ? { signal } : {}) };
  const stream =
    api === "openai-completions"
      ? completions(model(api), context(said), options)
      : api === "openai-responses"
        ? responses(model(api), context(said), options)
        : anthropic(model(api), context(said), options);
  const events: AssistantMessageEvent[] = [];
  for await (const event of stream) events.push(event);
  return { events, message: await stream.result() };
}

const visible = (message: AssistantMessage): string =>
  message.content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");

describe.each(["openai-completions", "openai-responses", "anthropic-messages"] as const)("%s", (api) => {
  test("streams text and counts tokens", async () => {
    const { events, message } = await ask(api, "[Sat 2026-11-21 00:08 UTC] Say hello");
    const deltas = events.flatMap((event) => (event.type === "text_delta" ? [event.delta] : []));
    expect(deltas).toEqual(["Hello", " from the", " mock model."]);
    expect(message).toMatchObject({
      stopReason: "stop",
      usage: { input: 100, output: 20, totalTokens: 120 },
    });
    expect(fake.requests[0]?.system).toBe("Be brief.");
    expect(fake.requests[0]?.userText).toEndWith("Say hello");
    expect(await fake.requests[0]?.outcome).toBe("answered");
  });

  test("reasoning comes apart from the text", async () => {
    const { message } = await ask(api, "THINK please");
    expect(message.content).toMatchObject([
      { type: "thinking", thinking: "Let me see." },
      { type: "text", text: "Thought about it." },
    ]);
  });

  test("text and two tool calls in one message", async () => {
    fake.next(answer([text("Looking."), toolCall("read", { path: "a" }), toolCall("read", { path: "b" })]));
    const { message } = await ask(api, "look");
    expect(message.stopReason).toBe("toolUse");
    expect(message.content).toMatchObject([
      { type: "text", text: "Looking." },
      { type: "toolCall", name: "read", arguments: { path: "a" } },
      { type: "toolCall", name: "read", arguments: { path: "b" } },
    ]);
  });

  test("a length stop is told from an end", async () => {
    expect((await ask(api, "LENGTH")).message.stopReason).toBe("length");
  });

  test.each([
    "ERROR 400",
    "ERROR 401",
    "ERROR 403",
    "ERROR 404",
    "ERROR 429 retry-after=1",
    "ERROR 500",
    "ERROR 529",
    "ERROR 529 midway",
    "OVERFLOW",
    "CUT connect",
    "CUT early",
    "CUT middle",
    "MALFORMED json",
    "MALFORMED utf8",
    "MALFORMED done",
    "MALFORMED html",
  ])("%s ends in an error", async (said) => {
    const { message } = await ask(api, said);
    expect(message.stopReason).toBe("error");
    expect(message.errorMessage).toBeString();
  });

  test("comments between the frames and missing usage do no harm", async () => {
    expect(visible((await ask(api, "COMMENTS")).message)).toBe("Hello from the mock model.");
    const { message } = await ask(api, "NOUSAGE");
    expect(visible(message)).toBe("Hello from the mock model.");
    expect(message.usage.totalTokens).toBe(0);
  });

  test.each(["HANG please", "STALL middle"])("%s goes on until the caller leaves", async (said) => {
    const abort = new AbortController();
    const heard = ask(api, said, abort.signal);
    const request = await fake.request("the request");
    abort.abort();
    expect((await heard).message.stopReason).toBe("aborted");
    expect(await request.outcome).toBe("hung-up");
  });
});
