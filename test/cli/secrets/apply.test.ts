import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync, truncateSync } from "node:fs";
import { readEnv, resolvePaths } from "../../../src/config/index.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { lockGateway } from "../../../src/lib/locks/lock.ts";
import { cli, type CliRun } from "../in-process.ts";
import { BOT_TOKEN, MODEL_KEY, SECRETS, SecretsHome, STORED_KEY, vaultRef } from "./home.ts";

function silent(...runs: readonly CliRun[]): void {
  for (const { stdout, stderr } of runs)
    for (const secret of SECRETS) expect(stdout + stderr).not.toContain(secret);
}

const PROFILE = {
  type: "auth-profiles.api_key.key",
  path: "profiles.openai:default.key",
  agentId: "main",
  ref: vaultRef("/stored"),
};

describe("openclaw secrets apply (seed 95)", () => {
  test("a dry run says what would change and writes nothing", async () => {
    await using world = await SecretsHome.open();
    const before = [world.read("openclaw.json"), world.read(".env")];
    const dry = await world.apply(world.plan(), "--dry-run", "--json");
    expect(JSON.parse(dry.stdout)).toEqual({
      mode: "dry-run",
      changed: true,
      changedFiles: [world.at(".env"), world.at("openclaw.json")],
      checks: { resolvability: true, resolvabilityComplete: true },
      refsChecked: 2,
      skippedExecRefs: 0,
      warningCount: 0,
      warnings: [],
      backups: [],
    });
    expect([world.read("openclaw.json"), world.read(".env")]).toEqual(before);
    expect(world.has("state")).toBe(false);
    silent(dry);
  });

  test("references take the place of secrets everywhere, and no file keeps one", async () => {
    await using world = await SecretsHome.open();
    await world.store("openai:default", STORED_KEY);
    await world.store("mock:old", MODEL_KEY);
    // Backups of earlier changes, the last good one and a text that was refused.
    await world.home.write(".openclaw/openclaw.json.bak.1", world.read("openclaw.json"));
    await world.home.write(".openclaw/openclaw.json.last-good", world.read("openclaw.json"));
    await world.home.write(".openclaw/openclaw.json.rejected.x", `{ broken: "${BOT_TOKEN}"`);
    await world.home.write(".openclaw/openclaw.json.bak.2", `{ gateway: {} } // was ${MODEL_KEY}`);
    await world.home.write(".openclaw/openclaw.json.bak.3", "{ gateway: { mode: 'local' } }");
    const applied = await world.apply(world.plan({}, [PROFILE]));
    expect(applied.code).toBe(0);
    expect(applied.stdout).toStartWith("Secrets applied. Updated ");
    silent(applied);
    expect(applied.stderr).toContain("mock:old, a stored key of mock, is removed");

    expect(world.holding(...SECRETS)).toEqual([]);
    const text = world.read("openclaw.json");
    expect(text).toContain("// kept by hand");
    expect(text).toContain("// the one in the cellar");
    expect(Bun.JSON5.parse(text)).toMatchObject({
      models: {
        providers: {
          mock: {
            apiKey: vaultRef("/model"),
            headers: { "X-Api-Key": vaultRef("/model"), "X-Title": "mine" },
          },
        },
      },
      channels: { telegram: { botToken: vaultRef("/bot") } },
      secrets: { providers: { vault: world.vault } },
    });
    expect(world.read(".env")).toBe("# mine\nOTHER=1\n");
    for (const copy of ["bak", "bak.2", "last-good"].map((name) => world.read(`openclaw.json.${name}`))) {
      expect(Bun.JSON5.parse(copy)).toMatchObject({ channels: { telegram: { botToken: vaultRef("/bot") } } });
    }
    expect(world.has("openclaw.json.rejected.x")).toBe(false);
    expect(applied.stdout).toContain("openclaw.json.rejected.x (copy with the old secrets, removed)");
    const profiles = await world.withProfiles(({ authProfiles }) => authProfiles.list());
    expect(profiles.map(({ id, credential }) => [id, credential])).toEqual([
      ["openai:default", { keyRef: vaultRef("/stored") }],
    ]);

    const listed = await cli(["models", "auth", "list", "--json"], { home: world.home.path });
    expect(JSON.stringify(JSON.parse(listed.stdout))).toContain(
      '"profileId":"openai:default","type":"api_key","status":"static"',
    );
    silent(listed);

    const again = await world.apply(world.plan({}, [PROFILE]));
    expect(again.stdout).toBe("Secrets apply: no changes.\n");
  });

  test("a plan that is wrong anywhere, or whose secrets cannot be read, writes nothing at all", async () => {
    await using world = await SecretsHome.open();
    await world.store("openai:default", STORED_KEY, "token");
    const before = [world.read("openclaw.json"), world.read(".env"), world.holding(...SECRETS)];
    const bad: readonly (readonly [object, string])[] = [
      [
        world.plan({}, [
          { type: "models.providers.apiKey", path: "models.providers.mock.baseUrl", ref: vaultRef("/x") },
        ]),
        "Invalid plan target path for models.providers.apiKey: models.providers.mock.baseUrl",
      ],
      [
        world.plan({}, [{ type: "cron.webhookToken", path: "cron.webhookToken", ref: vaultRef("/absent") }]),
        "cron.webhookToken: ",
      ],
      [world.plan({ providerUpserts: {} }), "secrets.providers.vault is not set up"],
      [world.plan({}, [PROFILE]), 'expected "api_key", got "token"'],
      [world.plan({}, [{ ...PROFILE, path: "profiles.xai:default.key" }]), "without authProfileProvider"],
    ];
    for (const [plan, message] of bad) {
      const run = await world.apply(plan);
      expect([message, run.code]).toEqual([message, 1]);
      expect(run.stderr).toContain(message);
      expect([world.read("openclaw.json"), world.read(".env"), world.holding(...SECRETS)]).toEqual(before);
      silent(run);
    }
  });

  test("programs are run only with --allow-exec, and a plan with them is not written without it", async () => {
    await using world = await SecretsHome.open();
    const program = await world.home.write(
      "tools/vault",
      `#!/bin/sh\ncat > /dev/null\ntouch ${world.home.at("ran")}\necho '{"protocolVersion":1,"values":{"bot":"${BOT_TOKEN}"}}'\n`,
    );
    chmodSync(program, 0o700);
    const ref = { source: "exec", provider: "tool", id: "bot" };
    const plan = {
      version: 1,
      protocolVersion: 1,
      providerUpserts: { tool: { source: "exec", command: program } },
      targets: [{ type: "channels.telegram.botToken", path: "channels.telegram.botToken", ref }],
    };
    const dry = await world.apply(plan, "--dry-run", "--json");
    expect(JSON.parse(dry.stdout)).toMatchObject({
      skippedExecRefs: 1,
      refsChecked: 0,
      checks: { resolvabilityComplete: false },
    });
    const refused = await world.apply(plan);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("Re-run with --allow-exec")]);
    expect(await Bun.file(world.home.at("ran")).exists()).toBe(false);
    expect((await world.apply(plan, "--allow-exec")).code).toBe(0);
    expect(await Bun.file(world.home.at("ran")).exists()).toBe(true);
    expect(world.holding(BOT_TOKEN)).toEqual([]);
  });

  test("a line of .env that a reference reads stays, and scrubs can be left out", async () => {
    await using world = await SecretsHome.open();
    await world.store("mock:old", MODEL_KEY);
    const ref = { source: "env", provider: "default", id: "TELEGRAM_BOT_TOKEN" };
    const plan = {
      version: 1,
      protocolVersion: 1,
      providerUpserts: { vault: world.vault },
      options: { scrubAuthProfilesForProviderTargets: false },
      targets: [
        { type: "channels.telegram.botToken", path: "channels.telegram.botToken", ref },
        { type: "models.providers.apiKey", path: "models.providers.mock.apiKey", ref: vaultRef("/model") },
      ],
    };
    expect((await world.apply(plan)).code).toBe(0);
    expect(world.read(".env")).toContain(BOT_TOKEN);
    const profiles = await world.withProfiles(({ authProfiles }) => authProfiles.list());
    expect(profiles.map(({ id }) => id)).toEqual(["mock:old"]);
  });

  test("a write that fails takes the ones before it back", async () => {
    await using world = await SecretsHome.open();
    await world.store("openai:default", STORED_KEY);
    const before = [world.read("openclaw.json"), world.read(".env")];
    // A gateway that starts at the wrong moment: it holds the configuration, and its state is still elsewhere.
    using _held = await lockGateway({
      stateLockPath: world.home.at("elsewhere.lock"),
      configLockPath: resolvePaths(readEnv({ HOME: world.home.path })).configLockPath,
      configPath: world.at("openclaw.json"),
      stateDir: world.at(),
      version: "1",
      clock: systemClock,
      ids: randomIds,
    });
    const run = await world.apply(world.plan({}, [PROFILE]));
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining("is using the state database")]);
    expect([world.read("openclaw.json"), world.read(".env")]).toEqual(before);
    silent(run);
  });

  test("what is no plan file is refused by name: a folder, a link to nothing, a huge one, no JSON", async () => {
    await using world = await SecretsHome.open();
    const { home } = world;
    mkdirSync(home.at("folder"));
    symlinkSync(home.at("nothing"), home.at("link"));
    const huge = await home.write("huge.json", "{}");
    truncateSync(huge, 16_777_217);
    const text = await home.write("text.json", `{ "token": "${BOT_TOKEN}" `);
    for (const [path, message] of [
      [home.at("folder"), "not a regular file"],
      [home.at("link"), "not found"],
      [huge, "exceeds 16777216 bytes"],
      [text, "Malformed JSON"],
    ] as const) {
      const run = await world.run("apply", "--from", path, "--json");
      expect([path, run.code]).toEqual([path, 1]);
      expect(JSON.parse(run.stdout)).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining(message) },
      });
      silent(run);
    }
    expect((await world.run("apply")).stderr).toContain("--from <path>");
  });
});
