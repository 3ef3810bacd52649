import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { CredentialError, type HeldChange, type StoredReferences } from "../../../src/agent/index.ts";
import * as fake from "../../fakes/model-provider/index.ts";
import { ask, openRoom } from "./room.ts";

const provider = await fake.FakeModelProvider.start();
beforeEach(() => provider.reset());
afterAll(() => provider.stop());

const CONFIG = {
  models: { providers: { mock: provider.providerConfig("openai-completions", { apiKey: "key-config" }) } },
  agents: { defaults: { model: "mock/mock-1" } },
};

const REF = { source: "store", provider: "default", id: "MOCK_KEY" };

/** A place for secrets that can be changed; what is read counts only after `reload`. */
class Vault implements StoredReferences {
  readonly values = new Map<string, string>();
  asked = 0;
  #revision = 0;

  reload(): void {
    this.#revision++;
  }

  revision(): number {
    return this.#revision;
  }

  async read(references: Parameters<StoredReferences["read"]>[0]): Promise<(string | undefined)[]> {
    this.asked++;
    return references.map(({ ref }) => this.values.get((ref as { id: string }).id));
  }
}

/** A room with one stored profile that refers to its key. */
async function roomWith(vault: Vault, type: "api_key" | "token" = "api_key") {
  const room = await openRoom(CONFIG, { deps: { references: vault } });
  const change = { profileId: "mock:default", seenAt: null, ref: REF, provider: "mock", type } as const;
  await room.models.signIns.changeHeld([change]);
  return room;
}

describe("a stored credential that refers to its secret", () => {
  test.each(["api_key", "token"] as const)("signs requests in with what it refers to (%s)", async (type) => {
    const vault = new Vault();
    vault.values.set("MOCK_KEY", "key-of-the-vault");
    await using room = await roomWith(vault, type);
    await ask(room, "hi");
    expect(provider.requests.at(-1)?.apiKey).toBe("key-of-the-vault");
    const [profile] = await room.store.authProfiles.list();
    expect(profile?.credential).toEqual({ [type === "token" ? "tokenRef" : "keyRef"]: REF });
  });

  test("is read once, and again after a reload", async () => {
    const vault = new Vault();
    vault.values.set("MOCK_KEY", "key-1");
    await using room = await roomWith(vault);
    await ask(room, "hi");
    vault.values.set("MOCK_KEY", "key-2");
    await ask(room, "hi");
    expect([provider.requests.at(-1)?.apiKey, vault.asked]).toEqual(["key-1", 1]);
    vault.reload();
    await ask(room, "hi");
    expect([provider.requests.at(-1)?.apiKey, vault.asked]).toEqual(["key-2", 2]);
  });

  test("is no credential while it cannot be read, and the failure says which one it is", async () => {
    const vault = new Vault();
    await using room = await roomWith(vault);
    expect(await room.models.unreadReferences()).toEqual(["mock:default"]);
    const { providers } = await room.models.authStatus();
    expect(providers[0]?.profiles).toMatchObject([{ profileId: "mock:default", status: "missing" }]);
    await ask(room, "hi");
    expect(provider.requests.at(-1)?.apiKey).toBe("key-config");
    room.config = {
      ...room.config,
      models: { providers: { mock: { ...provider.providerConfig("openai-completions"), apiKey: "" } } },
    } as typeof room.config;
    const { failure } = await ask(room, "hi");
    expect(failure?.message).toContain("the secret that mock:default refers to");
  });
});

describe("what stored credentials hold", () => {
  test("is told without the secret, and whoever has the secret can tell that it is the same", async () => {
    await using room = await openRoom(CONFIG);
    const { signIns } = room.models;
    await signIns.setKey({ provider: "mock", key: "canary-of-held" });
    await signIns.save({
      provider: "openai-codex",
      type: "oauth",
      credential: { access: "canary-access", refresh: "canary-refresh", expires: 1 },
    });
    await signIns.setKey({ provider: "groq", key: "__OPENCLAW_REDACTED__" });
    const held = await signIns.held("a salt of sixteen");
    expect(held.map(({ profileId, holds }) => [profileId, holds])).toEqual([
      ["groq:default", "placeholder"],
      ["mock:default", "text"],
      ["openai-codex:default", "login"],
    ]);
    expect(JSON.stringify(held)).not.toContain("canary");
    const hmac = new Bun.CryptoHasher("sha256", "a salt of sixteen").update("canary-of-held").digest("hex");
    expect(held[1]?.fingerprint).toBe(hmac);
    expect((await signIns.held())[1]?.fingerprint).toBeUndefined();
  });

  test("is changed as a whole or not at all", async () => {
    await using room = await openRoom(CONFIG);
    const { signIns } = room.models;
    await signIns.setKey({ provider: "mock", key: "key-1" });
    await signIns.setKey({ provider: "mock", key: "key-2", profileId: "mock:token", type: "token" });
    await signIns.save({
      provider: "xai",
      type: "oauth",
      credential: { access: "a", refresh: "r", expires: 1 },
    });
    const held = await signIns.held();
    const seenAt = (id: string) => held.find(({ profileId }) => profileId === id)?.updatedAt ?? null;
    const good: HeldChange = { profileId: "mock:default", seenAt: seenAt("mock:default"), ref: REF };
    const bad: readonly HeldChange[] = [
      { profileId: "mock:default", seenAt: null, ref: REF },
      { profileId: "mock:gone", seenAt: 5 },
      { profileId: "mock:token", seenAt: seenAt("mock:token"), ref: REF, type: "api_key" },
      { profileId: "xai:default", seenAt: seenAt("xai:default"), ref: REF },
      { profileId: "mock:new", seenAt: null, ref: REF },
      { profileId: "other:new", seenAt: null, ref: REF, provider: "mock", type: "api_key" },
    ];
    for (const change of bad) {
      await expect(signIns.changeHeld([good, change])).rejects.toBeInstanceOf(CredentialError);
      expect(await signIns.held()).toEqual(held);
    }
    const removal = { profileId: "mock:token", seenAt: seenAt("mock:token") };
    expect(await signIns.changeHeld([good, removal])).toEqual(["mock:default", "mock:token"]);
    expect((await signIns.held()).map(({ profileId, holds }) => [profileId, holds])).toEqual([
      ["mock:default", "reference"],
      ["xai:default", "login"],
    ]);
    // What was seen before counts no more, even within the same millisecond.
    await expect(signIns.changeHeld([good])).rejects.toThrow("changed meanwhile");
  });
});
