import { expect, test } from "bun:test";
import { join } from "node:path";
import { ConfigStore, type OpenClawConfig, openClawRules, readEnv } from "../../src/config/index.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { runProgram } from "../../src/lib/spawn/index.ts";
import { SecretResolver } from "../../src/secrets/index.ts";
import { TempFolder } from "./support/fixture.ts";

function realStore(folder: TempFolder, variables: Record<string, string> = {}): ConfigStore<OpenClawConfig> {
  return new ConfigStore({
    paths: { configPath: join(folder.path, "openclaw.json") },
    env: readEnv({ HOME: folder.path, ...variables }),
    rules: openClawRules,
    clock: { now: () => 0 },
    version: "2026.11.1",
  });
}

test("a misspelt key is an error that names the right one, with line and column", async () => {
  using folder = new TempFolder();
  folder.file("openclaw.json", "{\n  gateway: {\n    prot: 19001,\n  },\n}");
  const snapshot = await realStore(folder).load();
  expect(snapshot.valid).toBe(false);
  expect(snapshot.issues[0]).toMatchObject({ path: "gateway", line: 3, column: 5 });
  expect(snapshot.issues[0]?.message).toContain("port");
});

test("defaults are in force and in no file", async () => {
  using folder = new TempFolder();
  const text = '{ gateway: { mode: "local" } }';
  folder.file("openclaw.json", text);
  const store = realStore(folder);
  const { config } = await store.load();
  expect(config.gateway.reload.mode).toBe("hybrid");
  await store.setPath(["logging", "level"], "debug");
  expect(store.current.raw).not.toContain("reload");
  expect(store.current.raw).toStartWith('{ gateway: { mode: "local" }, logging: { level: "debug" }');
});

test("config.get has every documented key and no secret of any kind of place", async () => {
  using folder = new TempFolder();
  const secret = (name: string) => `canary-${name}-0123456789`;
  folder.file(
    "openclaw.json",
    `{
      gateway: { mode: "local", auth: { token: "${secret("token")}" }, remote: { password: "${secret("remote")}" } },
      hooks: { token: "${secret("hooks")}" },
      channels: { telegram: { botToken: "${secret("bot")}", accounts: { a: { botToken: "${secret("acc")}" } } } },
      models: { providers: { p: { baseUrl: "https://x:${secret("url")}@h", apiKey: "${secret("key")}", headers: { "X-Api-Key": "${secret("head")}" }, models: [] } } },
      env: { vars: { MY_API_KEY: "${secret("var")}" } },
      unknownSection: { someToken: "${secret("unknown")}" }, // old token: ${secret("comment")}
    }`,
  );
  const store = realStore(folder);
  const view = await store.redactedView();
  expect(JSON.stringify(view)).not.toContain("canary-");
  expect(Object.keys(view).sort()).toEqual(
    [
      ..."path includedPaths includeProvenance agentRosterIncludeOwned bindingsIncludeOwned exists raw".split(
        " ",
      ),
      ..."parsed sourceConfig resolved valid runtimeConfig config hash issues warnings legacyIssues".split(
        " ",
      ),
      ..."configRevisionHash appliedConfigHash".split(" "),
    ].sort(),
  );
});

test("the runtime config holds the secrets, the config in force still the references", async () => {
  using folder = new TempFolder();
  folder.file(
    "openclaw.json",
    '{ gateway: { mode: "local", auth: { mode: "token", token: { source: "env", provider: "default", id: "GW" } } } }',
  );
  const store = realStore(folder, { GW: "gateway-secret" });
  const { config, variables } = await store.load();
  const resolver = new SecretResolver<OpenClawConfig>({
    owner: { platform: process.platform, uid: 0 },
    home: folder.path,
    store: undefined,
    run: runProgram,
    sensitive: openClawRules.isSensitive,
    logger: silentLogger,
  });
  const runtime = await resolver.activate({ config, variables });
  expect(runtime.config.gateway.auth.token).toBe("gateway-secret");
  expect(store.current.config.gateway.auth.token).toEqual({ source: "env", provider: "default", id: "GW" });
});
