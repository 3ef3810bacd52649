import { describe, expect, test } from "bun:test";
import { formatIssue } from "../../src/config/schema/index.ts";
import { resolveDefaults, validateConfig } from "../../src/config/validate.ts";

function issuesOf(value: unknown): string[] {
  return validateConfig(value).issues.map(formatIssue);
}

function warningsOf(value: unknown): string[] {
  return validateConfig(value).warnings.map(formatIssue);
}

describe("defaults", () => {
  test("no file is a valid configuration with every default in place", () => {
    const { ok, config, issues, warnings } = validateConfig(undefined);
    expect({ ok, issues, warnings }).toEqual({ ok: true, issues: [], warnings: [] });
    expect(config.gateway.port).toBe(18_789);
    expect(config.gateway.bind).toBe("loopback");
    expect(config.gateway.mode).toBeUndefined();
    expect(config.gateway.auth.mode).toBeUndefined();
    expect(config.gateway.auth.rateLimit).toEqual({
      maxAttempts: 10,
      windowMs: 60_000,
      lockoutMs: 300_000,
      exemptLoopback: true,
    });
    expect(config.gateway.reload).toEqual({ mode: "hybrid", debounceMs: 300 });
    expect(config.gateway.tls).toEqual({ enabled: false, autoGenerate: true });
    expect(config.gateway.nodes.pairing).toEqual({ autoApproveLocal: true, sshVerify: true });
    expect(config.logging.level).toBe("info");
    expect(config.commands.restart).toBe(true);
    expect(config.canvasHost.enabled).toBe(true);
    expect(config.update.checkOnStart).toBe(true);
    expect(config.discovery.mdns.mode).toBe("minimal");
    expect(config.env.vars).toEqual({});
    expect(config.channels).toBeUndefined();
    expect(resolveDefaults()).toEqual(config);
  });

  test("what is given stays, what is not is filled in beside it", () => {
    const { ok, config } = validateConfig({
      gateway: { mode: "local", port: 19_001, reload: { mode: "off" } },
    });
    expect(ok).toBe(true);
    expect(config.gateway.mode).toBe("local");
    expect(config.gateway.port).toBe(19_001);
    expect(config.gateway.reload).toEqual({ mode: "off", debounceMs: 300 });
  });

  test("two readings share nothing, and the input is left alone", () => {
    const first = resolveDefaults();
    first.gateway.trustedProxies.push("10.0.0.1");
    expect(resolveDefaults().gateway.trustedProxies).toEqual([]);
    const given = { gateway: { port: 1 } };
    validateConfig(given);
    expect(given).toEqual({ gateway: { port: 1 } });
  });

  test("a faulty value is reported and its default stands in for it", () => {
    const { ok, config } = validateConfig({ gateway: { port: "x", auth: { token: "t" } } });
    expect(ok).toBe(false);
    expect(config.gateway.port).toBe(18_789);
    expect(config.gateway.auth.token).toBe("t");
  });
});

describe("messages", () => {
  const rows: [unknown, string[]][] = [
    [{ gateway: { port: "x" } }, ["gateway.port: Invalid input: expected number, received string"]],
    [{ gateway: { port: 1.5 } }, ["gateway.port: Invalid input: expected int, received number"]],
    [{ gateway: { port: 0 } }, ["gateway.port: Too small: expected number to be >=1"]],
    [{ gateway: { port: 70_000 } }, ["gateway.port: Too big: expected number to be <=65535"]],
    [{ gateway: [] }, ["gateway: Invalid input: expected object, received array"]],
    [{ gateway: null }, ["gateway: Invalid input: expected object, received null"]],
    [[], ["<root>: Invalid input: expected object, received array"]],
    [7, ["<root>: Invalid input: expected object, received number"]],
    [{ nopeSection: { a: 1 } }, ['<root>: Unrecognized key: "nopeSection"']],
    [{ gateway: { foo: 1 } }, ['gateway: Unrecognized key: "foo"']],
    [{ gateway: { prot: 1 } }, ['gateway: Unrecognized key: "prot" (did you mean "port"?)']],
    [{ gatway: {} }, ['<root>: Unrecognized key: "gatway" (did you mean "gateway"?)']],
    [
      { gateway: { auth: { Token: "x" } } },
      ['gateway.auth: Unrecognized key: "Token" (did you mean "token"?)'],
    ],
    [{ plugin: {} }, ['<root>: Unrecognized key: "plugin" (did you mean "plugins"?)']],
    [{ gateway: { portal: {} } }, ['gateway: Unrecognized key: "portal" (did you mean "portals"?)']],
    [
      { gateway: { bind: "lna" } },
      [
        'gateway.bind: Invalid input (allowed: "auto", "loopback", "lan", "tailnet", "custom") - did you mean "lan"?',
      ],
    ],
    [{ gateway: { mode: 5 } }, ['gateway.mode: Invalid input (allowed: "local", "remote")']],
    [
      { gateway: { auth: { token: 5 } } },
      ["gateway.auth.token: Invalid input: expected string | object, received number"],
    ],
    [
      { gateway: { auth: { token: { source: "vault", provider: "p", id: "X" } } } },
      ['gateway.auth.token.source: Invalid input (allowed: "env", "file", "exec", "store")'],
    ],
    [
      { gateway: { auth: { token: { source: "env", provider: "default", id: "lower" } } } },
      ["gateway.auth.token.id: Invalid string: must match pattern /^[A-Z][A-Z0-9_]{0,127}$/"],
    ],
    [
      { gateway: { auth: { token: { source: "env" } } } },
      [
        "gateway.auth.token.provider: Invalid input: expected string, received undefined",
        "gateway.auth.token.id: Invalid input: expected string, received undefined",
      ],
    ],
    [
      { secrets: { providers: { Vault: { source: "env" } } } },
      ["secrets.providers.Vault: Invalid key in record: must match /^[a-z][a-z0-9_-]{0,63}$/"],
    ],
    [
      { secrets: { providers: { vault: { source: "exec" } } } },
      ["secrets.providers.vault.command: Invalid input: expected string, received undefined"],
    ],
    [{ env: { vars: { "a.b": 1 } } }, ['env.vars["a.b"]: Invalid input: expected string, received number']],
    [
      { gateway: { trustedProxies: ["10.0.0.1", 5] } },
      ["gateway.trustedProxies.1: Invalid input: expected string, received number"],
    ],
  ];
  for (const [value, expected] of rows) {
    test(`${JSON.stringify(value)} says what is wrong`, () => {
      expect(issuesOf(value)).toEqual(expected);
    });
  }

  test("an unknown key names itself and what was meant, so that its line can be found", () => {
    expect(validateConfig({ gateway: { prot: 1 } }).issues).toEqual([
      {
        path: "gateway",
        kind: "unknown-key",
        key: "prot",
        suggestion: "port",
        message: 'Unrecognized key: "prot" (did you mean "port"?)',
      },
    ]);
  });

  test("a choice carries the values it may have", () => {
    expect(validateConfig({ gateway: { reload: { mode: "on" } } }).issues[0]?.allowedValues).toEqual([
      "off",
      "hot",
      "restart",
      "hybrid",
    ]);
  });
});

describe("keys this version does not support", () => {
  test("a known section is ignored with a warning that says what is missing", () => {
    const value = { acp: { enabled: true }, plugins: { entries: {} } };
    expect(validateConfig(value).ok).toBe(true);
    expect(warningsOf(value)).toEqual([
      "acp: known, not supported: ignored (this version has no ACP agents)",
      "plugins: known, not supported: ignored (this version has no plugins)",
    ]);
  });

  test("a known key inside a supported section is ignored with a warning", () => {
    const value = {
      gateway: { portals: { ingress: { domain: "x", port: 1 } } },
      secrets: { egressProxy: {} },
    };
    expect(validateConfig(value).ok).toBe(true);
    expect(warningsOf(value)).toEqual([
      "gateway.portals: known, not supported: ignored",
      "secrets.egressProxy: known, not supported: ignored",
    ]);
  });

  test("faults inside an unsupported section are warnings and do not stop the start", () => {
    const value = { discovery: { mdns: { mode: "ful" } } };
    expect(validateConfig(value).ok).toBe(true);
    expect(warningsOf(value)[1]).toBe(
      'discovery.mdns.mode: Invalid input (allowed: "off", "minimal", "full") - did you mean "full"?',
    );
  });

  test("a misspelt key beside unsupported ones is still an error", () => {
    expect(issuesOf({ agents: { default: {} } })).toEqual([
      'agents: Unrecognized key: "default" (did you mean "defaults"?)',
    ]);
  });

  test("supported keys of a section that is not supported as a whole give no warning", () => {
    const value = {
      agents: { entries: { main: {}, work: { name: "Work" } } },
      commands: { restart: false },
      gateway: { controlUi: { allowedOrigins: ["https://claw.example"] }, remote: { url: "wss://h:1" } },
      logging: { level: "debug" },
    };
    expect(validateConfig(value)).toMatchObject({ ok: true, warnings: [] });
    expect(
      warningsOf({ agents: { defaults: { pdfModel: "a/b" }, list: [{ id: "main", verboseDefault: "on" }] } }),
    ).toEqual([
      "agents.defaults.pdfModel: known, not supported: ignored (this version has no such settings of agents)",
      "agents.list.0.verboseDefault: known, not supported: ignored (this version has no such settings of agents)",
    ]);
  });
});

describe("keys that have to agree", () => {
  const rows: [string, Record<string, unknown>, string | undefined][] = [
    ["token and password without a mode", { auth: { token: "a", password: "b" } }, "gateway.auth.mode"],
    ["token and password with a mode", { auth: { mode: "token", token: "a", password: "b" } }, undefined],
    ["an empty password beside a token", { auth: { token: "a", password: " " } }, undefined],
    ["bind custom without an address", { bind: "custom" }, "gateway.customBindHost"],
    ["bind custom with a name", { bind: "custom", customBindHost: "localhost" }, "gateway.customBindHost"],
    ["bind custom with an address", { bind: "custom", customBindHost: "192.168.1.20" }, undefined],
    ["an address out of range", { customBindHost: "192.168.1.256" }, "gateway.customBindHost"],
    ["a funnel with a token", { tailscale: { mode: "funnel" }, auth: { token: "a" } }, "gateway.auth.mode"],
    ["a funnel with a password", { tailscale: { mode: "funnel" }, auth: { password: "a" } }, undefined],
    ["serve beyond loopback", { tailscale: { mode: "serve" }, bind: "lan" }, "gateway.bind"],
    [
      "serve without authentication",
      { tailscale: { mode: "serve" }, auth: { mode: "none" } },
      "gateway.auth.mode",
    ],
    [
      "a trusted proxy without a header",
      { auth: { mode: "trusted-proxy" }, trustedProxies: ["10.0.0.1"] },
      "gateway.auth.trustedProxy",
    ],
    [
      "a trusted proxy without addresses",
      { auth: { mode: "trusted-proxy", trustedProxy: { userHeader: "x-user" } } },
      "gateway.trustedProxies",
    ],
    ["a certificate without its key", { tls: { enabled: true, certPath: "/c.pem" } }, "gateway.tls"],
    ["no certificate at all", { tls: { enabled: true, autoGenerate: false } }, "gateway.tls"],
    ["a generated certificate", { tls: { enabled: true } }, undefined],
    ["a public origin that is no URL", { publicOrigin: "claw" }, "gateway.publicOrigin"],
    ["a public origin", { publicOrigin: "https://claw.example" }, undefined],
  ];
  for (const [name, gateway, path] of rows) {
    test(`${name} is ${path === undefined ? "fine" : `an issue at ${path}`}`, () => {
      const { issues } = validateConfig({ gateway });
      expect(issues.map((issue) => issue.path)).toEqual(path === undefined ? [] : [path]);
      expect(issues.every(({ kind }) => kind === "conflict")).toBe(true);
    });
  }
});

test("keys that would change the prototype are refused", () => {
  expect(issuesOf(JSON.parse('{"__proto__": {"gateway": {}}}'))).toEqual([
    '<root>: Unrecognized key: "__proto__"',
  ]);
  const { ok, config } = validateConfig(JSON.parse('{"env": {"vars": {"__proto__": "x"}}}'));
  expect(ok).toBe(false);
  expect(Object.getPrototypeOf(config.env.vars)).toBe(Object.prototype);
  expect(issuesOf(JSON.parse('{"constructor": {}, "gateway": {"toString": 1}}'))).toHaveLength(2);
});
