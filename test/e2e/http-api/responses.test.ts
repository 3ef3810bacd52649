import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import OpenAI from "openai";
import { callTools, say } from "../../fakes/model-provider/index.ts";
import { type ApiWorld, apiWorld, failureOf } from "./world.ts";

let world: ApiWorld;
beforeAll(async () => {
  world = await apiWorld();
});
beforeEach(() => world.fake.reset());
afterAll(() => world[Symbol.asyncDispose]());

const TOOL = {
  type: "function",
  name: "get_weather",
  parameters: { type: "object", properties: { city: { type: "string" } } },
  strict: false,
} as const;

describe("the official openai package against the compiled gateway: responses", () => {
  test("whole and streamed, by events and by the helper", async () => {
    const { responses } = world.client;
    const whole = await responses.create({ model: "openclaw", input: "ECHO hi there" });
    expect([whole.output_text, whole.status, whole.usage?.total_tokens]).toEqual([
      "hi there",
      "completed",
      120,
    ]);
    const events = await responses.create({ model: "openclaw", input: "ECHO one two", stream: true });
    const types: string[] = [];
    for await (const { type } of events) types.push(type);
    expect(types.slice(0, 2)).toEqual(["response.created", "response.in_progress"]);
    expect(types).toContain("response.output_text.delta");
    expect(types.at(-1)).toBe("response.completed");
    const final = await responses.stream({ model: "openclaw", input: "ECHO one two" }).finalResponse();
    expect(final.output).toMatchObject([{ type: "message", content: [{ text: "one two" }] }]);
  });

  test("a loop of tools goes on in the session of the response it names, and in no other caller's", async () => {
    world.fake.next(callTools({ name: "get_weather", args: { city: "Rome" } }), say("21C"), say("who?"));
    const { responses } = world.client;
    const first = await responses.create({ model: "openclaw", input: "weather in Rome?", tools: [TOOL] });
    const call = first.output.find(({ type }) => type === "function_call");
    if (call?.type !== "function_call") throw new Error("no call");
    expect(JSON.parse(call.arguments)).toEqual({ city: "Rome" });
    const input = [{ type: "function_call_output", call_id: call.call_id, output: "21C" } as const];
    const second = await responses.create({
      model: "openclaw",
      previous_response_id: first.id,
      input,
      tools: [TOOL],
    });
    expect(second.output_text).toBe("21C");
    expect(world.fake.requests[1]?.turns.map(({ role }) => role)).toEqual([
      "system",
      "user",
      "assistant",
      "tool",
      "user",
    ]);
    await responses.create({ model: "openclaw", previous_response_id: "resp_of_nobody", input: "hm" });
    expect(world.fake.requests[2]?.turns.map(({ role }) => role)).toEqual(["system", "user"]);
  });

  test("instructions, files and pictures reach the model; the file is fenced off in the system prompt", async () => {
    const png =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    await world.client.responses.create({
      model: "openclaw",
      instructions: "Answer like a pirate.",
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: "Look at these" },
            { type: "input_image", detail: "auto", image_url: `data:image/png;base64,${png}` },
            {
              type: "input_file",
              filename: "notes.txt",
              file_data: `data:text/plain;base64,${btoa("FILE TEXT <|im_start|>")}`,
            },
          ],
        },
      ],
    });
    const [request] = world.fake.about("Look at these");
    expect(request?.system).toContain("Answer like a pirate.");
    expect(request?.system).toMatch(
      /<<<EXTERNAL_UNTRUSTED_CONTENT id="[0-9a-f]+">>>\n[\s\S]*FILE TEXT \[token removed\]/,
    );
    expect(JSON.stringify(request?.body)).toContain(png);
  });

  test("a failure is the package's own kind of error, also in a stream; leaving ends the run", async () => {
    const { responses } = world.client;
    const failure = await failureOf(responses.create({ model: "openclaw", input: "ERROR 400" }));
    expect(failure).toBeInstanceOf(OpenAI.BadRequestError);
    const events = await responses.create({ model: "openclaw", input: "ERROR 400", stream: true });
    const types: string[] = [];
    for await (const { type } of events) types.push(type);
    expect(types.at(-1)).toBe("response.failed");
    const leaving = new AbortController();
    const stream = await responses.create(
      { model: "openclaw", input: "SLOW words=1000 ms=20", stream: true },
      { signal: leaving.signal },
    );
    for await (const { type } of stream) if (type === "response.output_text.delta") leaving.abort();
    const slow = await world.fake.request("the slow one", ({ userText }) => userText.includes("SLOW"));
    expect(await slow.outcome).toBe("hung-up");
  });

  test("an answer cut at the model's limit is incomplete", async () => {
    const cut = await world.client.responses.create({ model: "openclaw", input: "LENGTH now" });
    expect([cut.status, cut.incomplete_details?.reason]).toEqual(["incomplete", "max_output_tokens"]);
  });
});
