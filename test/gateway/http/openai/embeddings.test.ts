import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type OpenClawConfig, validateConfig } from "../../../../src/config/index.ts";
import { embeddingProvider } from "../../../../src/gateway/http/openai/embeddings/provider.ts";
import { embeddingServer } from "./support/embedding-server.ts";
import { serve, type Served } from "./support/serve.ts";

function configOf(value: object): OpenClawConfig {
  const checked = validateConfig(value);
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return checked.config;
}

function providerOf(value: object, keys: Record<string, string> = {}) {
  return embeddingProvider(configOf(value), async (provider) => keys[provider]);
}

describe("who embeds", () => {
  test("OpenAI with its key, when nothing is configured", async () => {
    expect(await providerOf({}, { openai: "sk" })).toEqual({
      id: "openai",
      url: "https://api.openai.com/v1/embeddings",
      model: "text-embedding-3-small",
      headers: { authorization: "Bearer sk" },
      dimensions: undefined,
      inputType: undefined,
    });
  });

  test("a configured provider, with its section of models.providers", async () => {
    const models = {
      providers: {
        gpu: { baseUrl: "http://gpu.lan:1/v1/", apiKey: "k", headers: { "X-A": "b" }, models: [] },
        google: { baseUrl: "https://g.example/v1", apiKey: "gk", models: [] },
      },
    };
    expect(
      await providerOf({ memory: { search: { provider: "gpu", model: "m" } }, models }, { gpu: "k" }),
    ).toMatchObject({
      url: "http://gpu.lan:1/v1/embeddings",
      model: "m",
      headers: { authorization: "Bearer k", "x-a": "b" },
    });
    expect(
      await providerOf({ memory: { search: { provider: "gemini" } }, models }, { google: "gk" }),
    ).toMatchObject({
      url: "https://g.example/v1/embeddings",
      headers: { authorization: "Bearer gk" },
    });
  });

  test("a server of this machine needs no key", async () => {
    expect(await providerOf({ memory: { search: { provider: "ollama" } } })).toMatchObject({
      url: "http://127.0.0.1:11434/v1/embeddings",
      headers: {},
    });
  });

  test("a key or header of the provider is never sent to another address", async () => {
    const remote = { baseUrl: "https://elsewhere.example/v1" };
    const models = {
      providers: {
        openai: { baseUrl: "https://api.openai.com/v1", apiKey: "k", headers: { a: "b" }, models: [] },
      },
    };
    const search = { remote, outputDimensionality: 8, inputType: "x", documentInputType: "passage" };
    expect(await providerOf({ memory: { search }, models }, { openai: "sk" })).toMatchObject({
      url: "https://elsewhere.example/v1/embeddings",
      headers: {},
      dimensions: 8,
      inputType: "passage",
    });
    const owned = { ...search, remote: { ...remote, apiKey: "its own", headers: { b: "c" } } };
    expect((await providerOf({ memory: { search: owned }, models })).headers).toEqual({
      authorization: "Bearer its own",
      b: "c",
    });
  });

  test("nobody, and the error says what to set", async () => {
    await expect(providerOf({})).rejects.toThrow("set OPENAI_API_KEY or memory.search.remote.apiKey");
    await expect(providerOf({ memory: { search: { provider: "none" } } })).rejects.toThrow(
      "provider is none",
    );
    await expect(providerOf({ memory: { search: { provider: "toString" } } })).rejects.toThrow(
      "set memory.search.remote.baseUrl or models.providers.tostring.baseUrl",
    );
    const remote = { baseUrl: "https://x.example/v1" };
    await expect(providerOf({ memory: { search: { provider: "mine", remote } } })).rejects.toThrow(
      "set memory.search.model",
    );
  });
});

describe("POST /v1/embeddings", () => {
  let served: Served;
  let upstream: ReturnType<typeof embeddingServer>;

  beforeAll(async () => {
    upstream = embeddingServer();
    served = await serve({
      config: {
        memory: { search: { remote: { baseUrl: upstream.url, apiKey: "k" }, outputDimensionality: 16 } },
      },
    });
  });

  afterAll(async () => {
    await served[Symbol.asyncDispose]();
    await upstream.stop();
  });

  async function ask(body: object, headers: Record<string, string> = {}): Promise<[number, unknown]> {
    const response = await served.post("/v1/embeddings", { model: "openclaw", ...body }, headers);
    return [response.status, await response.json()];
  }

  const message = (text: string) => ({ error: { message: text, type: "invalid_request_error" } });

  test("dimensions of the request win over those of the configuration", async () => {
    await ask({ input: "a" });
    expect(upstream.asked.at(-1)?.body["dimensions"]).toBe(16);
    await ask({ input: "a", dimensions: 4 });
    expect(upstream.asked.at(-1)?.body["dimensions"]).toBe(4);
  });

  test("the header picks a model, with or without the provider's name", async () => {
    await ask({ input: "a" }, { "x-openclaw-model": "bare-model" });
    expect(upstream.asked.at(-1)?.body["model"]).toBe("bare-model");
    await ask({ input: "a" }, { "x-openclaw-model": "OpenAI/with/slash" });
    expect(upstream.asked.at(-1)?.body["model"]).toBe("with/slash");
    expect(await ask({ input: "a" }, { "x-openclaw-model": "openai/" })).toEqual([
      400,
      message("Unsupported embedding model reference."),
    ]);
  });

  test("what cannot be embedded is refused, and nothing is asked", async () => {
    const before = upstream.asked.length;
    for (const [body, text] of [
      [{ input: [] }, "`input` must contain at least one non-empty string."],
      [{ input: ["a", ""] }, "`input` must contain at least one non-empty string."],
      [{ input: [1] }, "`input` must be a string or an array of strings."],
      [{ input: Array.from({ length: 129 }, () => "a") }, "Too many inputs (max 128)."],
      [{ input: "x".repeat(8_193) }, "Input too long (max 8192 chars)."],
      [
        { input: Array.from({ length: 9 }, () => "x".repeat(8_000)) },
        "Total input too large (max 65536 chars).",
      ],
      [{ input: "a", dimensions: 0 }, "dimensions: Too small: expected number to be >0"],
      [{ input: "a", encoding_format: "hex" }, "encoding_format: Invalid input"],
      [{ input: "a", model: "openclaw/nope" }, "Unknown agent 'nope'."],
    ] as const) {
      expect([text, await ask(body)]).toEqual([text, [400, message(text)]]);
    }
    expect(upstream.asked.length).toBe(before);
  });

  test("a provider that fails is an internal error, without its words", async () => {
    expect(await ask({ input: "a" }, { "x-openclaw-model": "broken" })).toEqual([
      500,
      { error: { message: "internal error", type: "api_error" } },
    ]);
  });
});
