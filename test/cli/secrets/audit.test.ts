import { describe, expect, test } from "bun:test";
import { chmodSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { cli } from "../in-process.ts";
import { SECRETS, SecretsHome, STORED_KEY, vaultRef } from "./home.ts";

/** Every file below the state folder with its size and time of change. */
function stateOf(world: SecretsHome, folder = world.at()): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = statSync(path);
    if (stat.isDirectory()) Object.assign(found, stateOf(world, path));
    // A reader of a database in this journal mode needs the index of its journal.
    else if (!/-(?:wal|shm)$/.test(name)) found[path] = `${stat.size} ${stat.mtimeMs}`;
  }
  return found;
}

async function audit(world: SecretsHome, ...flags: readonly string[]) {
  const run = await world.run("audit", "--json", ...flags);
  for (const secret of SECRETS) expect(run.stdout + run.stderr).not.toContain(secret);
  const report = JSON.parse(run.stdout);
  const found: string[] = report.findings.map(
    ({ code, file, jsonPath }: Record<string, string>) =>
      `${code} ${file?.slice(world.at().length + 1)} ${jsonPath}`,
  );
  return { ...run, report, found: found.sort() };
}

const CLEAN = '{ gateway: { mode: "local", auth: { mode: "none" } } }';

describe("openclaw secrets audit", () => {
  test("an installation without secrets in plain text is clean, in the documented shape", async () => {
    await using world = await SecretsHome.open(CLEAN);
    await world.home.write(".openclaw/.env", "OTHER=1\n");
    const { code, report } = await audit(world, "--check");
    expect(code).toBe(0);
    expect(report).toEqual({
      version: 1,
      status: "clean",
      resolution: { refsChecked: 0, skippedExecRefs: 0, resolvabilityComplete: true },
      filesScanned: [world.at(".env"), world.at("openclaw.json")],
      summary: {
        plaintextCount: 0,
        unresolvedRefCount: 0,
        shadowedRefCount: 0,
        storeResidueCount: 0,
        legacyResidueCount: 0,
      },
      findings: [],
    });
  });

  test("every place of a secret is found, no value is shown and nothing is written", async () => {
    await using world = await SecretsHome.open();
    await world.store("openai:default", STORED_KEY);
    await world.withProfiles(({ authProfiles }) =>
      authProfiles.put({
        id: "xai:default",
        provider: "xai",
        type: "oauth",
        credential: { access: STORED_KEY, refresh: STORED_KEY, expires: 1 },
        createdAt: 1,
        updatedAt: 1,
      }),
    );
    await world.home.write(".openclaw/agents/main/agent/auth-profiles.json", {
      profiles: { "groq:default": { type: "api_key", provider: "groq", key: STORED_KEY } },
    });
    await world.home.write(".openclaw/agents/main/agent/models.json", {
      providers: { groq: { apiKey: STORED_KEY, headers: { "X-Api-Key": STORED_KEY, "X-Title": "mine" } } },
    });
    const store = await world.home.write("value", STORED_KEY);
    await world.run("store", "set", "STORED_KEY", "--value-file", store);
    const before = stateOf(world);
    const { code, found, report } = await audit(world);
    expect(stateOf(world)).toEqual(before);
    expect(code).toBe(0);
    expect(found).toEqual([
      "LEGACY_RESIDUE agents/main/agent/auth-profiles.json <root>",
      "LEGACY_RESIDUE state/openclaw.sqlite profiles.xai:default",
      "PLAINTEXT_FOUND .env $env.TELEGRAM_BOT_TOKEN",
      "PLAINTEXT_FOUND agents/main/agent/models.json providers.groq.apiKey",
      "PLAINTEXT_FOUND agents/main/agent/models.json providers.groq.headers.X-Api-Key",
      "PLAINTEXT_FOUND openclaw.json channels.telegram.botToken",
      "PLAINTEXT_FOUND openclaw.json models.providers.mock.apiKey",
      "PLAINTEXT_FOUND openclaw.json models.providers.mock.headers.X-Api-Key",
      "PLAINTEXT_FOUND state/openclaw.sqlite profiles.openai:default.key",
    ]);
    expect(report).toMatchObject({
      status: "findings",
      summary: { plaintextCount: 7, legacyResidueCount: 2 },
    });
    expect((await audit(world, "--check")).code).toBe(1);
    const told = await world.run("audit");
    expect(told.stdout).toStartWith("Secrets audit: findings. plaintext=7, unresolved=0,");
    for (const secret of SECRETS) expect(told.stdout + told.stderr).not.toContain(secret);
  });

  test("references that lead nowhere exit 2 whatever was asked for; programs run only with consent", async () => {
    await using world = await SecretsHome.open(
      JSON.stringify({
        gateway: { mode: "local", auth: { mode: "none" } },
        cron: { webhookToken: "${NOT_SET}" },
        channels: { telegram: { botToken: vaultRef("/absent") } },
        memory: { search: { remote: { apiKey: { source: "exec", provider: "tool", id: "x" } } } },
        secrets: { providers: { tool: { source: "exec", command: "/bin/false" } } },
      }),
    );
    const first = await audit(world);
    expect(first.code).toBe(2);
    expect(first.found).toContain("REF_UNRESOLVED openclaw.json channels.telegram.botToken");
    expect(first.found).toContain("REF_UNRESOLVED openclaw.json cron.webhookToken");
    expect(first.report.resolution).toEqual({
      refsChecked: 2,
      skippedExecRefs: 1,
      resolvabilityComplete: false,
    });
    const second = await audit(world, "--allow-exec");
    expect(second.found).toContain("REF_UNRESOLVED openclaw.json memory.search.remote.apiKey");
    await world.home.write(".openclaw/openclaw.json", "{ broken");
    expect((await audit(world)).found).toContain("REF_UNRESOLVED openclaw.json <root>");
  });

  test("a stored credential that goes first shadows a reference; store values and placeholders are found", async () => {
    await using world = await SecretsHome.open(
      JSON.stringify({
        gateway: { mode: "local", auth: { mode: "none" } },
        models: {
          providers: {
            mock: {
              baseUrl: "http://127.0.0.1:9/v1",
              api: "openai-completions",
              apiKey: { source: "store", provider: "default", id: "MOCK_KEY" },
              models: [],
            },
          },
        },
        channels: { telegram: { enabled: false, botToken: "1:canary-that-is-stored-too-000000000000000" } },
        cron: { webhookToken: "__OPENCLAW_REDACTED__" },
      }),
    );
    await world.store("mock:default", STORED_KEY);
    const file = await world.home.write(".openclaw/credentials/secrets.json", {
      MOCK_KEY: "a-key",
      BOT: "1:canary-that-is-stored-too-000000000000000",
      LOST: "__OPENCLAW_REDACTED__",
    });
    chmodSync(file, 0o600);
    const { code, found, stdout } = await audit(world);
    expect(code).toBe(2);
    for (const line of [
      "REF_SHADOWED openclaw.json models.providers.mock.apiKey",
      "STORE_PLAINTEXT_RESIDUE openclaw.json channels.telegram.botToken",
      "PLACEHOLDER_VALUE openclaw.json cron.webhookToken",
      "PLACEHOLDER_VALUE credentials/secrets.json LOST",
    ]) {
      expect(found).toContain(line);
    }
    expect(stdout).not.toContain("canary-that");
  });

  test("after apply nothing is left to be found; a backup of a change by hand is", async () => {
    await using world = await SecretsHome.open();
    await world.store("openai:default", STORED_KEY);
    const profile = {
      type: "auth-profiles.api_key.key",
      path: "profiles.openai:default.key",
      agentId: "main",
      ref: vaultRef("/stored"),
    };
    await world.home.write(".openclaw/openclaw.json.bak.2", world.read("openclaw.json"));
    expect((await world.apply(world.plan({}, [profile]))).code).toBe(0);
    const { code, report } = await audit(world, "--check");
    expect([code, report.findings]).toEqual([0, []]);
    expect(report.resolution.refsChecked).toBe(3);
    await world.home.write(
      ".openclaw/openclaw.json.bak.2",
      `{ channels: { telegram: { botToken: "1:${STORED_KEY}" } } }`,
    );
    expect((await audit(world, "--check")).found).toEqual([
      "PLAINTEXT_FOUND openclaw.json.bak.2 channels.telegram.botToken",
    ]);
  });

  test("doctor tells of references that lead nowhere, and of plain text once a migration was begun", async () => {
    const secrets = async (world: SecretsHome) => {
      const { stdout } = await cli(["doctor", "--json", "--only", "secrets"], { home: world.home.path });
      return JSON.parse(stdout).findings.map(({ severity }: { severity: string }) => severity);
    };
    await using world = await SecretsHome.open();
    expect(await secrets(world)).toEqual([]);
    const [, ...rest] = (world.plan() as { targets: object[] }).targets;
    await world.apply({ ...world.plan(), targets: rest });
    expect(await secrets(world)).toEqual(["info"]);
    await world.home.write("vault.json", "{}");
    expect(await secrets(world)).toEqual(["warning", "info"]);
  });

  test("what an include holds is told of the include", async () => {
    await using world = await SecretsHome.open(
      '{ gateway: { mode: "local", auth: { mode: "none" } }, channels: { $include: "./channels.json" } }',
    );
    await world.home.write(".openclaw/channels.json", {
      telegram: { enabled: false, botToken: `1:${STORED_KEY}` },
    });
    const { found } = await audit(world);
    expect(found).toContain("PLAINTEXT_FOUND channels.json channels.telegram.botToken");
    const plan = {
      version: 1,
      protocolVersion: 1,
      targets: [
        {
          type: "channels.telegram.botToken",
          path: "channels.telegram.botToken",
          ref: { source: "store", provider: "default", id: "BOT" },
        },
      ],
    };
    await world.run("store", "set", "BOT", "--value-file", await world.home.write("v", `1:${STORED_KEY}`));
    expect((await world.apply(plan)).code).toBe(0);
    expect(world.holding(STORED_KEY)).toEqual(["credentials/secrets.json"]);
    expect(JSON.parse(world.read("channels.json"))).toMatchObject({ telegram: { botToken: { id: "BOT" } } });
  });
});
