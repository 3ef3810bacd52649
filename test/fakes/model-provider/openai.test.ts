import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import OpenAI, { APIError } from "openai";
import {
  answer,
  callTools,
  cut,
  fail,
  FakeModelProvider,
  Gate,
  hold,
  reasoning,
  say,
  silence,
  text,
} from "./index.ts";

const fake = await FakeModelProvider.start();
const client = new OpenAI({ baseURL: fake.openAiUrl, apiKey: "mock-key", maxRetries: 0 });
beforeEach(() => fake.reset());
afterAll(() => fake.stop());

/** The package's promises are lazy and not quite promises; this one is. */
const settled = async <T>(promise: PromiseLike<T>): Promise<T> => promise;

const user = (content: string) => [{ role: "user" as const, content }];

describe("chat completions, through the openai package", () => {
  test("a whole answer has text, a finish reason and usage", async () => {
    const completion = await client.chat.completions.create({ model: "mock-1", messages: user("Say hello") });
    expect(completion.choices[0]?.message.content).toBe("Hello from the mock model.");
    expect(completion.choices[0]?.finish_reason).toBe("stop");
    expect(completion.usage?.total_tokens).toBe(120);
    expect(fake.requests[0]?.apiKey).toBe("mock-key");
  });

  test("a stream has its chunks in order, usage only when asked for", async () => {
    const chunks: string[] = [];
    let usage: unknown;
    const stream = await client.chat.completions.create({
      model: "mock-1",
      messages: user("Say hello"),
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) {
      chunks.push(chunk.choices[0]?.delta.content ?? "");
      usage = chunk.usage ?? usage;
    }
    expect(chunks.filter(Boolean)).toEqual(["Hello", " from the", " mock model."]);
    expect(usage).toMatchObject({ prompt_tokens: 100, completion_tokens: 20 });

    const unasked = client.chat.completions.stream({ model: "mock-1", messages: user("Say hello") });
    expect((await unasked.finalChatCompletion()).usage).toBeUndefined();
  });

  test("parallel tool calls arrive whole and their results are read back", async () => {
    const weather = ["Oslo", "Rome"].map((city) => ({ name: "weather", args: { city } }));
    fake.on((request) => (request.toolResults.length === 0 ? callTools(...weather) : say("Cold and warm.")));
    const stream = client.chat.completions.stream({ model: "mock-1", messages: user("Weather?") });
    const { message, finish_reason } = (await stream.finalChatCompletion()).choices[0] ?? {};
    expect(finish_reason).toBe("tool_calls");
    const calls = message?.tool_calls ?? [];
    expect(calls.map((call) => [call.id, call.type === "function" && call.function.arguments])).toEqual([
      ["call_mock_1", '{"city":"Oslo"}'],
      ["call_mock_2", '{"city":"Rome"}'],
    ]);
    const done = await client.chat.completions.create({
      model: "mock-1",
      messages: [
        ...user("Weather?"),
        { role: "assistant", tool_calls: calls },
        { role: "tool", tool_call_id: "call_mock_1", content: "-3" },
        { role: "tool", tool_call_id: "call_mock_2", content: "12" },
      ],
    });
    expect(done.choices[0]?.message.content).toBe("Cold and warm.");
    expect(fake.requests.at(-1)?.toolResults.map((turn) => turn.text)).toEqual(["-3", "12"]);
  });

  test.each([400, 401, 403, 404, 429, 500, 529])(
    "%d is refused as the provider refuses it",
    async (status) => {
      fake.next(fail(status, { retryAfterS: 7 }));
      const error: unknown = await client.chat.completions
        .create({ model: "mock-1", messages: user("hello") })
        .catch((caught: unknown) => caught);
      if (!(error instanceof APIError)) throw new Error("it was not refused");
      expect(error.status).toBe(status);
      expect(error.headers?.get("retry-after")).toBe("7");
      expect(error.requestID).toBe("req_mock");
    },
  );

  test("a prompt that is too long names its code", async () => {
    await expect(
      settled(client.chat.completions.create({ model: "mock-1", messages: user("OVERFLOW") })),
    ).rejects.toMatchObject({ status: 400, code: "context_length_exceeded" });
  });

  test("a connection cut in the middle is an error after the text before it", async () => {
    const gate = new Gate();
    fake.next(answer([text("Half an"), hold(gate), cut()]));
    let seen = "";
    const read = async () => {
      const stream = await client.chat.completions.create({
        model: "mock-1",
        messages: user("hello"),
        stream: true,
      });
      for await (const chunk of stream) {
        seen += chunk.choices[0]?.delta.content ?? "";
        if (seen !== "") gate.open();
      }
    };
    await expect(read()).rejects.toThrow();
    expect(seen).toBe("Half an");
    expect(await fake.requests[0]?.outcome).toBe("cut");
  });

  test("headers come before a silence, and the fake notices who hangs up", async () => {
    fake.next(answer([silence()]));
    const abort = new AbortController();
    const response = await client.chat.completions
      .create({ model: "mock-1", messages: user("hello"), stream: true }, { signal: abort.signal })
      .asResponse();
    expect(response.status).toBe(200);
    abort.abort();
    expect(await fake.requests[0]?.outcome).toBe("hung-up");
  });

  test("a gate holds a response until it is opened", async () => {
    const gate = new Gate();
    fake.next(answer([text("one"), hold(gate), text(" two")]));
    const stream = client.chat.completions.stream({ model: "mock-1", messages: user("hello") });
    const seen: string[] = [];
    stream.on("content", (delta) => {
      seen.push(delta);
      if (delta === "one") gate.open();
    });
    await gate.reached;
    expect(await stream.finalContent()).toBe("one two");
    expect(seen).toEqual(["one", " two"]);
  });
});

describe("responses, through the openai package", () => {
  test("a stream has every event in order, with reasoning, text, a tool call and usage", async () => {
    fake.next(
      answer([reasoning("Hm."), ...["On ", "it."].map((chunk) => text(chunk))]),
      callTools({ name: "ls", args: {} }),
    );
    const types: string[] = [];
    const stream = client.responses.stream({ model: "mock-1", input: "hello" });
    stream.on("event", (event) => types.push(event.type));
    const response = await stream.finalResponse();
    expect(response.output).toMatchObject([{ type: "reasoning" }, { content: [{ text: "On it." }] }]);
    expect(response.usage?.total_tokens).toBe(120);
    expect(types).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.reasoning_summary_part.added",
      "response.reasoning_summary_text.delta",
      "response.reasoning_summary_text.done",
      "response.reasoning_summary_part.done",
      "response.output_item.done",
      "response.output_item.added",
      "response.content_part.added",
      "response.output_text.delta",
      "response.output_text.delta",
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);

    const called = await client.responses.create({ model: "mock-1", input: "hello" });
    expect(called.output).toMatchObject([{ type: "function_call", call_id: "call_mock_1", name: "ls" }]);
  });
});

describe("the rest of the API, through the openai package", () => {
  test("models are listed and looked up", async () => {
    expect((await client.models.list()).data.map((model) => model.id)).toContain("mock-1");
    expect((await client.models.retrieve("mock-2")).id).toBe("mock-2");
    await expect(settled(client.models.retrieve("other"))).rejects.toMatchObject({ status: 404 });
  });

  test("embeddings are the same for the same text, in both encodings", async () => {
    const ask = (encoding_format: "float" | "base64") =>
      client.embeddings.create({
        model: "mock-embedding",
        input: ["a", "b"],
        dimensions: 4,
        encoding_format,
      });
    const floats = (await ask("float")).data.map((one) => one.embedding);
    expect(floats[0]).toHaveLength(4);
    expect(floats[0]).not.toEqual(floats[1]);
    const packed = (await ask("base64")).data.map((one) => String(one.embedding));
    const bytes = Buffer.from(packed[0] ?? "", "base64");
    expect([...new Float32Array(new Uint8Array(bytes).buffer)]).toEqual([...(floats[0] ?? [])]);
  });

  test("Ollama's list has the models too", async () => {
    const tags = await (await fetch(`${fake.origin}/api/tags`)).json();
    expect(tags).toMatchObject({ models: [{ name: "mock-1" }, { name: "mock-2" }, {}] });
  });
});
