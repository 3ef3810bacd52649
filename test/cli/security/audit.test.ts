import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync } from "node:fs";
import { AUDIT_ROWS } from "../../../src/cli/security/table.ts";
import { PROJECT_DIR, type TempHome, freePort, spawnGateway, tempHome } from "../../support/index.ts";
import { cli } from "../in-process.ts";

const CONFIG = ".openclaw/openclaw.json";
const TOKEN = "0123456789abcdef0123456789abcdef0123456789abcdef";

interface Finding {
  readonly checkId: string;
  readonly severity: string;
  readonly detail: string;
  readonly remediation: string;
  readonly fixable: boolean;
}

interface Audit {
  readonly summary: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  readonly suppressedFindings?: readonly Finding[];
}

async function audit(home: TempHome, ...args: string[]): Promise<Audit> {
  const run = await cli(["security", "audit", "--json", ...args], { home: home.path });
  expect(run.code).toBe(0);
  return JSON.parse(run.stdout) as Audit;
}

async function homeWith(config: object): Promise<TempHome> {
  const home = await tempHome();
  await home.write(CONFIG, config);
  chmodSync(home.at(".openclaw"), 0o700);
  chmodSync(home.at(CONFIG), 0o600);
  return home;
}

const safe = { gateway: { mode: "local", auth: { token: TOKEN } } };

function gateway(settings: object): object {
  return { gateway: { ...safe.gateway, ...settings } };
}

function telegram(settings: object): object {
  return { ...safe, channels: { telegram: { botToken: "${BOT}", ...settings } } };
}

type Case = readonly [checkId: string, severity: "critical" | "warn" | "info", config: object];

const proxy = (trustedProxy: object | undefined, more: object = {}) =>
  gateway({ auth: { mode: "trusted-proxy", ...(trustedProxy && { trustedProxy }) }, ...more });

/** The smallest configuration that shows each finding. */
const CASES: readonly Case[] = [
  ["gateway.bind_no_auth", "critical", gateway({ bind: "lan", auth: { mode: "none" } })],
  ["gateway.loopback_no_auth", "critical", gateway({ auth: { mode: "none" } })],
  ["gateway.http.no_auth", "warn", gateway({ auth: { mode: "none" } })],
  ["gateway.http.no_auth", "critical", gateway({ bind: "lan", auth: { mode: "none" } })],
  ["gateway.token_placeholder_value", "critical", gateway({ auth: { token: "undefined" } })],
  [
    "gateway.password_placeholder_value",
    "critical",
    gateway({ auth: { mode: "password", password: "null" } }),
  ],
  ["gateway.token_too_short", "warn", gateway({ auth: { token: "abc" } })],
  ["gateway.password_too_short", "warn", gateway({ auth: { mode: "password", password: "hunter2" } })],
  [
    "config.secrets.gateway_password_in_config",
    "warn",
    gateway({ auth: { mode: "password", password: TOKEN } }),
  ],
  [
    "gateway.auth_no_rate_limit",
    "warn",
    gateway({ bind: "lan", auth: { token: TOKEN, rateLimit: { maxAttempts: 1_000, lockoutMs: 0 } } }),
  ],
  ["gateway.trusted_proxy_auth", "warn", proxy({ userHeader: "x-user" })],
  ["gateway.trusted_proxy_no_proxies", "critical", proxy({ userHeader: "x-user" })],
  ["gateway.trusted_proxy_no_user_header", "critical", proxy(undefined)],
  ["gateway.trusted_proxy_no_allowlist", "warn", proxy({ userHeader: "x-user" })],
  ["gateway.trusted_proxy_allow_loopback", "warn", proxy({ userHeader: "x-user", allowLoopback: true })],
  ["gateway.tailscale_funnel", "critical", gateway({ tailscale: { mode: "funnel" } })],
  ["gateway.tailscale_serve", "info", gateway({ tailscale: { mode: "serve" } })],
  [
    "hooks.token_reuse_gateway_token",
    "critical",
    { ...gateway({ auth: { token: TOKEN } }), hooks: { enabled: true, token: TOKEN } },
  ],
  ["hooks.token_too_short", "warn", { ...gateway({}), hooks: { enabled: true, token: "abc" } }],
  ["gateway.plain_http_exposed", "warn", gateway({ bind: "lan" })],
  ["gateway.real_ip_fallback_enabled", "warn", gateway({ allowRealIpFallback: true })],
  ["gateway.real_ip_fallback_enabled", "critical", gateway({ bind: "lan", allowRealIpFallback: true })],
  ["gateway.control_ui.allowed_origins_wildcard", "warn", gateway({ controlUi: { allowedOrigins: ["*"] } })],
  [
    "gateway.control_ui.host_header_origin_fallback",
    "warn",
    gateway({ controlUi: { dangerouslyAllowHostHeaderOriginFallback: true } }),
  ],
  ["gateway.tools_invoke_http.dangerous_allow", "warn", gateway({ tools: { allow: ["exec"] } })],
  [
    "gateway.nodes.allow_commands_dangerous",
    "warn",
    gateway({ nodes: { commands: { allow: ["camera.snap"] } } }),
  ],
  [
    "gateway.nodes.deny_commands_ineffective",
    "warn",
    gateway({ nodes: { commands: { deny: ["rm -rf", "system.*"] } } }),
  ],
  ["channels.telegram.dm.open", "critical", telegram({ dmPolicy: "open", allowFrom: ["*"] })],
  ["channels.telegram.groups.open", "warn", telegram({ groupPolicy: "open" })],
  ["channels.dm.scope_main_multiuser", "warn", telegram({ dmPolicy: "allowlist", allowFrom: ["1", "2"] })],
  ["security.trust_model.multi_user_heuristic", "warn", telegram({ groupPolicy: "open" })],
  ["security.trust_model.group_scope_main", "warn", { ...safe, session: { groupScope: "main" } }],
  ["tools.exec.security_full_configured", "warn", { ...safe, tools: { exec: { mode: "full" } } }],
  ["tools.exec.fs_tools_disabled_but_exec_enabled", "warn", { ...safe, tools: { deny: ["group:fs"] } }],
  ["tools.fs.beyond_workspace", "warn", { ...safe, tools: { fs: { workspaceOnly: false } } }],
  [
    "tools.profile_minimal_overridden",
    "warn",
    { ...safe, tools: { profile: "minimal" }, agents: { entries: { work: { tools: { profile: "full" } } } } },
  ],
  [
    "config.insecure_or_dangerous_flags",
    "warn",
    telegram({ network: { dangerouslyAllowPrivateNetwork: true } }),
  ],
  ["summary.attack_surface", "info", safe],
];

/** Every id that some test here has seen, so that no row is without one. */
const shown = new Set<string>();

function sees(report: Audit, checkId: string): Finding | undefined {
  const found = report.findings.find((finding) => finding.checkId === checkId);
  if (found) shown.add(checkId);
  return found;
}

describe("security audit", () => {
  test("a safe configuration has no finding but the summary", async () => {
    await using home = await homeWith(safe);
    const { findings, summary } = await audit(home);
    expect(findings.map(({ checkId }) => checkId)).toEqual(["summary.attack_surface"]);
    expect(summary).toEqual({ critical: 0, warn: 0, info: 1 });
  });

  test.each(CASES)("%s is %s", async (checkId, severity, config) => {
    await using home = await homeWith(config);
    expect(sees(await audit(home), checkId)).toMatchObject({ severity });
  });

  test("an open bot that lets nobody in contradicts itself", async () => {
    await using home = await homeWith(
      telegram({ accounts: { work: { dmPolicy: "open", botToken: "${BOT2}" } } }),
    );
    expect(sees(await audit(home), "channels.telegram.dm.open_invalid")).toMatchObject({
      severity: "warn",
      detail: "channels.telegram.accounts.work.dmPolicy is open and allowFrom has no *.",
    });
  });

  test("no secret is printed", async () => {
    await using home = await homeWith(gateway({ auth: { mode: "password", password: "hunter2-horse" } }));
    for (const args of [[], ["--json"]]) {
      const { stdout, stderr } = await cli(["security", "audit", ...args], { home: home.path });
      expect(stdout + stderr).not.toContain("hunter2-horse");
    }
  });

  test("a secret that is given when the gateway is started is audited too", async () => {
    await using home = await homeWith({ gateway: { mode: "local" } });
    const run = await cli(["security", "audit", "--json", "--auth", "password", "--password", "short"], {
      home: home.path,
    });
    expect(run.stdout).toContain("gateway.password_too_short");
  });
});

const MODES: readonly (readonly [checkId: string, severity: string, file: string, mode: number])[] = [
  ["fs.state_dir.perms_world_writable", "critical", ".openclaw", 0o777],
  ["fs.state_dir.perms_group_writable", "warn", ".openclaw", 0o770],
  ["fs.state_dir.perms_readable", "warn", ".openclaw", 0o755],
  ["fs.config.perms_writable", "critical", CONFIG, 0o666],
  ["fs.config.perms_world_readable", "critical", CONFIG, 0o644],
  ["fs.config.perms_group_readable", "warn", CONFIG, 0o640],
  ["fs.config_include.perms_writable", "critical", ".openclaw/more.json", 0o620],
  ["fs.config_include.perms_world_readable", "critical", ".openclaw/more.json", 0o604],
  ["fs.config_include.perms_group_readable", "warn", ".openclaw/more.json", 0o640],
  ["fs.credentials_dir.perms_writable", "critical", ".openclaw/credentials", 0o777],
  ["fs.credentials_dir.perms_readable", "warn", ".openclaw/.env", 0o644],
  ["fs.auth_profiles.perms_writable", "critical", ".openclaw/state/openclaw.sqlite", 0o622],
  ["fs.sessions_store.perms_readable", "warn", ".openclaw/state/openclaw.sqlite", 0o644],
  ["fs.log_file.perms_readable", "warn", "gateway.log", 0o644],
];

describe("files that others can reach", () => {
  test.each(MODES)("%s is %s and closed by --fix", async (checkId, severity, file, mode) => {
    await using home = await tempHome();
    const included = { gateway: { ...safe.gateway, $include: "./more.json" } };
    await home.write(CONFIG, { ...included, logging: { file: home.at("gateway.log") } });
    for (const path of [
      ".openclaw/more.json",
      ".openclaw/.env",
      ".openclaw/state/openclaw.sqlite",
      "gateway.log",
    ]) {
      await home.write(path, path.endsWith("json") ? {} : "");
      chmodSync(home.at(path), 0o600);
    }
    mkdirSync(home.at(".openclaw/credentials"), { mode: 0o700 });
    chmodSync(home.at(".openclaw"), 0o700);
    chmodSync(home.at(CONFIG), 0o600);
    expect((await audit(home)).findings.map((one) => one.checkId)).toEqual(["summary.attack_surface"]);

    chmodSync(home.at(file), mode);
    const report = await audit(home);
    expect(sees(report, checkId)).toMatchObject({ severity, fixable: true });
    expect(report.findings).toHaveLength(2);

    const fixed = await cli(["security", "audit", "--fix", "--json"], { home: home.path });
    expect(JSON.parse(fixed.stdout)).toMatchObject({
      fix: { ok: true, actions: [{ checkId, ok: true }] },
      report: { summary: { critical: 0, warn: 0 } },
    });
    expect(statSync(home.at(file)).mode & 0o077).toBe(0);
  });

  test("links and folders that are copied elsewhere are named", async () => {
    await using home = await homeWith(safe);
    renameSync(home.at(".openclaw"), home.at("Dropbox"));
    symlinkSync(home.at("Dropbox"), home.at(".openclaw"));
    renameSync(home.at("Dropbox/openclaw.json"), home.at("real.json"));
    symlinkSync(home.at("real.json"), home.at("Dropbox/openclaw.json"));
    const report = await audit(home);
    expect(sees(report, "fs.state_dir.symlink")).toBeDefined();
    expect(sees(report, "fs.config.symlink")).toBeDefined();
    const env = { OPENCLAW_STATE_DIR: home.at("Dropbox") };
    const run = await cli(["security", "audit", "--json"], { home: home.path, env });
    expect(sees(JSON.parse(run.stdout) as Audit, "fs.synced_dir")).toBeDefined();
  });
});

test("who owns what the gateway relies on is named, whatever the modes say", async () => {
  await using home = await homeWith(safe);
  const uid = 4_711;
  const run = await cli(["security", "audit", "--json"], { home: home.path, uid });
  const found = sees(JSON.parse(run.stdout) as Audit, "fs.foreign_owner");
  const owner = statSync(home.at(CONFIG)).uid;
  expect(found).toMatchObject({ severity: owner === 0 ? "warn" : "critical", fixable: false });
  expect(found?.detail).toContain(`belongs to the user with number ${owner}`);
});

test("nothing is said to be safe of a configuration that cannot be used", async () => {
  await using home = await homeWith({ gateway: { mode: "local", port: "no port" } });
  expect(sees(await audit(home), "config.unusable")).toMatchObject({ severity: "critical", fixable: false });
});

test("what is reached by a link is judged by what is there, and not changed", async () => {
  await using home = await homeWith(safe);
  await home.write("elsewhere/gateway-token", TOKEN);
  chmodSync(home.at("elsewhere"), 0o777);
  chmodSync(home.at("elsewhere/gateway-token"), 0o666);
  symlinkSync(home.at("elsewhere"), home.at(".openclaw/credentials"));
  const found = await audit(home);
  const writable = found.findings.filter(({ checkId }) => checkId === "fs.credentials_dir.perms_writable");
  expect(writable.map(({ severity, fixable }) => [severity, fixable])).toEqual([
    ["critical", false],
    ["critical", false],
  ]);
  await cli(["security", "audit", "--fix"], { home: home.path });
  expect(statSync(home.at("elsewhere")).mode & 0o777).toBe(0o777);
  expect(statSync(home.at("elsewhere/gateway-token")).mode & 0o777).toBe(0o666);
});

describe("--fix", () => {
  test("closes open groups, keeps comments and changes nothing else", async () => {
    await using home = await homeWith({});
    await home.write(
      CONFIG,
      `{
  // mine
  gateway: { mode: "local", auth: { token: "${TOKEN}" } },
  channels: { telegram: { botToken: "\${BOT}", groupPolicy: "open", dmPolicy: "open", allowFrom: ["*"] } },
}`,
    );
    const { code } = await cli(["security", "audit", "--fix"], { home: home.path });
    expect(code).toBe(0);
    const text = readFileSync(home.at(CONFIG), "utf8");
    expect(text).toContain("// mine");
    expect(text).toContain(`groupPolicy: "allowlist"`);
    expect(text).toContain(`dmPolicy: "open"`);
  });
});

describe("accepted findings", () => {
  test("are left out, kept in the JSON, and the report says so", async () => {
    const suppressions = [
      { checkId: "gateway.tailscale_funnel", detailIncludes: "FUNNEL", reason: "a demo" },
    ];
    await using home = await homeWith({
      ...gateway({ tailscale: { mode: "funnel" } }),
      security: { audit: { suppressions } },
    });
    const { findings, suppressedFindings } = await audit(home);
    expect(suppressedFindings?.map(({ checkId }) => checkId)).toEqual(["gateway.tailscale_funnel"]);
    expect(findings.map(({ checkId }) => checkId)).toContain("security.audit.suppressions.active");
  });

  test("cover only what they name", async () => {
    await using home = await homeWith({
      ...gateway({ tailscale: { mode: "funnel" } }),
      security: {
        audit: { suppressions: [{ checkId: "gateway.tailscale_funnel", detailIncludes: "serve" }] },
      },
    });
    const { findings } = await audit(home);
    expect(findings.map(({ checkId }) => checkId)).toContain("gateway.tailscale_funnel");
  });
});

describe("--deep", () => {
  test("says when the gateway does not answer", async () => {
    await using home = await homeWith(gateway({ port: await freePort() }));
    expect(sees(await audit(home, "--deep"), "gateway.probe_failed")).toMatchObject({ severity: "warn" });
  });

  test("finds a gateway that asks for no secret although the file does not say so", async () => {
    await using running = await spawnGateway({ token: null, args: ["--auth", "none"] });
    await running.home.write(CONFIG, { gateway: { mode: "local", port: running.port } });
    const report = await audit(running.home, "--deep");
    expect(sees(report, "gateway.probe_no_secret_needed")).toMatchObject({ severity: "critical" });
  });
});

afterAll(() => {
  const untested = AUDIT_ROWS.map(({ checkId }) => checkId.replace("<channel>", "telegram")).filter(
    (checkId) => !shown.has(checkId),
  );
  expect(untested).toEqual([]);
});

test("every row is in the documentation, with what mends it", async () => {
  const page = readFileSync(`${PROJECT_DIR}/docs/security-audit.md`, "utf8");
  for (const { checkId } of AUDIT_ROWS) expect(page).toContain(`\`${checkId}\``);
});
