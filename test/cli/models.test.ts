import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fake from "../fakes/model-provider/index.ts";
import { tempHome, until } from "../support/index.ts";
import { cli, type CliWorld } from "./in-process.ts";

const provider = await fake.FakeModelProvider.start();
beforeEach(() => provider.reset());
afterAll(() => provider.stop());

/** A home with a configuration, and the command line in it. */
async function house(config: object = {}) {
  const home = await tempHome();
  const file = join(home.path, ".openclaw", "openclaw.json");
  await Bun.write(file, JSON.stringify(config, null, 2));
  const run = (line: string, world: Partial<CliWorld> = {}) =>
    cli(line.split(" "), { home: home.path, ...world });
  return {
    path: home.path,
    run,
    async json(line: string, world?: Partial<CliWorld>) {
      const { stdout, stderr } = await run(`${line} --json`, world);
      if (stdout === "") throw new Error(stderr);
      return JSON.parse(stdout);
    },
    config: () => readFile(file, "utf8"),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

const CONFIG = () => ({
  gateway: { mode: "local" },
  models: { providers: { mock: provider.providerConfig("openai-completions", { apiKey: "key-config" }) } },
  agents: {
    defaults: {
      model: { primary: "mock/mock-1", fallbacks: ["anthropic/claude-opus-4-6"] },
      models: { "mock/mock-1": { alias: "mm" } },
    },
  },
});

describe("while the gateway is down", () => {
  test("models status says who answers and what is missing", async () => {
    await using home = await house(CONFIG());
    const { code, stdout } = await home.run("models");
    expect(code).toBe(0);
    expect(stdout).toContain("Default    mock/mock-1");
    expect(stdout).toContain("mm -> mock/mock-1");
    expect(stdout).toContain("openclaw models auth paste-api-key --provider anthropic");
    expect(await home.json("models status")).toMatchObject({
      defaultModel: "mock/mock-1",
      resolvedDefault: "mock/mock-1",
      fallbacks: ["anthropic/claude-opus-4-6"],
      aliases: { mm: "mock/mock-1" },
      auth: {
        missingProvidersInUse: ["anthropic"],
        providers: [{ provider: "mock", effective: { kind: "config" } }],
      },
    });
    expect((await home.run("models status --check")).code).toBe(1);
    expect((await home.run("models status --plain")).stdout).toBe("mock/mock-1\n");
  });

  test("on a fresh machine the guide answers, and nothing is written by looking", async () => {
    await using home = await house();
    expect((await home.run("models status")).stdout).toContain("the built-in guide answers");
    const { models } = await home.json("models list");
    expect(models).toMatchObject([{ key: "builtin/guide", available: true, tags: ["builtin"] }]);
    expect(existsSync(join(home.path, ".openclaw", "state"))).toBe(false);
  });

  test("models list shows what is configured, one provider, or everything", async () => {
    await using home = await house(CONFIG());
    const configured = await home.json("models list");
    expect(configured).toMatchObject({
      count: 2,
      models: [
        {
          key: "mock/mock-1",
          input: "text+image",
          local: false,
          available: true,
          tags: ["default", "configured", "alias:mm"],
        },
        { key: "anthropic/claude-opus-4-6", available: false, unavailableReason: "missing-auth" },
      ],
    });
    expect((await home.run("models list --plain")).stdout).toBe("mock/mock-1\nanthropic/claude-opus-4-6\n");
    const table = await home.run("models list --provider mock");
    expect(table.stdout).toContain("mock/mock-2");
    for (const line of table.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect((await home.json("models list --all")).count).toBeGreaterThan(1_000);
  });

  test("model servers on this machine are found", async () => {
    await using home = await house();
    const env = { OLLAMA_HOST: provider.origin };
    // A server that is busy is passed over after less than a second, and so is one on a machine that is.
    await until("the server to be found", async () => {
      const { models } = await home.json("models list --local", { env });
      return models.some(({ key }: { key: string }) => key === "ollama/mock-1");
    });
    const { stdout } = await until("it to be chosen", async () => {
      const chosen = await home.run("models set ollama/mock-1", { env });
      return chosen.code === 0 && chosen;
    });
    expect(stdout).toBe("Default model: ollama/mock-1\n");
  });

  test("set, set-image, aliases and fallbacks change the configuration and nothing else of it", async () => {
    await using home = await house(CONFIG());
    expect((await home.run("models set mock-2")).stdout).toBe("Default model: mock/mock-2\n");
    expect((await home.run("models set-image mm")).stdout).toBe("Image model: mock/mock-1\n");
    expect((await home.run("models aliases add Quick mock/mock-2")).code).toBe(0);
    expect((await home.run("models aliases add mm mock/mock-2")).stdout).toBe("Alias mm -> mock/mock-2\n");
    expect((await home.run("models fallbacks add mock/mock-1")).code).toBe(0);
    expect((await home.run("models fallbacks add mock/mock-1")).code).toBe(0);
    expect((await home.run("models fallbacks remove anthropic/claude-opus-4-6")).code).toBe(0);
    expect(await home.json("models aliases list")).toEqual({ aliases: { mm: "mock/mock-2" } });
    expect(await home.json("models fallbacks list")).toEqual({ fallbacks: ["mock/mock-1"] });
    const { agents, models } = JSON.parse(await home.config());
    expect(agents.defaults).toEqual({
      model: { primary: "mock/mock-2", fallbacks: ["mock/mock-1"] },
      imageModel: { primary: "mock/mock-1" },
      models: { "mock/mock-1": {}, "mock/mock-2": { alias: "mm" } },
    });
    expect(models).toEqual(JSON.parse(JSON.stringify(CONFIG().models)));
    await home.run("models fallbacks clear");
    await home.run("models aliases remove mm");
    expect(JSON.parse(await home.config()).agents.defaults.model).toEqual({ primary: "mock/mock-2" });
  });

  test("a model nobody can reach is refused, and one in no list is taken with a warning", async () => {
    await using home = await house(CONFIG());
    const before = await home.config();
    const refused = await home.run("models set nope/x");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('No provider is called "nope"');
    expect(await home.config()).toBe(before);
    expect((await home.run("models aliases remove zz")).stderr).toContain("No alias is called zz.");
    expect((await home.run("models aliases add a/b mock-1")).stderr).toContain("Invalid alias");
    const taken = await home.run("models set anthropic/claude-of-next-year");
    expect(taken.code).toBe(0);
    expect(taken.stderr).toContain("is in no list of models");
  });

  test("models probe makes a real request and tells how it went", async () => {
    await using home = await house(CONFIG());
    const good = await home.run("models probe mock");
    expect(good.stdout).toMatch(/^mock \(config\): ok in \d+m?s\n$/);
    provider.next(fake.fail(401));
    const bad = await home.run("models probe mm");
    expect(bad.code).toBe(1);
    expect(bad.stdout).toContain("mock (config): auth in");
    expect(bad.stdout + bad.stderr).not.toContain("key-config");
    const status = await home.json("models status --probe --probe-provider mock");
    expect(status.probes).toMatchObject([{ provider: "mock", status: "ok" }]);
  });
});

describe("models auth", () => {
  const KEY = "sk-test-0123456789abcdef";

  test("stores a key from a variable, uses it, lists it without itself, and forgets it", async () => {
    await using home = await house(CONFIG());
    const stored = await home.run("models auth paste-api-key --provider mock --from-env MY_KEY", {
      env: { MY_KEY: KEY },
    });
    expect(stored).toMatchObject({ code: 0, stdout: "Stored mock:default.\n" });
    expect(stored.stderr).toContain("openclaw models probe mock");
    await home.run("models probe mock");
    expect(provider.requests.map((request) => request.apiKey)).toEqual([KEY, "key-config"]);
    const list = await home.json("models auth list");
    expect(list.profiles).toMatchObject([{ profileId: "mock:default", type: "api_key", provider: "mock" }]);
    expect(JSON.stringify(list)).not.toContain(KEY);
    expect(await home.config()).not.toContain(KEY);
    expect((await home.run("models auth logout mock:default")).stderr).toContain("Nothing was removed.");
    expect((await home.run("models auth logout mock:default --yes")).stdout).toBe("Removed mock:default.\n");
    expect((await home.run("models auth list")).stdout).toContain("No credential is stored.");
  });

  test("puts credentials in order", async () => {
    await using home = await house(CONFIG());
    for (const name of ["a", "b"]) {
      const line = `models auth paste-api-key --provider mock --profile-id mock:${name} --from-env MY_KEY`;
      await home.run(line, { env: { MY_KEY: `${KEY}-${name}` } });
    }
    expect((await home.run("models auth order set --provider mock mock:b mock:a")).code).toBe(0);
    expect((await home.run("models auth order get --provider mock")).stdout).toBe("mock:b\nmock:a\n");
    const unknown = await home.run("models auth order set --provider mock mock:z");
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.stderr).toContain(
      "Not stored for mock: mock:z.\nSee what is stored: openclaw models auth list",
    );
    await home.run("models auth order clear --provider mock");
    expect((await home.json("models auth order get --provider mock")).order).toEqual(["mock:a", "mock:b"]);
  });

  test("a token may end, and status --check says so", async () => {
    await using home = await house({ agents: { defaults: { model: "anthropic/claude-opus-4-6" } } });
    const env = { T: "token-0123456789" };
    await home.run("models auth paste-token --provider anthropic --expires-in 2h --from-env T", { env });
    expect((await home.run("models status --check")).code).toBe(2);
    expect((await home.run("models auth list")).stdout).toContain("expiring");
    await home.run("models auth paste-token --provider anthropic --expires-in 90d --from-env T", { env });
    expect((await home.run("models status --check")).code).toBe(0);
  });

  test("what cannot be is refused with the way that can", async () => {
    await using home = await house();
    const refusals = [
      ["models auth paste-api-key --from-env X", "--provider NAME"],
      ["models auth paste-api-key --provider openai --from-env NOT_THERE", "no variable NOT_THERE"],
      ["models auth login --provider mistral", "openclaw models auth paste-api-key --provider mistral"],
      ["models auth login --provider anthropic", "needs somebody at a terminal"],
      ["models auth logout nonsense --yes", "openclaw models auth list"],
    ] as const;
    for (const [line, said] of refusals) {
      const { code, stderr } = await home.run(line);
      expect([line, code]).toEqual([line, 1]);
      expect(stderr).toContain(said);
    }
  });

  test("an invalid configuration is told before anything is stored", async () => {
    await using home = await house(CONFIG());
    await writeFile(join(home.path, ".openclaw", "openclaw.json"), "{ gateway: ");
    const { code, stderr } = await home.run("models set mock/mock-1");
    expect(code).toBe(1);
    expect(stderr).not.toBe("");
  });
});
