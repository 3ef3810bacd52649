import { describe, expect, test } from "bun:test";
import { isSensitivePath } from "../../../src/config/schema/index.ts";

const SECRET = [
  "gateway.auth.token",
  "gateway.auth.password",
  "gateway.remote.token",
  "gateway.remote.password",
  "gateway.remote.edgeAuth.X-Key",
  "gateway.controlUi.github.token",
  "env.vars.OPENAI_API_KEY",
  "env.vars.PLAIN",
  "secrets.providers.vault.env.VAULT_ADDR",
  "channels.telegram.botToken",
  "channels.telegram.accounts.main.botToken",
  'channels.telegram.accounts["a.b"].webhookSecret',
  "channels.telegram.accounts.*.botToken",
  "models.providers.openai.apiKey",
  "models.providers.openai.headers.authorization",
  "models.providers.openai.models.0.headers.x",
  "hooks.token",
  "hooks.gmail.pushToken",
  "cron.webhookToken",
  "channels.discord.token",
  "channels.slack.accounts.x.appToken",
  "plugins.entries.x.config.apiKey",
  "mcp.servers.x.env.ANYTHING",
  "tools.web.search.apiKey",
  "agents.defaults.sandbox.docker.env.KEY",
  "agents.defaults.sandbox.ssh.identityData",
];

const PLAIN = [
  "",
  "gateway",
  "gateway.port",
  "gateway.auth",
  "gateway.auth.mode",
  "gateway.auth.token.source",
  "gateway.auth.token.id",
  "env.vars",
  "env",
  "env.shellEnv.enabled",
  "channels.telegram.tokenFile",
  "channels.telegram.dmPolicy",
  "models.providers.openai.maxTokens",
  "agents.defaults.compaction.keepRecentTokens",
  "plugins.entries.x.enabled",
  "secrets.providers.vault.path",
  "secrets.providers",
];

describe("what must not be shown", () => {
  for (const path of SECRET) test(`${path} is a secret`, () => expect(isSensitivePath(path)).toBe(true));
  for (const path of PLAIN)
    test(`${path || "the root"} is none`, () => expect(isSensitivePath(path)).toBe(false));

  test("a path may be given as its steps", () => {
    expect(isSensitivePath(["channels", "telegram", "accounts", "a.b", "botToken"])).toBe(true);
    expect(isSensitivePath(["models", "providers", "x", "models", 0, "id"])).toBe(false);
  });
});
