import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { modelHandlers } from "../../../src/gateway/methods/models.ts";
import type { Client, MethodContext } from "../../../src/gateway/method.ts";
import {
  explain,
  type MethodSpec,
  models as spec,
  type ParamsOf,
  type ResultOf,
} from "../../../src/protocol/index.ts";
import * as fake from "../../fakes/model-provider/index.ts";
import { publishedValidator } from "../../protocol/published.ts";
import { ManualClock } from "../../support/index.ts";
import { ask, openRoom, type TestRoom } from "./room.ts";

const provider = await fake.FakeModelProvider.start();
beforeEach(() => provider.reset());
afterAll(() => provider.stop());

const CONFIG = () => ({
  models: { providers: { mock: provider.providerConfig("openai-completions", { apiKey: "key-config" }) } },
  agents: { defaults: { model: { primary: "mock/mock-1", fallbacks: ["anthropic/claude-opus-4-6"] } } },
});

const context = (scopes: readonly string[] = ["operator.admin"]): MethodContext => ({
  client: { scopes } as unknown as Client,
  requestId: "r",
  signal: new AbortController().signal,
  accept: () => undefined,
});

/** Calls a method as the router would: its params and its answer are checked against the declaration. */
async function call<M extends MethodSpec>(
  room: TestRoom,
  declared: M,
  params: ParamsOf<M>,
  scopes?: readonly string[],
): Promise<ResultOf<M>> {
  const methods = modelHandlers({
    models: room.models,
    defaultAgentId: () => "main",
    hasAgent: (id) => id === "main",
    agentOfSession: () => "main",
  });
  const method = methods.find((one) => one.spec === declared);
  if (!method) throw new Error(`no handler of ${declared.name}`);
  expect(explain(declared.params, params)).toBeUndefined();
  const result = await method.run(params, context(scopes));
  expect(explain(declared.result, result)).toBeUndefined();
  return result as ResultOf<M>;
}

const fits = (definition: string, value: unknown) => {
  const validate = publishedValidator(definition);
  expect(validate(value) ? [] : validate.errors).toEqual([]);
};

describe("models.list", () => {
  test("shows what is configured, what answers first at the head, and why something cannot be asked", async () => {
    await using room = await openRoom(CONFIG());
    const result = await call(room, spec.list, { view: "configured", preparedOnly: true });
    fits("ModelsListResult", result);
    expect(result.models).toMatchObject([
      { id: "mock-1", provider: "mock", tags: ["default", "configured"], available: true },
      {
        id: "claude-opus-4-6",
        provider: "anthropic",
        tags: ["fallback#1"],
        available: false,
        unavailableReason: "missing-auth",
      },
      // A page lets people choose from this view: what the provider's entry lists belongs to it.
      { id: "mock-2", provider: "mock", tags: ["configured"], available: true },
      { id: "mock-embedding", provider: "mock" },
    ]);
  });

  test("names under agents.defaults.models are all there is to choose from", async () => {
    const { models, agents } = CONFIG();
    const defaults = { ...agents.defaults, models: { "mock/mock-2": {} } };
    await using room = await openRoom({ models, agents: { defaults } });
    const result = await call(room, spec.list, { view: "configured", preparedOnly: true });
    expect(result.models.map(({ id }) => id)).toEqual(["mock-1", "claude-opus-4-6", "mock-2"]);
  });

  test("a credential that rests is told with the time it is back, and why", async () => {
    const clock = new ManualClock();
    await using room = await openRoom(CONFIG(), { clock });
    provider.next(fake.fail(402));
    await ask(room, "hi", {
      clock,
      plan: { candidates: [{ provider: "mock", model: "mock-1" }], strict: true },
    });
    const { models } = await call(room, spec.list, { view: "provider-config", preparedOnly: true });
    expect(models[0]).toMatchObject({
      available: false,
      unavailableReason: "cooldown",
      unavailableUntil: clock.now() + 600_000,
    });
    const { providers } = await call(room, spec.authStatus, {});
    expect(providers[0]?.apiKey).toEqual({
      source: "config",
      label: "config",
      reasonCode: "billing",
      unavailableUntil: clock.now() + 600_000,
    });
  });

  test("a fresh gateway has the guide, and a key brings all models of its provider", async () => {
    {
      await using room = await openRoom({});
      const { models } = await call(room, spec.list, { preparedOnly: true });
      expect(models).toMatchObject([
        { provider: "builtin", id: "guide", tags: ["builtin"], available: true },
      ]);
    }
    await using room = await openRoom({}, { variables: { GROQ_API_KEY: "k" } });
    const { models } = await call(room, spec.list, {
      preparedOnly: true,
      includeProviderCapabilities: true,
    });
    expect(new Set(models.map((model) => model.provider))).toEqual(new Set(["groq"]));
    expect(models[0]).toMatchObject({ apiKeySupported: true, thinkingDefault: "medium" });
    fits("ModelsListResult", { models });
  });

  test("of one provider, and of all there are", async () => {
    await using room = await openRoom(CONFIG());
    const mistral = await call(room, spec.list, { provider: "mistral", preparedOnly: true });
    expect(mistral.models.length).toBeGreaterThan(10);
    const all = await call(room, spec.list, { view: "all", preparedOnly: true });
    expect(all.models.length).toBeGreaterThan(1_000);
    fits("ModelsListResult", all);
  });

  test("servers on this machine are found when asked for, and not before", async () => {
    await using room = await openRoom({}, { variables: { OLLAMA_HOST: `127.0.0.1:${provider.port}` } });
    await call(room, spec.list, { preparedOnly: true });
    expect(provider.lookups).toBeEmpty();
    const { models } = await call(room, spec.list, { refresh: true });
    const local = models.filter((model) => model.provider === "ollama");
    expect(local.map((model) => model.id)).toEqual(["mock-1", "mock-2", "mock-embedding"]);
    expect(local[0]).toMatchObject({ available: true, tags: ["local"] });
    const info = await room.models.info({ provider: "ollama", model: "mock-1" });
    expect(info.source).toBe("local");
    const plan = { candidates: [{ provider: "ollama", model: "mock-1" }], strict: true } as const;
    expect((await ask(room, "Say hello", { plan })).text).toBe("Hello from the mock model.");
  });

  test("refresh and preparedOnly exclude each other, and an unknown agent is an error", async () => {
    await using room = await openRoom({});
    await expect(call(room, spec.list, { refresh: true, preparedOnly: true })).rejects.toThrow(
      "exclude each other",
    );
    await expect(call(room, spec.list, { agentId: "nobody" })).rejects.toThrow('unknown agent id "nobody"');
  });
});

describe("models.probe", () => {
  test("asks with each credential and says how it went", async () => {
    await using room = await openRoom(CONFIG(), { variables: { MOCK_API_KEY: "key-env" } });
    provider.on((request) => (request.apiKey === "key-env" ? fake.fail(401) : undefined));
    const result = await call(room, spec.probe, { provider: "mock" });
    fits("ModelsProbeResult", result);
    expect(result).toMatchObject({
      provider: "mock",
      status: "ok",
      results: [
        { profileId: "mock:env:MOCK_API_KEY", label: "MOCK_API_KEY", status: "auth" },
        { profileId: "mock:config", label: "config", status: "ok" },
      ],
    });
    expect(result.results[0]?.error).not.toContain("key-env");
    expect(provider.requests).toHaveLength(2);
  });

  test.each([
    ["rate_limit", fake.fail(429)],
    ["billing", fake.fail(402)],
    ["format", fake.fail(400)],
    ["unknown", fake.fail(500)],
  ] as const)(
    "%s is told after one request, and does not count against the credential",
    async (status, reply) => {
      await using room = await openRoom(CONFIG());
      provider.next(reply);
      expect(await call(room, spec.probe, { provider: "mock", profileId: "mock:config" })).toMatchObject({
        status,
      });
      expect(provider.requests).toHaveLength(1);
      expect((await ask(room, "Say hello")).text).toBe("Hello from the mock model.");
    },
  );

  test("a model that does not answer in time, a provider without a model, one without a credential", async () => {
    await using room = await openRoom(CONFIG());
    provider.next(fake.late(fake.say("late"), fake.silence()));
    expect(await call(room, spec.probe, { provider: "mock", timeoutMs: 50 })).toMatchObject({
      status: "timeout",
    });
    expect(await call(room, spec.probe, { provider: "nobody" })).toMatchObject({ status: "no_model" });
    const none = await call(room, spec.probe, { provider: "anthropic" });
    expect(none).toMatchObject({ status: "auth" });
    expect(none.error).toContain("openclaw models auth paste-api-key --provider anthropic");
  });
});

describe("credentials over the wire", () => {
  test("a key is stored, shown without itself, ordered and forgotten", async () => {
    await using room = await openRoom(CONFIG());
    expect(
      await call(room, spec.authSetApiKey, { provider: "openai", apiKey: "sk-secret-0123456789" }),
    ).toEqual({
      provider: "openai",
      profileId: "openai:default",
    });
    await call(room, spec.authSetApiKey, {
      provider: "openai",
      apiKey: "sk-two",
      profileId: "openai:two",
    });
    const order = { provider: "openai", profileIds: ["openai:two", "openai:default"] };
    expect(await call(room, spec.authOrderSet, order)).toEqual({ ok: true, ...order });
    const status = await call(room, spec.authStatus, {});
    expect(JSON.stringify(status)).not.toContain("sk-");
    expect(status.providers).toMatchObject([
      {
        provider: "openai",
        displayName: "OpenAI",
        status: "static",
        profileOrder: ["openai:two", "openai:default"],
        profiles: [
          { profileId: "openai:default", type: "api_key", status: "static", source: "saved" },
          { profileId: "openai:two" },
        ],
      },
      { provider: "mock", status: "static", profiles: [], apiKey: { source: "config", label: "config" } },
    ]);
    expect(await call(room, spec.authLogout, { provider: "openai", profileIds: ["openai:two"] })).toEqual({
      provider: "openai",
      removedProfiles: ["openai:two"],
      abortedRunIds: [],
    });
    await expect(
      call(room, spec.authLogout, { provider: "openai", profileIds: ["openai:two"] }),
    ).rejects.toThrow("not stored for openai: openai:two");
  });

  test("whose account it is, only administrators are told", async () => {
    await using room = await openRoom({});
    // Half an hour less than three days, whenever it is read.
    const expires = Date.now() + 3 * 86_400_000 - 1_800_000;
    const credential = { access: "a", refresh: "r", expires };
    const entry = {
      provider: "anthropic",
      type: "oauth" as const,
      credential,
      email: "a@b.example",
      profileId: "anthropic:mine",
    };
    await call(room, spec.authSetApiKey, entry);
    const seen = async (scopes: string[]) =>
      (await call(room, spec.authStatus, {}, scopes)).providers[0]?.profiles[0]?.email;
    expect(await seen(["operator.admin"])).toBe("a@b.example");
    expect(await seen(["operator.read"])).toBeUndefined();
    const { providers, providerCapabilities } = await call(room, spec.authStatus, { refresh: true });
    expect(providers[0]).toMatchObject({ status: "ok", expiry: { label: "2d 23h" } });
    expect(providerCapabilities).toContainEqual({
      provider: "anthropic",
      apiKeySupported: true,
      quickApiKeySetup: true,
      loginOptions: [{ id: "anthropic/oauth", label: "Anthropic sign-in", kind: "oauth" }],
    });
  });
});
