import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { runOpenclaw } from "../../support/index.ts";
import { type ApiWorld, apiWorld } from "./world.ts";

const KEY = "stored-key-0123456789abcdef";

let world: ApiWorld;
beforeAll(async () => {
  world = await apiWorld({
    fake: { apiKey: KEY },
    config: (fake) => {
      const { apiKey: _, ...keyless } = fake.providerConfig();
      return {
        models: { providers: { mock: keyless } },
        memory: { search: { provider: "mock", model: "mock-embedding" } },
      };
    },
  });
});
beforeEach(() => world.fake.reset());
afterAll(() => world[Symbol.asyncDispose]());

test("embeddings are signed in with a key that was stored by command, while the gateway runs", async () => {
  const { gateway, client, fake } = world;
  const { code } = await runOpenclaw(
    ["models", "auth", "paste-api-key", "--provider", "mock", "--from-env", "K"],
    {
      home: gateway.home.path,
      env: {
        OPENCLAW_GATEWAY_PORT: String(gateway.port),
        OPENCLAW_GATEWAY_TOKEN: gateway.token ?? "",
        K: KEY,
      },
    },
  );
  expect(code).toBe(0);
  const { data, model } = await client.embeddings.create({ model: "openclaw", input: ["a", "b"] });
  expect([model, data.map(({ index, embedding }) => [index, embedding.length])]).toEqual([
    "openclaw",
    [
      [0, 8],
      [1, 8],
    ],
  ]);
  const [request] = fake.requests;
  expect([request?.apiKey, request?.body.model]).toEqual([KEY, "mock-embedding"]);
  expect(gateway.output()).not.toContain(KEY);
});

test("plain numbers, dimensions and another model of the same provider (seed 50)", async () => {
  const reply = await world.post(
    "/v1/embeddings",
    { model: "openclaw", input: "a", dimensions: 4, encoding_format: "float" },
    { "x-openclaw-model": "mock/other-embedding" },
  );
  const { data } = (await reply.json()) as { data: [{ embedding: number[] }] };
  expect(data[0].embedding.length).toBe(4);
  expect(world.fake.requests[0]?.body).toMatchObject({ model: "other-embedding", dimensions: 4 });
  const elsewhere = await world.post("/v1/embeddings", { input: "a" }, { "x-openclaw-model": "openai/x" });
  expect(elsewhere.status).toBe(400);
});

test("retrieval as front ends do it: embed the passages, embed the question, ask with what fits", async () => {
  const passages = ["The key is under the mat.", "Dinner is at eight."];
  const { data } = await world.client.embeddings.create({ model: "openclaw", input: passages });
  const [question] = (await world.client.embeddings.create({ model: "openclaw", input: passages[0] ?? "" }))
    .data;
  const closeness = data.map(({ embedding }) =>
    embedding.reduce((sum, value, index) => sum + value * (question?.embedding[index] ?? 0), 0),
  );
  expect(closeness[0]).toBeCloseTo(1, 5);
  expect(closeness[1]).toBeLessThan(1);
});
