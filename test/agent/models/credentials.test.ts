import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import type { OAuthAuth, OAuthCredential } from "@earendil-works/pi-ai";
import fc from "fast-check";
import { CredentialError } from "../../../src/agent/index.ts";
import { knownProvider } from "../../../src/agent/models/catalog/index.ts";
import { OAUTH_PROVIDERS, OAuthTokens, oauthOf } from "../../../src/agent/models/credentials/index.ts";
import { envCredentials } from "../../../src/agent/models/credentials/env-keys.ts";
import { SignIns } from "../../../src/agent/models/admin/index.ts";
import * as fake from "../../fakes/model-provider/index.ts";
import { ManualClock } from "../../support/index.ts";
import { ask, openRoom } from "./room.ts";

const provider = await fake.FakeModelProvider.start();
beforeEach(() => provider.reset());
afterAll(() => provider.stop());

const config = (extra: object = {}) => ({
  models: { providers: { mock: provider.providerConfig("openai-completions", { apiKey: "key-config" }) } },
  agents: { defaults: { model: "mock/mock-1" } },
  ...extra,
});

const openai = knownProvider("openai") ?? { id: "openai", name: "OpenAI", env: [] };

describe("keys of the environment", () => {
  test("the list, the plain one and the numbered ones rotate, each once", () => {
    const found = envCredentials(openai, {
      OPENAI_API_KEY: "a",
      OPENAI_API_KEYS: "b, c;a",
      OPENAI_API_KEY_1: "d",
      OPENAI_API_KEY_2: "b",
    });
    expect(found.map(({ apiKey }) => apiKey)).toEqual(["b", "c", "a", "d"]);
    expect(found[0]).toMatchObject({
      profileId: "openai:env:OPENAI_API_KEYS#1",
      source: "OPENAI_API_KEYS#1",
    });
  });

  test("OPENCLAW_LIVE_<PROVIDER>_KEY stands for all of them", () => {
    const found = envCredentials(openai, { OPENAI_API_KEY: "a", OPENCLAW_LIVE_OPENAI_KEY: "live" });
    expect(found.map(({ apiKey }) => apiKey)).toEqual(["live"]);
  });

  test("no key twice, whatever the variables", () => {
    const names = ["OPENAI_API_KEYS", "OPENAI_API_KEY", "OPENAI_API_KEY_1", "OPENAI_API_KEY_7"];
    const variables = fc.dictionary(
      fc.constantFrom(...names),
      fc.stringMatching(/^[a-c]{1,2}(,[a-c]{1,2})*$/),
    );
    fc.assert(
      fc.property(variables, (values) => {
        const keys = envCredentials(openai, values).map(({ apiKey }) => apiKey);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  test("cloud credentials sign in by themselves", () => {
    const bedrock = knownProvider("bedrock") ?? openai;
    expect(envCredentials(bedrock, { AWS_PROFILE: "work" })).toEqual([
      {
        profileId: "amazon-bedrock:env:AWS_PROFILE",
        provider: "amazon-bedrock",
        kind: "token",
        source: "AWS_PROFILE",
      },
    ]);
  });
});

test("a stored key goes before the environment's, and that before the configuration's", async () => {
  await using room = await openRoom(config(), { variables: { MOCK_API_KEY: "key-env" } });
  const used = async () => {
    await ask(room, "hi");
    return provider.requests.at(-1)?.apiKey;
  };
  expect(await used()).toBe("key-env");
  await room.models.signIns.setKey({ provider: "mock", key: " key-stored " });
  expect(await used()).toBe("key-stored");
  await room.models.signIns.logout("mock");
  expect(await used()).toBe("key-env");
});

test("the order is the stored one, else auth.order, else the one not used for longest", async () => {
  const clock = new ManualClock();
  const order = ["mock:c", "mock:a"];
  await using room = await openRoom(config(), { clock });
  for (const name of ["a", "b", "c"]) {
    await room.models.signIns.setKey({ provider: "mock", key: `key-${name}`, profileId: `mock:${name}` });
    clock.advance(1);
  }
  const used = async (sessionId?: string) => {
    await ask(room, "hi", { options: sessionId === undefined ? {} : { sessionId } });
    clock.advance(120_000);
    return provider.requests.at(-1)?.apiKey;
  };
  expect([await used(), await used(), await used(), await used()]).toEqual([
    "key-a",
    "key-b",
    "key-c",
    "key-a",
  ]);
  expect([await used("s"), await used("s"), await used("s")]).toEqual(["key-b", "key-b", "key-b"]);
  room.config = { ...room.config, auth: { order: { mock: order } } };
  expect([await used(), await used()]).toEqual(["key-c", "key-c"]);
  await room.models.signIns.setOrder("mock", ["mock:b"]);
  expect(await used()).toBe("key-b");
  const plan = {
    candidates: [{ provider: "mock", model: "mock-1" }],
    strict: true,
    profileId: "mock:b",
  } as const;
  await room.models.signIns.setOrder("mock", undefined);
  room.config = { ...room.config, auth: {} };
  await ask(room, "hi", { plan });
  expect(provider.requests.at(-1)?.apiKey).toBe("key-b");
});

test("a pinned credential that rests is replaced for the turn, and used again after its rest", async () => {
  const clock = new ManualClock();
  await using room = await openRoom(config(), { clock });
  for (const name of ["a", "b"]) {
    await room.models.signIns.setKey({ provider: "mock", key: `key-${name}`, profileId: `mock:${name}` });
  }
  const plan = {
    candidates: [{ provider: "mock", model: "mock-1" }],
    strict: true,
    profileId: "mock:b",
  } as const;
  provider.next(fake.fail(401));
  expect((await ask(room, "Say hello", { plan, clock })).attempts).toEqual([
    "mock/mock-1 mock:b",
    "mock/mock-1 mock:a",
  ]);
  expect((await ask(room, "Say hello", { plan, clock })).attempts).toEqual(["mock/mock-1 mock:a"]);
  clock.advance(30_000);
  expect((await ask(room, "Say hello", { plan, clock })).attempts).toEqual(["mock/mock-1 mock:b"]);
});

test("rests survive a restart of the gateway, and a new key begins without one", async () => {
  const clock = new ManualClock();
  await using room = await openRoom(config(), { clock });
  await room.models.signIns.setKey({ provider: "mock", key: "key-stored" });
  provider.next(fake.fail(402), fake.fail(402));
  await ask(room, "hi", { clock });
  expect(await room.store.authProfiles.states()).toMatchObject([
    { id: "mock:config", reason: "billing", cooldownUntil: clock.now() + 600_000 },
    { id: "mock:default", reason: "billing", failures: 1 },
  ]);
  const next = room.reborn();
  expect((await ask(next, "hi", { clock })).failure?.coolingDown).toBe(true);
  await next.models.signIns.setKey({ provider: "mock", key: "key-fresh" });
  expect((await ask(next, "Say hello", { clock })).text).toBe("Hello from the mock model.");
});

test("a key with blanks, an empty one and a foreign profile id are refused without being repeated", async () => {
  await using room = await openRoom({});
  for (const key of ["", "  ", "sk abc", "two\nlines"]) {
    const error = await room.models.signIns.setKey({ provider: "openai", key }).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(CredentialError);
    if (key.trim() !== "") expect(String(error)).not.toContain(key);
  }
  for (const profileId of ["anthropic:x", "openai:", "openai:a b", "x"]) {
    await expect(
      room.models.signIns.setKey({ provider: "openai", key: "k", profileId }),
    ).rejects.toBeInstanceOf(CredentialError);
  }
  await expect(room.models.signIns.logout("openai", ["openai:none"])).rejects.toBeInstanceOf(CredentialError);
});

describe("a login", () => {
  const login = (access: string, expires: number): OAuthCredential => ({
    type: "oauth",
    access,
    refresh: "r",
    expires,
  });

  function flow(renewed: OAuthCredential, calls: string[]): OAuthAuth {
    return {
      name: "Lab",
      login: async ({ prompt, notify }) => {
        notify({ type: "auth_url", url: "https://lab.example/sign-in" });
        calls.push(await prompt({ type: "manual_code", message: "Code" }));
        return { ...renewed, email: "a@b.example" };
      },
      refresh: async (old) => {
        calls.push(`renew ${old.access}`);
        await Bun.sleep(1);
        return renewed;
      },
      toAuth: async ({ access }) => ({ apiKey: access, baseUrl: "https://lab.example/v1" }),
    };
  }

  test("is stored under the account's address and renewed once, however many ask", async () => {
    const clock = new ManualClock();
    const calls: string[] = [];
    await using room = await openRoom({}, { clock });
    const oauth = flow(login("token-2", clock.now() + 7_200_000), calls);
    const { authProfiles: profiles, kv } = room.store;
    const pool = { forget: () => undefined } as unknown as ConstructorParameters<typeof SignIns>[0]["pool"];
    const signIns = new SignIns({ profiles, kv, pool, clock, oauth: async () => oauth });
    const notes: unknown[] = [];
    const id = await signIns.login("anthropic", {
      prompt: async () => "1234",
      notify: (note) => void notes.push(note),
    });
    expect([id, calls, notes]).toEqual([
      "anthropic:a@b.example",
      ["1234"],
      [{ type: "auth_url", url: "https://lab.example/sign-in" }],
    ]);

    await signIns.save({
      provider: "anthropic",
      type: "oauth",
      profileId: id,
      credential: login("token-1", clock.now() + 3_600_000),
    });
    const tokens = new OAuthTokens({ profiles, clock, load: async () => oauth });
    const credential = { profileId: id, provider: "anthropic", kind: "oauth", source: "stored" } as const;
    expect((await tokens.use(credential)).apiKey).toBe("token-1");
    clock.advance(3_600_000 - 30_000);
    const used = await Promise.all([1, 2, 3].map(() => tokens.use(credential)));
    expect(used.map(({ apiKey, baseUrl }) => [apiKey, baseUrl])).toEqual(
      Array.from({ length: 3 }, () => ["token-2", "https://lab.example/v1"]),
    );
    expect(calls).toEqual(["1234", "renew token-1"]);
    expect((await profiles.get(id))?.credential).toMatchObject({ access: "token-2" });
  });

  test("is offered by the providers that have one", async () => {
    for (const id of Object.keys(OAUTH_PROVIDERS)) expect((await oauthOf(id)).name).toBeString();
    await expect(oauthOf("mistral")).rejects.toThrow("mistral has no sign-in; use an API key");
  });
});
