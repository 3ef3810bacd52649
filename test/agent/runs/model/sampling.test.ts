import { expect, test } from "bun:test";
import type { Api, Model } from "@earendil-works/pi-ai";
import { reasoningOf, wishedOptions } from "../../../../src/agent/runs/model/sampling.ts";

function model(api: Api): Model<Api> {
  return {
    id: "m",
    name: "m",
    api,
    provider: "p",
    baseUrl: "http://127.0.0.1",
    reasoning: false,
    input: ["text"],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 1_000,
    maxTokens: 100,
  };
}

async function payload(api: Api, wishes: Parameters<typeof wishedOptions>[0], first = true) {
  const { onPayload } = wishedOptions(wishes, first);
  return onPayload?.({ kept: true, config: { own: 1 } }, model(api));
}

const pinned = { toolChoice: { name: "look" } } as const;

test("a pinned tool is said in the words of each provider", async () => {
  expect(await payload("openai-completions", pinned)).toMatchObject({
    kept: true,
    tool_choice: { type: "function", function: { name: "look" } },
  });
  expect(await payload("openai-responses", pinned)).toMatchObject({
    tool_choice: { type: "function", name: "look" },
  });
  expect(await payload("anthropic-messages", pinned)).toMatchObject({
    tool_choice: { type: "tool", name: "look" },
  });
  expect(await payload("google-generative-ai", pinned)).toMatchObject({
    config: {
      own: 1,
      toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["look"] } },
    },
  });
  expect(await payload("anthropic-messages", { toolChoice: "required" })).toMatchObject({
    tool_choice: { type: "any" },
  });
});

test("a forced choice holds for the first call only, or the run would never end", async () => {
  expect(await payload("openai-completions", pinned, false)).toBeUndefined();
});

test("sampling goes where each provider takes it", async () => {
  const sampling = { temperature: 1, max_tokens: 5, top_p: 0.5, stop: "END", nonsense: 1 };
  expect(wishedOptions({ sampling }, true)).toMatchObject({
    temperature: 1,
    maxTokens: 5,
    samplingParams: { top_p: 0.5, stop: "END", nonsense: 1 },
  });
  const untouched = { kept: true, config: { own: 1 } };
  expect(await payload("openai-completions", { sampling })).toEqual(untouched);
  expect(await payload("anthropic-messages", { sampling })).toEqual(untouched);
  expect(await payload("google-vertex", { sampling })).toEqual({
    kept: true,
    config: { own: 1, topP: 0.5, stopSequences: ["END"] },
  });
  expect(await payload("bedrock-converse-stream", { sampling, ...pinned })).toMatchObject({
    inferenceConfig: { topP: 0.5, stopSequences: ["END"] },
    toolConfig: { toolChoice: { tool: { name: "look" } } },
  });
  expect(await payload("mistral-conversations", { sampling, toolChoice: "required" })).toMatchObject({
    topP: 0.5,
    stop: ["END"],
    toolChoice: "any",
  });
});

test("no wishes, no options", () => {
  expect(wishedOptions({}, true)).toEqual({});
  expect(wishedOptions({ toolChoice: "none" }, true)).toEqual({ toolChoice: "none" });
});

test("thinking levels are those the engine knows", () => {
  expect((["off", "adaptive", "ultra", "low"] as const).map(reasoningOf)).toEqual([
    undefined,
    "medium",
    "max",
    "low",
  ]);
});
