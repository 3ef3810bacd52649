import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import OpenAI from "openai";
import { answer, callTools, fail, Gate, hold, say, text } from "../../fakes/model-provider/index.ts";
import { until } from "../../support/index.ts";
import { type ApiWorld, apiWorld, failureOf, says } from "./world.ts";

let world: ApiWorld;
beforeAll(async () => {
  world = await apiWorld();
});
beforeEach(() => world.fake.reset());
afterAll(() => world[Symbol.asyncDispose]());

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const CITY = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };

function weatherTool(asked: string[]) {
  return {
    type: "function",
    function: {
      name: "get_weather",
      description: "The weather of a city",
      parameters: CITY,
      parse: JSON.parse,
      function: ({ city }: { city: string }) => {
        asked.push(city);
        return `18C in ${city}`;
      },
    },
  } as const;
}

const ask = (content: string, more: object = {}) =>
  world.client.chat.completions.create({ model: "openclaw", ...says(content), ...more });

describe("the official openai package against the compiled gateway: chat", () => {
  test("a turn of the agent: its own prompt and tools reach the model, usage comes back", async () => {
    const completion = await ask("Say hello", { temperature: 0.2 });
    expect(completion.choices[0]).toMatchObject({
      finish_reason: "stop",
      message: { role: "assistant", content: "Hello from the mock model." },
    });
    expect(completion.usage).toMatchObject({ prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 });
    const [request] = world.fake.requests;
    expect(request?.toolNames).toContain("read");
    expect(request?.system).toContain("openclaw");
    expect(request?.body).toMatchObject({ temperature: 0.2, model: "mock-1" });
  });

  test("a stream comes while the model speaks, and the helper puts it together", async () => {
    const gate = new Gate();
    world.fake.next(answer([text("One"), hold(gate), text(" two.")]));
    const stream = await world.client.chat.completions.create({
      model: "openclaw",
      stream: true,
      stream_options: { include_usage: true },
      ...says("count"),
    });
    let said = "";
    let total: number | undefined;
    for await (const { choices, usage } of stream) {
      said += choices[0]?.delta.content ?? "";
      // The model stands still until the first word has arrived here.
      if (said === "One") gate.open();
      total = usage?.total_tokens ?? total;
    }
    expect([said, total]).toEqual(["One two.", 120]);
    world.fake.next(say(["Three", " four."]));
    const helper = world.client.chat.completions.stream({ model: "openclaw", ...says("count") });
    expect(await helper.finalContent()).toBe("Three four.");
  });

  test("the loop of runTools runs the caller's functions until the answer, also several at once", async () => {
    const asked: string[] = [];
    world.fake.on(({ userText }) =>
      userText.includes("Tool:")
        ? say("Mild.")
        : callTools(
            { name: "get_weather", args: { city: "Paris" } },
            { name: "get_weather", args: { city: "Rome" } },
          ),
    );
    for (const stream of [false, true]) {
      const params = { model: "openclaw", ...says("weather?"), tools: [weatherTool(asked)] };
      const runner = stream
        ? world.client.chat.completions.runTools({ ...params, stream: true })
        : world.client.chat.completions.runTools(params);
      expect(await runner.finalContent()).toBe("Mild.");
    }
    expect(asked).toEqual(["Paris", "Rome", "Paris", "Rome"]);
    const last = world.fake.requests.at(-1)?.userText;
    expect(last).toMatch(/Tool:[0-9a-f]{9}: 18C in Paris\n[\s\S]*Tool:[0-9a-f]{9}: 18C in Rome$/);
  });

  test("a caller's tool takes the place of the agent's own of that name, which is then not run", async () => {
    world.fake.next(callTools({ name: "read", args: { path: "SOUL.md" } }));
    const tool = { type: "function", function: { name: "read", parameters: { type: "object" } } } as const;
    const { choices } = await ask("read it", { tools: [tool] });
    expect(choices[0]?.finish_reason).toBe("tool_calls");
    expect(choices[0]?.message.tool_calls).toMatchObject([
      { function: { name: "read", arguments: '{"path":"SOUL.md"}' } },
    ]);
    const [request] = world.fake.requests;
    expect(request?.toolNames.filter((name) => name === "read")).toEqual(["read"]);
    expect(world.fake.requests.length).toBe(1);
  });

  test("a picture as data URL reaches the model as a picture", async () => {
    await world.client.chat.completions.create({
      model: "openclaw",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is it?" },
            { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } },
          ],
        },
      ],
    });
    const [request] = world.fake.about("What is it?");
    expect(JSON.stringify(request?.body)).toContain(`data:image/png;base64,${PNG}`);
  });

  test("with `user` two requests are one conversation; without, each stands alone", async () => {
    await ask("ECHO the word is plum", { user: "ann" });
    await ask("What was the word?", { user: "ann" });
    const remembered = world.fake
      .about("What was the word?")[0]
      ?.turns.map(({ role, text: said }) => [role, said]);
    expect(remembered?.slice(1, 3)).toEqual([
      ["user", expect.stringContaining("the word is plum")],
      ["assistant", "the word is plum"],
    ]);
    await ask("And alone?");
    expect(world.fake.about("And alone?")[0]?.turns.map(({ role }) => role)).toEqual(["system", "user"]);
  });

  test("leaving in the middle of a stream ends the run: the model hears the hang-up, and the session is free", async () => {
    const leaving = new AbortController();
    const stream = await world.client.chat.completions.create(
      { model: "openclaw", stream: true, user: "leaver", ...says("SLOW words=1000 ms=20") },
      { signal: leaving.signal },
    );
    for await (const { choices } of stream) {
      if (choices[0]?.delta.content) leaving.abort();
    }
    const slow = await world.fake.request("the slow one");
    expect(await slow.outcome).toBe("hung-up");
    expect((await ask("ECHO free", { user: "leaver" })).choices[0]?.message.content).toBe("free");
    await using operator = await world.gateway.operator();
    await until("the run to be over", async () => {
      const { sessions } = (await operator.call("sessions.list", {})) as {
        sessions: { key: string; status?: string }[];
      };
      const mine = sessions.find(({ key }) => key.endsWith("openai-user:leaver"));
      return mine !== undefined && mine.status !== "running";
    });
  });

  test("leaving before the answer of a whole reply ends the run too", async () => {
    const leaving = new AbortController();
    const left = failureOf(
      world.client.chat.completions.create(
        { model: "openclaw", ...says("HANG please") },
        { signal: leaving.signal },
      ),
    );
    const hanging = await world.fake.request("the hanging one");
    leaving.abort();
    expect(await left).toBeInstanceOf(OpenAI.APIUserAbortError);
    expect(await hanging.outcome).toBe("hung-up");
  });

  test("failures are the package's own kinds of error, and a failed turn is never done twice", async () => {
    const refused = await failureOf(ask("ERROR 400"));
    expect(refused).toBeInstanceOf(OpenAI.BadRequestError);
    expect(await failureOf(ask("ERROR 404"))).toBeInstanceOf(OpenAI.NotFoundError);
    expect(await failureOf(ask("", { messages: [] }))).toBeInstanceOf(OpenAI.BadRequestError);
    expect(world.fake.requests.map(({ outcome }) => outcome).length).toBe(2);
    world.fake.next(fail(400));
    const stream = await world.client.chat.completions.create({
      model: "openclaw",
      stream: true,
      ...says("x"),
    });
    const read = async () => {
      for await (const _ of stream);
    };
    expect(await failureOf(read())).toBeInstanceOf(OpenAI.APIError);
    const stranger = new OpenAI({ baseURL: `${world.gateway.httpUrl}/v1`, apiKey: "wrong" });
    const call = stranger.chat.completions.create({ model: "openclaw", ...says("x") });
    expect(await failureOf(call)).toBeInstanceOf(OpenAI.AuthenticationError);
  });

  test("the package's own retries never double a turn that failed", async () => {
    const create = world.client.chat.completions.create(
      { model: "openclaw", ...says("ERROR 429 quota") },
      { maxRetries: 3, headers: { "x-openclaw-model": "spare/mock-1" } },
    );
    expect(await failureOf(create)).toBeInstanceOf(OpenAI.RateLimitError);
    expect(world.fake.requests.length).toBe(1);
  });
});
