import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sseEvents } from "./support/recorded.ts";
import { serve, type Served, TOKEN } from "./support/serve.ts";

/** What well-known chat front ends send first when somebody adds the gateway as a provider. */
let served: Served;

beforeAll(async () => {
  served = await serve();
});

afterAll(() => served[Symbol.asyncDispose]());

async function streamedText(body: object, headers: Record<string, string>): Promise<string> {
  const response = await fetch(`${served.url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  const events = sseEvents(await response.text());
  const chunks = events
    .slice(0, -1)
    .map(({ data }) => data as { choices: { delta: { content?: string } }[] });
  return chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
}

async function modelIds(headers: Record<string, string>): Promise<string[]> {
  const response = await fetch(`${served.url}/v1/models`, { headers });
  const { data } = (await response.json()) as { data: { id: string }[] };
  return data.map(({ id }) => id);
}

describe("Open WebUI", () => {
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    "content-type": "application/json",
    "X-OpenWebUI-User-Name": "Ann%20Smith",
    "X-OpenWebUI-User-Id": "0b2b8f1e-0000-4000-8000-000000000001",
    "X-OpenWebUI-User-Role": "admin",
    "X-OpenWebUI-Chat-Id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
  };

  test("verifies the connection with the model list", async () => {
    expect(await modelIds(headers)).toContain("openclaw/default");
  });

  test("chats, streaming", async () => {
    const body = {
      stream: true,
      model: "openclaw/default",
      messages: [
        { role: "system", content: "User Context:\n\n" },
        { role: "user", content: "say hello from the web" },
      ],
      stream_options: { include_usage: true },
      max_tokens: 2_048,
      temperature: 0.8,
      logit_bias: {},
    };
    expect(await streamedText(body, headers)).toBe("hello from the web");
  });

  test("asks for a title, without streaming", async () => {
    const response = await served.post("/v1/chat/completions", {
      model: "openclaw/default",
      messages: [
        { role: "user", content: "### Task:\nGenerate a concise, 3-5 word title.\nsay Morning Greeting" },
      ],
      stream: false,
      max_completion_tokens: 1_000,
      metadata: { task: "title_generation", chat_id: "7c9e6679" },
    });
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: "Morning Greeting" } }] });
  });

  test("embeds documents, and hears plainly when no provider is configured", async () => {
    const response = await served.post("/v1/embeddings", { input: ["a chunk"], model: "openclaw/default" });
    expect(response.status).toBe(500);
  });
});

describe("LobeChat", () => {
  test("lists models and chats with every sampling field", async () => {
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      accept: "application/json",
      "x-stainless-lang": "js",
    };
    expect(await modelIds(headers)).toContain("openclaw/main");
    const body = {
      messages: [{ content: "say hi lobe", role: "user" }],
      model: "openclaw/main",
      frequency_penalty: 0,
      presence_penalty: 0,
      temperature: 1,
      top_p: 1,
      stream: true,
      stream_options: { include_usage: true },
      user: "lobe-user-1",
    };
    expect(await streamedText(body, {})).toBe("hi lobe");
    expect(served.runs.last.sessionKey).toBe("agent:main:openai-user:lobe-user-1" as never);
  });

  test("may send its first call straight from a browser, and learns that this is not offered", async () => {
    const response = await fetch(`${served.url}/v1/chat/completions`, {
      method: "OPTIONS",
      headers: { origin: "https://chat.example", "access-control-request-method": "POST" },
    });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
  });
});

describe("LibreChat", () => {
  test("fetches models, then chats with its user and stop sequences", async () => {
    expect(await modelIds({ Authorization: `Bearer ${TOKEN}` })).toContain("openclaw");
    const body = {
      model: "openclaw",
      user: "65f1c0ffee65f1c0ffee65f1",
      stream: true,
      messages: [
        { role: "system", content: "You are LibreChat." },
        { role: "user", content: [{ type: "text", text: "say hi libre" }] },
      ],
      stop: ["||>", "\nUser:", "<|diff_marker|>"],
      temperature: 1,
      top_p: 1,
      presence_penalty: 0,
      frequency_penalty: 0,
    };
    expect(await streamedText(body, { "x-stainless-helper-method": "stream" })).toBe("hi libre");
    expect(served.runs.last.sampling).toMatchObject({ stop: ["||>", "\nUser:", "<|diff_marker|>"] });
  });
});
