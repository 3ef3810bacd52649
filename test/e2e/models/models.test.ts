import { afterAll, beforeEach, expect, test } from "bun:test";
import * as fake from "../../fakes/model-provider/index.ts";
import { runOpenclaw, spawnGateway, tempHome, type WireClient, within } from "../../support/index.ts";

const provider = await fake.FakeModelProvider.start();
beforeEach(() => provider.reset());
afterAll(() => provider.stop());

const CONFIG = () => ({
  gateway: { mode: "local" },
  models: {
    providers: {
      mock: provider.providerConfig("openai-completions", { apiKey: "key-config-0123456789" }),
      spare: provider.providerConfig("anthropic-messages", { apiKey: "key-spare-0123456789" }),
    },
  },
  agents: { defaults: { model: { primary: "mock/mock-1", fallbacks: ["spare/mock-2"] } } },
});

/** Many programs are started one after the other, each on a busy machine. */
const PATIENCE = 60_000;

let turns = 0;

/** One turn of a conversation of its own; resolves with the transcript. */
async function say(client: WireClient, message: string): Promise<string> {
  const runId = `turn-${++turns}`;
  const sessionKey = `agent:main:${runId}`;
  await client.call("agent", { message, idempotencyKey: runId, sessionKey });
  await client.call("agent.wait", { runId });
  return JSON.stringify(await client.call("chat.history", { sessionKey }));
}

test(
  "a running gateway is told of every change: keys, order, default model",
  async () => {
    await using home = await tempHome();
    await home.write(".openclaw/openclaw.json", CONFIG());
    await using gateway = await spawnGateway({ home });
    const env = { OPENCLAW_GATEWAY_PORT: String(gateway.port), OPENCLAW_GATEWAY_TOKEN: gateway.token ?? "" };
    const run = async (line: string, more: Record<string, string> = {}) => {
      const { code, stdout, stderr } = await runOpenclaw(line.split(" "), {
        home: home.path,
        env: { ...env, ...more },
      });
      expect([line, code, stderr]).toEqual([line, 0, expect.any(String)]);
      return stdout;
    };
    const KEY = "sk-live-0123456789abcdef";
    expect(await run("models auth paste-api-key --provider mock --from-env K", { K: KEY })).toBe(
      "Stored mock:default.\n",
    );
    expect(await run("models probe mock")).toContain("mock (stored): ok");
    expect(provider.requests.at(0)?.apiKey).toBe(KEY);
    const status = JSON.parse(await run("models status --json"));
    expect(status).toMatchObject({
      defaultModel: "mock/mock-1",
      auth: {
        providers: [
          { provider: "mock", effective: { kind: "profiles", detail: "mock:default" } },
          { provider: "spare" },
        ],
      },
    });
    const named = ["mock/mock-1", "spare/mock-2"];
    const others = ["mock/mock-2", "mock/mock-embedding", "spare/mock-1", "spare/mock-embedding"];
    expect((await run("models list --plain")).trimEnd().split("\n")).toEqual([...named, ...others]);
    expect(await run("models auth logout mock:default --yes")).toBe("Removed mock:default.\n");
    expect(JSON.parse(await run("models auth list --json")).profiles).toEqual([]);
    for (const text of [gateway.output(), JSON.stringify(status)]) expect(text).not.toContain(KEY);
  },
  PATIENCE,
);

test(
  "OAuth logins, providers and their catalogues are inside the executable",
  async () => {
    await using home = await tempHome();
    const env = { OPENCLAW_GATEWAY_PORT: "1" };
    const { stdout } = await runOpenclaw(["models", "list", "--all", "--plain"], { home: home.path, env });
    const providers = new Set(stdout.split("\n").map((line) => line.split("/")[0]));
    for (const id of [
      "anthropic",
      "openai",
      "google",
      "openrouter",
      "mistral",
      "groq",
      "xai",
      "amazon-bedrock",
      "builtin",
    ]) {
      expect(providers).toContain(id);
    }
  },
  PATIENCE,
);

test(
  "without any provider the guide answers through the same turn",
  async () => {
    await using gateway = await spawnGateway();
    const client = await gateway.operator();
    expect(await within("the answer", say(client, "echo it works"))).toContain("it works");
    expect(await within("the answer", say(client, "write a poem"))).toContain("So I cannot answer that.");
    await client.close();
  },
  PATIENCE,
);

test(
  "a provider that refuses the key gives way to the fallback, and the reason is told",
  async () => {
    await using home = await tempHome();
    await home.write(".openclaw/openclaw.json", CONFIG());
    await using gateway = await spawnGateway({ home });
    provider.on((request) => (request.api === "openai-completions" ? fake.fail(401) : undefined));
    const client = await gateway.operator();
    expect(await within("the answer", say(client, "Say hello"))).toContain("Hello from the mock model.");
    const { models } = (await client.call("models.list", { view: "configured" })) as { models: object[] };
    expect(models.slice(0, 2)).toMatchObject([
      { provider: "mock", available: false, unavailableReason: "auth-failed" },
      { provider: "spare", available: true },
    ]);
    expect(gateway.output()).not.toContain("key-config-0123456789");
    await client.close();
  },
  PATIENCE,
);
