import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import OpenAI from "openai";
import { embeddingServer } from "./support/embedding-server.ts";
import { calling } from "./support/scripted-runs.ts";
import { serve, type Served, TOKEN } from "./support/serve.ts";

/** The official package, as anybody would set it up. */
let served: Served;
let client: OpenAI;
let embeddings: ReturnType<typeof embeddingServer>;

beforeAll(async () => {
  embeddings = embeddingServer();
  served = await serve({
    config: { memory: { search: { remote: { baseUrl: embeddings.url, apiKey: "embedding-key" } } } },
  });
  client = new OpenAI({ baseURL: `${served.url}/v1`, apiKey: TOKEN });
});

beforeEach(() => {
  served.runs.script = undefined;
});

afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await embeddings.stop();
});

const PARAMETERS = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
};
const WEATHER = { type: "function", function: { name: "get_weather", parameters: PARAMETERS } } as const;

/** What a call throws; its promise only sends the request once somebody waits for it. */
async function failureOf(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

describe("the official openai package works unmodified", () => {
  test("models: list and retrieve", async () => {
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toEqual(["openclaw", "openclaw/default", "openclaw/main"]);
    expect((await client.models.retrieve("openclaw/default")).owned_by).toBe("openclaw");
    const missing = await failureOf(client.models.retrieve("openclaw/nope"));
    expect(String(missing)).toContain("404 Model 'openclaw/nope' not found.");
  });

  test("chat: an answer with its usage", async () => {
    const askedAt = Math.floor(Date.now() / 1_000);
    const completion = await client.chat.completions.create({
      model: "openclaw",
      messages: [{ role: "user", content: "say hello there" }],
    });
    expect(completion.choices[0]?.message.content).toBe("hello there");
    expect(completion.choices[0]?.finish_reason).toBe("stop");
    expect(completion.usage?.total_tokens).toBe(110);
    expect(completion.created).toBeWithin(askedAt, Math.floor(Date.now() / 1_000) + 1);
  });

  test("chat: streaming, with usage at the end", async () => {
    const stream = await client.chat.completions.create({
      model: "openclaw",
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: "user", content: "say one two three" }],
    });
    let text = "";
    let finish: string | null = null;
    let total: number | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      finish = chunk.choices[0]?.finish_reason ?? finish;
      total = chunk.usage?.total_tokens ?? total;
    }
    expect([text, finish, total]).toEqual(["one two three", "stop", 110]);
  });

  test("chat: the stream helper puts the pieces together, tool calls too", async () => {
    const city = "Paris 🗼".repeat(60);
    served.runs.script = async () => calling("get_weather", JSON.stringify({ city }), "Let me look.");
    const stream = client.chat.completions.stream({
      model: "openclaw",
      messages: [{ role: "user", content: "weather?" }],
      tools: [WEATHER],
    });
    const message = await stream.finalMessage();
    expect(message.content).toBe("Let me look.");
    const [call] = message.tool_calls ?? [];
    expect(call?.type === "function" && JSON.parse(call.function.arguments)).toEqual({ city });
  });

  test("chat: the loop of runTools ends with the answer", async () => {
    served.runs.script = async ({ message }) =>
      message.includes("Tool:") ? { text: "It is 18C." } : calling("get_weather", '{"city":"Paris"}');
    const runner = client.chat.completions.runTools({
      model: "openclaw",
      messages: [{ role: "user", content: "weather?" }],
      tools: [
        {
          type: "function",
          function: {
            name: "get_weather",
            description: "Weather",
            parameters: PARAMETERS,
            parse: JSON.parse,
            function: ({ city }: { city: string }) => `18C in ${city}`,
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe("It is 18C.");
    expect(served.runs.last.message).toMatch(/Tool:[0-9a-f]{9}: 18C in Paris$/);
  });

  test("chat: errors are thrown as the package's own kinds, and a failed run is not done again", async () => {
    const ask = (content: string) =>
      client.chat.completions.create({ model: "openclaw", messages: [{ role: "user", content }] });
    expect(await failureOf(ask("fail 400"))).toBeInstanceOf(OpenAI.BadRequestError);
    expect(await failureOf(ask("fail 404"))).toBeInstanceOf(OpenAI.NotFoundError);
    served.runs.script = async () => ({ status: "error", error: { kind: "server", message: "boom" } });
    const before = served.runs.requests.length;
    expect(String(await failureOf(ask("x")))).toContain("502 upstream provider error");
    expect(served.runs.requests.length).toBe(before + 1);
    const stranger = new OpenAI({ baseURL: `${served.url}/v1`, apiKey: "wrong" });
    expect(await failureOf(stranger.models.list())).toBeInstanceOf(OpenAI.AuthenticationError);
  });

  test("chat: an error in a stream is thrown", async () => {
    const stream = await client.chat.completions.create({
      model: "openclaw",
      stream: true,
      messages: [{ role: "user", content: "fail 400" }],
    });
    const read = async () => {
      for await (const _ of stream);
    };
    expect(String(await failureOf(read()))).toContain("400 mock failure 400");
  });

  test("responses: whole", async () => {
    const response = await client.responses.create({ model: "openclaw", input: "say hi there" });
    expect(response.output_text).toBe("hi there");
    expect(response.status).toBe("completed");
    expect(response.usage?.input_tokens_details.cached_tokens).toBe(40);
  });

  test("responses: streaming, event by event and by the helper", async () => {
    const events = await client.responses.create({ model: "openclaw", input: "say one two", stream: true });
    const types: string[] = [];
    let text = "";
    for await (const event of events) {
      types.push(event.type);
      if (event.type === "response.output_text.delta") text += event.delta;
    }
    expect(text).toBe("one two");
    expect(types.at(-1)).toBe("response.completed");
    const final = await client.responses.stream({ model: "openclaw", input: "say one two" }).finalResponse();
    expect(final.output).toMatchObject([{ type: "message", content: [{ text: "one two" }] }]);
  });

  test("responses: the tool loop, continued by the response's id", async () => {
    served.runs.script = async ({ message }) =>
      /^Tool:[0-9a-f]{9}: 18C$/.test(message) ? { text: "18C" } : calling("get_weather", '{"city":"Paris"}');
    const tools = [{ type: "function", name: "get_weather", parameters: PARAMETERS, strict: false } as const];
    const first = await client.responses.create({ model: "openclaw", input: "weather?", tools });
    const [call] = first.output;
    if (call?.type !== "function_call") throw new Error("no call");
    expect(JSON.parse(call.arguments)).toEqual({ city: "Paris" });
    const session = served.runs.last.sessionKey;
    const second = await client.responses.create({
      model: "openclaw",
      previous_response_id: first.id,
      input: [{ type: "function_call_output", call_id: call.call_id, output: "18C" }],
      tools,
    });
    expect(second.output_text).toBe("18C");
    expect(served.runs.last.sessionKey).toBe(session);
  });

  test("responses: the helper puts a streamed call together", async () => {
    served.runs.script = async () => calling("get_weather", '{"city":"Paris"}');
    const tools = [{ type: "function", name: "get_weather", parameters: PARAMETERS, strict: false } as const];
    const stream = client.responses.stream({ model: "openclaw", input: "weather?", tools });
    const final = await stream.finalResponse();
    expect(final.output.map(({ type }) => type)).toEqual(["message", "function_call"]);
  });

  test("responses: history, pictures and files in the package's own shapes", async () => {
    const png =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const response = await client.responses.create({
      model: "openclaw",
      input: [
        { role: "user", content: "q1" },
        { role: "assistant", content: "a1" },
        {
          role: "user",
          content: [
            { type: "input_text", text: "say seen" },
            { type: "input_image", detail: "auto", image_url: `data:image/png;base64,${png}` },
            {
              type: "input_file",
              filename: "a.txt",
              file_data: `data:text/plain;base64,${btoa("FILETEXT")}`,
            },
          ],
        },
      ],
    });
    expect(response.output_text).toBe("seen");
    const { attachments, extraSystemPrompt } = served.runs.last;
    expect(attachments).toEqual([
      { mimeType: "image/png", content: { type: "image", data: png, mimeType: "image/png" } },
    ]);
    expect(extraSystemPrompt).toContain("FILETEXT");
  });

  test("embeddings: the vectors of the provider, through the package's base64", async () => {
    const { data } = await client.embeddings.create({ model: "openclaw", input: ["a", "b"] });
    expect(data.map(({ index }) => index)).toEqual([0, 1]);
    expect(data[1]?.embedding.map((value) => Math.round(value * 100) / 100)).toEqual([0.1, 0.2, 0.3, 1]);
    expect(embeddings.asked.at(-1)).toEqual({
      authorization: "Bearer embedding-key",
      path: "/v1/embeddings",
      body: { model: "text-embedding-3-small", input: ["a", "b"], encoding_format: "float" },
    });
  });
});
