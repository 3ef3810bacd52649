import { describe, expect, test } from "bun:test";
import { planReload, RELOAD_RULES, reloadKindOf } from "../../src/config/reload-plan.ts";
import { NOT_YET } from "../../src/config/schema/index.ts";
import { lackingReader, partByReaders } from "../../src/config/unread.ts";

const KINDS: [string, string][] = [
  ["gateway.remote.url", "none"],
  ["gateway.reload.mode", "none"],
  ["gateway.port", "restart"],
  ["gateway.bind", "restart"],
  ["gateway.mode", "restart"],
  ["gateway.auth.mode", "restart"],
  ["gateway.auth.token", "hot"],
  ["gateway.auth.password", "hot"],
  ["gateway.auth.rateLimit.maxAttempts", "hot"],
  ["gateway.auth.trustedProxy.userHeader", "hot"],
  ["gateway.tls.certPath", "restart"],
  ["gateway.tailscale.mode", "restart"],
  ["gateway.http.endpoints.responses.enabled", "hot"],
  ["gateway.controlUi.enabled", "hot"],
  ["gateway.controlUi.basePath", "restart"],
  ["gateway.controlUi.root", "restart"],
  ["gateway.nodes.commands.allow", "hot"],
  ["gateway.trustedProxies", "hot"],
  ["gateway.push.apns.relay.baseUrl", "hot"],
  ["gateway.push", "restart"],
  ["meta.lastTouchedVersion", "none"],
  ["logging.level", "none"],
  ["secrets.providers.x", "none"],
  ["secrets.egressProxy.enabled", "restart"],
  ["session.dmScope", "none"],
  ["messages.ackReaction", "none"],
  ["agents.defaults.workspace", "hot"],
  ["agents.entries.main.name", "hot"],
  ["agents.other", "none"],
  ["hooks.gmail.account", "hot"],
  ["cron.enabled", "hot"],
  ["mcp.servers.x", "hot"],
  ["mcp.apps.x", "restart"],
  ["discovery.mdns.mode", "hot"],
  ["discovery.wideArea.domain", "restart"],
  ["canvasHost.port", "restart"],
  ["env.vars.X", "restart"],
  ["update.channel", "hot"],
  ["auth.order", "hot"],
  ["auth.other", "restart"],
  ["browser.headless", "hot"],
  ["commands.restart", "hot"],
  ["channels.telegram.botToken", "hot"],
  ["channels.telegram.allowFrom", "none"],
  ["channels.telegram.accounts.main.dmPolicy", "none"],
  ['channels.telegram.accounts["a.b"].dmPolicy', "none"],
  ["channels.telegram.accounts.main.botToken", "hot"],
  ["channels.whatsapp.enabled", "hot"],
  ["channels.whatsapp.allowFrom", "none"],
  ["channels.discord.token", "hot"],
  ["channels.defaults.groupPolicy", "hot"],
  ["somethingNew.x", "restart"],
  ["", "restart"],
];

describe("what a change needs", () => {
  for (const [path, kind] of KINDS) {
    test(`${path || "the whole file"}: ${kind}`, () => expect<string>(reloadKindOf(path)).toBe(kind));
  }

  test("no path has two rules", () => {
    const prefixes = RELOAD_RULES.map(({ steps }) => steps.join("."));
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });
});

describe("the plan", () => {
  const changed = ["logging.level", "cron.enabled", "gateway.port"];

  test("hybrid restarts when anything needs it", () => {
    expect(planReload(changed, "hybrid")).toEqual({
      action: "restart",
      apply: [],
      restart: ["gateway.port"],
      ignored: [],
    });
  });

  test("hybrid applies what can be applied", () => {
    expect(planReload(changed.slice(0, 2), "hybrid")).toEqual({
      action: "apply",
      apply: ["cron.enabled"],
      restart: [],
      ignored: [],
    });
    expect(planReload(["logging.level"], "hybrid").action).toBe("none");
    expect(planReload([], "hybrid").action).toBe("none");
  });

  test("hot applies and names what it ignores", () => {
    expect(planReload(changed, "hot")).toEqual({
      action: "apply",
      apply: ["cron.enabled"],
      restart: [],
      ignored: ["gateway.port"],
    });
  });

  test("a change of who is let in is taken whole: with the restart that part of it needs, or not at all", () => {
    const change = ["gateway.auth.mode", "gateway.auth.token", "gateway.auth.password", "hooks.enabled"];
    expect(planReload(change, "hot")).toMatchObject({
      apply: ["hooks.enabled"],
      ignored: ["gateway.auth.mode", "gateway.auth.token", "gateway.auth.password"],
    });
    expect(planReload(change, "hybrid").restart).toEqual(change.slice(0, 3));
    expect(planReload(["gateway.auth.token"], "hot")).toMatchObject({ apply: ["gateway.auth.token"] });
  });

  test("restart restarts for whatever is not read live", () => {
    expect(planReload(changed, "restart")).toMatchObject({
      action: "restart",
      restart: ["cron.enabled", "gateway.port"],
    });
    expect(planReload(["logging.level"], "restart").action).toBe("none");
  });

  test("off ignores everything", () => {
    expect(planReload(changed, "off")).toEqual({
      action: "none",
      apply: [],
      restart: [],
      ignored: ["cron.enabled", "gateway.port"],
    });
  });

  test("a subtree that changed as a whole needs what the neediest key in it needs", () => {
    expect(planReload(["agents"], "hybrid").action).toBe("apply");
    expect(planReload(["gateway.controlUi"], "hybrid").action).toBe("restart");
    expect(planReload(["gateway.http"], "hybrid").action).toBe("restart");
    expect(planReload(["secrets"], "hybrid").action).toBe("restart");
    expect(planReload(["channels.telegram.accounts.main"], "hybrid").action).toBe("apply");
  });
});

test("a change that nothing reads is told from the others, with what this version lacks", () => {
  const row = NOT_YET.find(({ prefix, except }) => !prefix.includes("*") && except === undefined);
  const partly = NOT_YET.find(({ prefix, except }) => !prefix.includes("*") && except !== undefined);
  if (row === undefined || partly === undefined) return;
  const paths = [row.prefix, `${row.prefix}.x`, `${partly.prefix}.x`, "gateway.port", partly.prefix];
  expect(partByReaders(paths)).toEqual({
    read: ["gateway.port", partly.prefix],
    unread: [
      { path: row.prefix, lacks: row.lacks },
      { path: `${row.prefix}.x`, lacks: row.lacks },
      { path: `${partly.prefix}.x`, lacks: partly.lacks },
    ],
  });
  for (const key of partly.except ?? []) expect(lackingReader(`${partly.prefix}.${key}`)).toBeUndefined();
});
