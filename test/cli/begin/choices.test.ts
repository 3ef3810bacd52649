import { expect, test } from "bun:test";
import { knownProvider, OAUTH_PROVIDERS, PROVIDERS } from "../../../src/agent/index.ts";
import { AUTH_CHOICES, keyFlags } from "../../../src/cli/begin/choices.ts";
import { customCandidate, serverSettings } from "../../../src/cli/begin/model/own-server.ts";

test("every way leads to a provider there is, by an id of its own", () => {
  const ids = AUTH_CHOICES.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const choice of AUTH_CHOICES) {
    if (choice.kind === "key")
      expect([choice.id, knownProvider(choice.provider)?.id]).toEqual([choice.id, choice.provider]);
    if (choice.kind === "sign-in") expect(Object.keys(OAUTH_PROVIDERS)).toContain(choice.provider);
  }
});

test("every sign-in there is can be chosen, and every flag of a key belongs to a way", () => {
  const signIns = AUTH_CHOICES.flatMap((choice) => (choice.kind === "sign-in" ? [choice.provider] : []));
  expect(signIns.toSorted()).toEqual(Object.keys(OAUTH_PROVIDERS).toSorted());
  const used = AUTH_CHOICES.flatMap((choice) =>
    "flag" in choice && choice.flag !== undefined ? [choice.flag] : [],
  );
  expect([...new Set<string>(used)].toSorted()).toEqual(Object.keys(keyFlags).toSorted());
});

test("providers with one plain key and a usual model can be chosen by it", () => {
  const chosen = new Set(AUTH_CHOICES.flatMap((choice) => (choice.kind === "key" ? [choice.provider] : [])));
  // These take more than a key: an account, a region, a project, a login.
  const more = ["github-copilot", "google-vertex", "openai-codex"];
  const plain = PROVIDERS.filter(
    ({ id, env, needs, defaultModel }) =>
      env.length > 0 && needs === undefined && defaultModel !== undefined && !more.includes(id),
  );
  expect(plain.map(({ id }) => id).filter((id) => !chosen.has(id))).toEqual([]);
});

test("a server of one's own is named after its address, and told what its model sees", () => {
  const candidate = customCandidate({
    baseUrl: "https://LLM.example.com:8443/v1/",
    model: "llava-1.6",
    compatibility: "anthropic",
  });
  expect(candidate).toMatchObject({
    provider: "custom-llm-example-com-8443",
    model: "llava-1.6",
    settings: { api: "anthropic-messages", models: [{ id: "llava-1.6", input: ["text", "image"] }] },
  });
  expect(() => customCandidate({ baseUrl: "ftp://x", model: "m", compatibility: "openai" })).toThrow(
    "Invalid --custom-base-url",
  );
  expect(serverSettings("http://ollama-host:11434", "qwen3.5:27b")).toMatchObject({
    baseUrl: "http://ollama-host:11434/v1",
  });
  expect(() => serverSettings("http://ollama-host:11434", undefined)).toThrow("--custom-model-id");
});
