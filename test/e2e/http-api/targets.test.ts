import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { until } from "../../support/index.ts";
import { type ApiWorld, apiWorld, says } from "./world.ts";

const AGENTS = {
  defaults: { model: { primary: "mock/mock-1" } },
  entries: { ann: { model: "mock/mock-2" }, bob: {} },
};

const configFor = (fake: ApiWorld["fake"], more: object = {}, defaultId = "ann") => ({
  gateway: { mode: "local", reload: { debounceMs: 20 } },
  models: { providers: { mock: fake.providerConfig() } },
  agents: { ...AGENTS, defaults: { ...AGENTS.defaults, systemAgent: { agentId: defaultId } } },
  ...more,
});

let world: ApiWorld;
beforeAll(async () => {
  world = await apiWorld({ config: (fake) => configFor(fake) });
});
beforeEach(() => world.fake.reset());
afterAll(() => world[Symbol.asyncDispose]());

async function ask(model: string, headers: Record<string, string> = {}, more: object = {}): Promise<number> {
  const reply = await world.post("/v1/chat/completions", { model, ...says("Say hello"), ...more }, headers);
  await reply.body?.cancel();
  return reply.status;
}

const asked = () => world.fake.requests.at(-1)?.model;

async function keys(): Promise<string[]> {
  await using operator = await world.gateway.operator();
  const { sessions } = (await operator.call("sessions.list", {})) as { sessions: { key: string }[] };
  return sessions.map(({ key }) => key);
}

describe("whom a request is for", () => {
  test("agents are models: listed, and each with its own model behind it", async () => {
    const ids: string[] = [];
    for await (const { id } of world.client.models.list()) ids.push(id);
    expect(ids).toEqual(["openclaw", "openclaw/default", "openclaw/ann", "openclaw/bob"]);
    expect((await world.client.models.retrieve("openclaw/bob")).id).toBe("openclaw/bob");
    for (const [model, headers, behind] of [
      ["openclaw", {}, "mock-2"],
      ["openclaw/bob", {}, "mock-1"],
      ["openclaw:bob", {}, "mock-1"],
      ["agent:ann", {}, "mock-2"],
      ["openclaw", { "x-openclaw-agent-id": "bob" }, "mock-1"],
      ["openclaw/bob", { "x-openclaw-model": "mock/mock-2" }, "mock-2"],
      ["openclaw/bob", { "x-openclaw-model": "mock/of-no-list" }, "of-no-list"],
    ] as const) {
      expect([model, headers, await ask(model, headers), asked()]).toEqual([model, headers, 200, behind]);
    }
    // For that one request alone (seed 50).
    await ask("openclaw/bob");
    expect(asked()).toBe("mock-1");
    expect(await ask("openclaw", { "x-openclaw-model": "nosuch/model" })).toBe(404);
    expect(await ask("openclaw/nobody")).toBe(400);
    expect(await ask("gpt-4o")).toBe(400);
  });

  test("the session: named by header, by user, or new each time; internal ones are closed", async () => {
    await ask("openclaw", { "x-openclaw-session-key": "desk" });
    await ask("openclaw/bob", {}, { user: "zoe" });
    expect(await keys()).toEqual(expect.arrayContaining(["agent:ann:desk", "agent:bob:openai-user:zoe"]));
    for (const key of ["cron:x", "subagent:x", "acp:x", "agent:ann:cron:x"]) {
      expect([key, await ask("openclaw", { "x-openclaw-session-key": key })]).toEqual([key, 400]);
    }
  });

  test("the channel of the header is shown to the prompt", async () => {
    await ask("openclaw", { "x-openclaw-message-channel": "telegram" });
    const request = world.fake.requests.at(-1);
    expect(`${request?.system}\n${request?.userText}`).toContain("telegram");
  });

  test("the default agent of the configuration is the one behind openclaw/default, at once (seed 49)", async () => {
    await ask("openclaw/default");
    expect(asked()).toBe("mock-2");
    await world.home.write(".openclaw/openclaw.json", configFor(world.fake, {}, "bob"));
    await until("the other agent to answer", async () => {
      await ask("openclaw/default");
      return asked() === "mock-1";
    });
    expect(world.gateway.output()).not.toContain("restarting");
    await world.home.write(".openclaw/openclaw.json", configFor(world.fake));
  });

  test("endpoints that are switched off answer 404 from then on, without a restart", async () => {
    const off = (chatCompletions: boolean, responses: boolean) =>
      world.home.write(
        ".openclaw/openclaw.json",
        configFor(world.fake, {
          gateway: {
            mode: "local",
            reload: { debounceMs: 20 },
            http: {
              endpoints: { chatCompletions: { enabled: chatCompletions }, responses: { enabled: responses } },
            },
          },
        }),
      );
    const status = async (path: string) => {
      const reply = await (path === "/v1/models" ? world.call(path) : world.post(path, {}));
      await reply.body?.cancel();
      return reply.status;
    };
    await off(false, true);
    await until("chat to be off", async () => (await status("/v1/chat/completions")) === 404);
    expect([await status("/v1/responses"), await status("/v1/models")]).toEqual([400, 200]);
    await off(false, false);
    await until("responses to be off", async () => (await status("/v1/responses")) === 404);
    expect([await status("/v1/models"), await status("/v1/embeddings")]).toEqual([404, 404]);
    await off(true, true);
    await until("chat to be on", async () => (await status("/v1/chat/completions")) === 400);
    expect(world.gateway.output()).not.toContain("restarting");
  });
});

test("without any provider the built-in guide answers over HTTP, streamed too", async () => {
  await using bare = await apiWorld({ config: () => ({ models: {}, agents: {} }) });
  const params = { model: "openclaw", ...says("echo it works") };
  const whole = await bare.client.chat.completions.create(params);
  expect(whole.choices[0]?.message.content).toContain("it works");
  expect(await bare.client.chat.completions.stream(params).finalContent()).toContain("it works");
  const response = await bare.client.responses.create({ model: "openclaw", input: "echo it works" });
  expect(response.output_text).toContain("it works");
  expect(bare.fake.requests).toEqual([]);
});
