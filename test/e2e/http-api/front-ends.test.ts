import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { sseEvents } from "../../gateway/http/openai/support/recorded.ts";
import { type ApiWorld, apiWorld } from "./world.ts";

let world: ApiWorld;
beforeAll(async () => {
  world = await apiWorld();
});
beforeEach(() => world.fake.reset());
afterAll(() => world[Symbol.asyncDispose]());

/** What well-known chat front ends send when somebody adds the gateway as a provider (seed 52). */
const FRONT_ENDS = [
  {
    name: "Open WebUI",
    headers: { "X-OpenWebUI-User-Name": "Ann%20Smith", "X-OpenWebUI-Chat-Id": "7c9e6679-7425-40de-944b" },
    body: {
      stream: true,
      model: "openclaw/default",
      messages: [
        { role: "system", content: "User Context:\n\n" },
        { role: "user", content: "ECHO hello front end" },
      ],
      stream_options: { include_usage: true },
      max_tokens: 2_048,
      temperature: 0.8,
      logit_bias: {},
    },
    sent: { max_tokens: 2_048, temperature: 0.8 },
  },
  {
    name: "LobeChat",
    headers: { accept: "application/json", "x-stainless-lang": "js" },
    body: {
      stream: true,
      model: "openclaw/main",
      messages: [{ content: "ECHO hello front end", role: "user" }],
      frequency_penalty: 0,
      presence_penalty: 0,
      temperature: 1,
      top_p: 1,
      stream_options: { include_usage: true },
      user: "lobe-user-1",
    },
    sent: { frequency_penalty: 0, presence_penalty: 0, temperature: 1, top_p: 1 },
  },
  {
    name: "LibreChat",
    headers: { "x-stainless-helper-method": "stream" },
    body: {
      stream: true,
      model: "openclaw",
      user: "65f1c0ffee65f1c0ffee65f1",
      messages: [
        { role: "system", content: "You are LibreChat." },
        { role: "user", content: [{ type: "text", text: "ECHO hello front end" }] },
      ],
      stop: ["||>", "\nUser:", "<|diff_marker|>"],
    },
    sent: { stop: ["||>", "\nUser:", "<|diff_marker|>"] },
  },
] as const;

for (const { name, headers, body, sent } of FRONT_ENDS) {
  test(`${name} finds its models, then streams a chat whose wishes reach the provider`, async () => {
    const list = await world.call("/v1/models", { headers });
    const { data } = (await list.json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toContain(body.model);
    const reply = await world.post("/v1/chat/completions", body, headers);
    expect([reply.status, reply.headers.get("content-type")]).toEqual([
      200,
      "text/event-stream; charset=utf-8",
    ]);
    const events = sseEvents(await reply.text());
    expect(events.at(-1)?.data).toBe("[DONE]");
    const chunks = events.slice(0, -1).map(({ data: chunk }) => chunk as Chunk);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe("hello front end");
    const { max_tokens: limit, ...others } = { max_tokens: undefined, ...sent };
    const [request] = world.fake.requests;
    expect(request?.body).toMatchObject(others);
    if (limit !== undefined)
      expect(request?.body.max_completion_tokens ?? request?.body.max_tokens).toBe(limit);
  });
}

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
}

test("a front end asks for a title with a call of its own, and may verify with a wrong key first", async () => {
  const refused = await world.call("/v1/models", { headers: { authorization: "Bearer sk-wrong" } });
  expect([refused.status, await refused.json()]).toEqual([
    401,
    { error: { message: "Unauthorized", type: "unauthorized" } },
  ]);
  const reply = await world.post("/v1/chat/completions", {
    model: "openclaw/default",
    messages: [{ role: "user", content: "ECHO Morning Greeting" }],
    stream: false,
    max_completion_tokens: 1_000,
    metadata: { task: "title_generation" },
  });
  expect(await reply.json()).toMatchObject({ choices: [{ message: { content: "Morning Greeting" } }] });
});
