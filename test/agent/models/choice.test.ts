import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { UnknownModelError } from "../../../src/agent/index.ts";
import { parseRef, splitProfile } from "../../../src/agent/models/choice/index.ts";
import type { SessionEntry } from "../../../src/store/index.ts";
import { FakeModelProvider } from "../../fakes/model-provider/index.ts";
import { openRoom, type TestRoom } from "./room.ts";

const CONFIG = {
  models: {
    providers: {
      lab: {
        baseUrl: "http://127.0.0.1:9/v1",
        apiKey: "k",
        models: [
          { id: "small", name: "Small" },
          { id: "org/big", name: "Big", reasoning: true, input: ["text", "image"] },
        ],
      },
      other: { baseUrl: "http://127.0.0.1:9/v1", models: [{ id: "small", name: "Small" }] },
    },
  },
  agents: {
    defaults: {
      model: {
        primary: "lab/org/big",
        fallbacks: ["other/small", "lab/org/big", "anthropic/claude-opus-4-6"],
      },
      models: { "lab/small": { alias: "Quick", params: { thinking: "low" } } },
      imageModel: "lab/org/big",
      utilityModel: "quick",
    },
    entries: {
      main: {},
      strict: { model: "other/small" },
      both: { model: { primary: "other/small", fallbacks: ["lab/small"] } },
      tail: { model: { fallbacks: ["lab/small"] } },
    },
  },
};

const refOf = ({ provider, model }: { provider: string; model: string }) => `${provider}/${model}`;

async function candidates(room: TestRoom, agentId = "main", entry?: SessionEntry, requested?: string) {
  const plan = await room.models.plan({ agentId, entry, ...(requested !== undefined && { requested }) });
  return { refs: plan.candidates.map(refOf), strict: plan.strict, pin: plan.profileId };
}

test("a reference is split at the first slash, and its provider has one name", () => {
  expect(parseRef("openrouter/moonshotai/kimi-k2")).toEqual({
    provider: "openrouter",
    model: "moonshotai/kimi-k2",
  });
  expect(parseRef(" Gemini/x ")).toEqual({ provider: "google", model: "x" });
  for (const text of ["", "x", "/x", "x/", " / "]) expect(parseRef(text)).toBeUndefined();
});

test("@profile needs a colon; an @ of the model's own stays", () => {
  expect(splitProfile("openai/gpt-6@openai:work")).toEqual({
    model: "openai/gpt-6",
    profileId: "openai:work",
  });
  expect(splitProfile("m@anthropic:a@b.example")).toEqual({ model: "m", profileId: "anthropic:a@b.example" });
  for (const text of ["cloudflare-workers-ai/@cf/meta/llama", "vertex/claude@20240620", "x/y@"]) {
    expect(splitProfile(text)).toEqual({ model: text });
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { model, profileId } = splitProfile(text);
      expect(profileId === undefined ? model : `${model}@${profileId}`).toBe(text.trim());
    }),
  );
});

describe("what a person writes for a model", () => {
  test.each([
    ["quick", "lab/small"],
    ["QUICK", "lab/small"],
    ["lab/small", "lab/small"],
    ["org/big", "lab/org/big"],
    ["LAB/org/big", "lab/org/big"],
    ["lab/not-listed", "lab/not-listed"],
    ["anthropic/claude-opus-4-6", "anthropic/claude-opus-4-6"],
    ["anthropic/claude-of-next-year", "anthropic/claude-of-next-year"],
    ["builtin/guide", "builtin/guide"],
  ])("%s is %s", async (text, expected) => {
    await using room = await openRoom(CONFIG);
    expect(refOf(await room.models.resolve(text, "main"))).toBe(expected);
  });

  test("a name of two providers is the default provider's, and none of nobody's", async () => {
    await using room = await openRoom(CONFIG);
    expect(refOf(await room.models.resolve("small", "main"))).toBe("lab/small");
    for (const text of ["", "nobody", "nobody/x", "builtin/oracle"]) {
      await expect(room.models.resolve(text, "main")).rejects.toBeInstanceOf(UnknownModelError);
    }
    await expect(room.models.resolve("nobody/x", "main")).rejects.toThrow(
      'no provider is called "nobody"; configured: quick, lab/small, lab/org/big, other/small',
    );
  });

  test("the policy alone restricts it, and the refusal lists what is allowed", async () => {
    const agents = {
      ...CONFIG.agents,
      defaults: { ...CONFIG.agents.defaults, modelPolicy: { allow: ["lab/*", "quick"] } },
    };
    await using room = await openRoom({ ...CONFIG, agents });
    expect(refOf(await room.models.resolve("lab/small", "main"))).toBe("lab/small");
    await expect(room.models.resolve("other/small", "main")).rejects.toThrow(
      "other/small may not be chosen; allowed: lab/*, lab/small",
    );
  });
});

describe("who answers a turn", () => {
  test("the configured default, then its fallbacks, each once", async () => {
    await using room = await openRoom(CONFIG);
    expect(await candidates(room)).toEqual({
      refs: ["lab/org/big", "other/small", "anthropic/claude-opus-4-6"],
      strict: false,
      pin: undefined,
    });
  });

  test("an agent's own model is strict unless it brings fallbacks; fallbacks alone keep the default", async () => {
    await using room = await openRoom(CONFIG);
    expect(await candidates(room, "strict")).toMatchObject({ refs: ["other/small"], strict: true });
    expect(await candidates(room, "both")).toMatchObject({
      refs: ["other/small", "lab/small"],
      strict: false,
    });
    expect(await candidates(room, "tail")).toMatchObject({
      refs: ["lab/org/big", "lab/small"],
      strict: false,
    });
  });

  test("a session's choice is strict when a person made it, and not when the gateway did", async () => {
    await using room = await openRoom(CONFIG);
    const entry = { providerOverride: "lab", modelOverride: "small" } as const;
    expect(await candidates(room, "main", { ...entry, modelOverrideSource: "user" })).toMatchObject({
      refs: ["lab/small"],
      strict: true,
    });
    expect(await candidates(room, "main", entry)).toMatchObject({ strict: true });
    const auto = await candidates(room, "main", { ...entry, modelOverrideSource: "auto" });
    expect(auto).toMatchObject({
      refs: ["lab/small", "lab/org/big", "other/small", "anthropic/claude-opus-4-6"],
      strict: false,
    });
    expect(await candidates(room, "main", { ...entry, modelOverrideSource: "default" })).toMatchObject({
      strict: false,
    });
  });

  test("the model of a chat stands where the agent's would: fallbacks stay, a session's choice goes before it", async () => {
    await using room = await openRoom(CONFIG);
    const plan = async (entry: SessionEntry | undefined, agentId = "main") => {
      const { candidates: found, strict } = await room.models.plan({
        agentId,
        entry,
        chatModel: "lab/small",
      });
      return { refs: found.map(refOf), strict };
    };
    expect(await plan(undefined)).toEqual({
      refs: ["lab/small", "other/small", "lab/org/big", "anthropic/claude-opus-4-6"],
      strict: false,
    });
    expect(await plan(undefined, "strict")).toEqual({ refs: ["lab/small"], strict: true });
    const entry = { modelOverride: "lab/org/big", modelOverrideSource: "user" } as const;
    expect(await plan(entry)).toEqual({ refs: ["lab/org/big"], strict: true });
  });

  test("a choice of the request goes before the session's and is strict", async () => {
    await using room = await openRoom(CONFIG);
    const entry = { modelOverride: "lab/small", authProfileOverride: "lab:mine" };
    expect(await candidates(room, "main", entry, "other/small@other:work")).toEqual({
      refs: ["other/small"],
      strict: true,
      pin: "other:work",
    });
    expect(await candidates(room, "main", entry)).toMatchObject({ pin: "lab:mine" });
    expect(await candidates(room, "strict", { authProfileOverride: "lab:mine" })).toMatchObject({
      pin: undefined,
    });
  });

  test("summaries are the utility model's, and images go to a model that sees", async () => {
    await using room = await openRoom(CONFIG);
    const of = async (purpose: "utility" | "image", agentId: string) =>
      (await room.models.plan({ agentId, entry: undefined, purpose })).candidates.map(refOf);
    expect((await of("utility", "main"))[0]).toBe("lab/small");
    expect((await of("image", "strict"))[0]).toBe("lab/org/big");
    expect((await of("image", "main"))[0]).toBe("lab/org/big");
  });

  test("nothing configured: a configured provider, a stored key, a key of the environment, the built-in guide", async () => {
    {
      await using room = await openRoom({});
      expect(await candidates(room)).toMatchObject({ refs: ["builtin/guide"], strict: false });
    }
    {
      await using room = await openRoom({}, { variables: { GEMINI_API_KEY: "g", OPENAI_API_KEY: "o" } });
      expect((await candidates(room)).refs[0]).toStartWith("openai/");
      await room.models.signIns.setKey({ provider: "mistral", key: "m" });
      expect((await candidates(room)).refs[0]).toStartWith("mistral/");
    }
    {
      await using room = await openRoom({ models: CONFIG.models }, { variables: { OPENAI_API_KEY: "o" } });
      expect((await candidates(room)).refs).toEqual(["lab/small"]);
    }
    await using server = await FakeModelProvider.start({ models: ["llama"] });
    const variables = { OLLAMA_HOST: server.origin };
    await using asked = await openRoom({}, { variables: { ...variables, OLLAMA_API_KEY: "any" } });
    expect((await candidates(asked)).refs).toEqual(["ollama/llama"]);
    await using silent = await openRoom({}, { variables });
    expect((await candidates(silent)).refs).toEqual(["builtin/guide"]);
    expect(refOf(await silent.models.resolve("ollama/llama", "main"))).toBe("ollama/llama");
  });

  test("a configured model without a credential never gives way to the guide", async () => {
    await using room = await openRoom({ agents: { defaults: { model: "openai/gpt-5" } } });
    expect((await candidates(room)).refs).toEqual(["openai/gpt-5"]);
  });
});

describe("how hard a model thinks", () => {
  const ref = { provider: "lab", model: "org/big" };

  test("the nearest word decides: request, session, agent, model, defaults, medium", async () => {
    const agents = (defaults: object, main: object = {}) => ({
      defaults: { ...defaults },
      entries: { main },
    });
    const thinking = async (config: object, entry?: SessionEntry, requested?: string) => {
      await using room = await openRoom({ models: CONFIG.models, ...config });
      return await room.models.thinking({
        ref,
        agentId: "main",
        entry,
        ...(requested !== undefined && { requested }),
      });
    };
    expect(await thinking({})).toBe("medium");
    const defaults = { thinkingDefault: "low" };
    expect(await thinking({ agents: agents(defaults) })).toBe("low");
    const model = { ...defaults, models: { "lab/org/big": { params: { thinking: "minimal" } } } };
    expect(await thinking({ agents: agents(model) })).toBe("minimal");
    expect(await thinking({ agents: agents(model, { thinkingDefault: "high" }) })).toBe("high");
    const session = { thinkingLevel: "off" };
    expect(await thinking({ agents: agents(model, { thinkingDefault: "high" }) }, session)).toBe("off");
    expect(await thinking({ agents: agents(model) }, session, "LOW")).toBe("low");
  });

  test("a level it does not have is refused with the list when asked for, and brought to the nearest otherwise", async () => {
    await using room = await openRoom(CONFIG);
    const ask = (requested: string) =>
      room.models.thinking({ ref, agentId: "main", entry: undefined, requested });
    await expect(ask("ultra")).rejects.toThrow(
      '"ultra" is no thinking level of lab/org/big; it has: off, minimal, low, medium, high',
    );
    const old = { thinkingLevel: "max" };
    expect(await room.models.thinking({ ref, agentId: "main", entry: old })).toBe("high");
    const plain = { provider: "lab", model: "small" };
    expect(await room.models.thinking({ ref: plain, agentId: "main", entry: old })).toBe("off");
  });
});

test("a model nobody listed still has sensible values", async () => {
  await using room = await openRoom(CONFIG);
  expect(await room.models.info({ provider: "lab", model: "brand-new" })).toMatchObject({
    name: "brand-new",
    contextWindow: 200_000,
    contextTokens: 200_000,
    reasoning: false,
    input: ["text"],
    thinkingLevels: ["off"],
    available: true,
  });
  const model = await room.models.engineModel({ provider: "lab", model: "brand-new" });
  expect(model).toMatchObject({ api: "openai-completions", baseUrl: "http://127.0.0.1:9/v1", maxTokens: 0 });
});

test("models.mode replace leaves the built-in lists out", async () => {
  await using room = await openRoom({ models: { ...CONFIG.models, mode: "replace" } });
  await expect(room.models.engineModel({ provider: "openai", model: "gpt-5" })).rejects.toBeInstanceOf(
    UnknownModelError,
  );
  const all = await room.models.list({ view: "all", agentId: "main", preparedOnly: true });
  expect(all.map(refOf)).toEqual(["lab/small", "lab/org/big", "other/small", "builtin/guide"]);
});

test("every default model of a known provider is in its list", async () => {
  const { PROVIDERS } = await import("../../../src/agent/models/catalog/index.ts");
  for (const { id, defaultModel, models } of PROVIDERS) {
    if (defaultModel === undefined) continue;
    const listed = (await models?.())?.map((model) => model.id) ?? [];
    expect([id, listed.includes(defaultModel)]).toEqual([id, true]);
  }
});
