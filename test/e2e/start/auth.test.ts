import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { freePort, runOpenclaw, type TempHome, tempHome, WireClient } from "../../support/index.ts";
import { type Program, startProgram } from "../program.ts";

const FILE = ".openclaw/openclaw.json";

/** The outcome of a connect with these credentials: `ok`, or the error's text and code. */
async function connect(port: number, auth: object | undefined, headers: Record<string, string> = {}) {
  await using client = await WireClient.open(`ws://127.0.0.1:${port}/`, { headers });
  const { ok, error } = await client.connect(auth === undefined ? {} : { auth });
  return ok ? "ok" : [error?.message, error?.details?.code].join(" ");
}

async function start(
  home: TempHome,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Program & { readonly port: number }> {
  const port = await freePort();
  const program = await startProgram(["gateway", "--port", String(port), ...args], { home, env });
  await program.said(/\bready\b/);
  return { ...program, port, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

const LOCAL = { gateway: { mode: "local" } };

test("a secret is required by default, also on loopback, and a wrong one says unauthorized (seeds 61, 69, 70)", async () => {
  await using home = await tempHome();
  await home.write(FILE, LOCAL);
  await using gateway = await start(home);
  expect(await connect(gateway.port, undefined)).not.toBe("ok");
  expect(await connect(gateway.port, { token: "guess" })).toMatch(/unauthorized.*AUTH_TOKEN_MISMATCH/);
  const http = await fetch(`http://127.0.0.1:${gateway.port}/metrics`, {
    headers: { "X-Forwarded-For": "1.2.3.4" },
  });
  expect(http.status).not.toBe(200);
});

const TOKEN_FROM: [string, string[], Record<string, string>, object][] = [
  ["the flag", ["--token", "from-the-flag"], {}, LOCAL],
  ["the environment", [], { OPENCLAW_GATEWAY_TOKEN: "from-the-environment" }, LOCAL],
  ["an older variable", [], { CLAWDBOT_GATEWAY_TOKEN: "from-an-older-variable" }, LOCAL],
  ["the state folder's .env", [], {}, LOCAL],
  ["the configuration", [], {}, { gateway: { mode: "local", auth: { token: "from-the-configuration" } } }],
];

for (const [where, args, env, config] of TOKEN_FROM) {
  test(`a token of ${where} admits, and only it (seeds 19, 62, 65)`, async () => {
    await using home = await tempHome();
    await home.write(FILE, config);
    const dotenv = where.includes(".env");
    if (dotenv) await home.write(".openclaw/.env", "OPENCLAW_GATEWAY_TOKEN=from-the-dotenv\n");
    await using gateway = await start(home, args, env);
    const token = dotenv ? "from-the-dotenv" : `from-${where.replaceAll(" ", "-")}`;
    expect(await connect(gateway.port, { token })).toBe("ok");
    expect(await connect(gateway.port, { token: `${token}x` })).toContain("unauthorized");
    expect(gateway.output()).not.toContain(token);
  });
}

test("the token of the flag wins over the environment's, and that over the configuration's (seed 62)", async () => {
  await using home = await tempHome();
  await home.write(FILE, { gateway: { mode: "local", auth: { token: "configured" } } });
  const env = { OPENCLAW_GATEWAY_TOKEN: "exported" };
  await using flagged = await start(home, ["--token", "flagged"], env);
  expect(await connect(flagged.port, { token: "flagged" })).toBe("ok");
  expect(await connect(flagged.port, { token: "exported" })).not.toBe("ok");
  await flagged[Symbol.asyncDispose]();
  await using exported = await start(home, [], env);
  expect(await connect(exported.port, { token: "exported" })).toBe("ok");
  expect(await connect(exported.port, { token: "configured" })).not.toBe("ok");
});

test("a password by flag, file, environment or configuration admits, and only it (seed 63)", async () => {
  await using home = await tempHome();
  const file = await home.write("password", "from a file\nnot this line\n");
  const cases: [string, string[], Record<string, string>, object][] = [
    ["from a flag", ["--password", "from a flag"], {}, LOCAL],
    ["from a file", ["--password-file", file], {}, LOCAL],
    ["from the environment", [], { OPENCLAW_GATEWAY_PASSWORD: "from the environment" }, LOCAL],
    ["from the config", [], {}, { gateway: { mode: "local", auth: { password: "from the config" } } }],
  ];
  for (const [password, args, env, config] of cases) {
    await home.write(FILE, config);
    await using gateway = await start(home, args, env);
    expect({ password, got: await connect(gateway.port, { password }) }).toEqual({ password, got: "ok" });
    expect(await connect(gateway.port, { password: "guess" })).toMatch(
      /unauthorized.*AUTH_PASSWORD_MISMATCH/,
    );
    expect(gateway.output()).toContain("auth: password");
  }
});

test("a missing or empty password file is refused before the start (seed 63)", async () => {
  await using home = await tempHome();
  const empty = await home.write("empty", "\n");
  for (const [file, text] of [
    [home.at("none"), "There is no password file"],
    [empty, "is empty"],
  ] as const) {
    const { code, stderr } = await runOpenclaw(["gateway", "--allow-unconfigured", "--password-file", file], {
      home: home.path,
    });
    expect(code).toBe(1);
    expect(stderr).toContain(text);
  }
});

test("with no credential a start makes a token, keeps it for the owner alone, and says where (seeds 61, 67)", async () => {
  await using home = await tempHome();
  await home.write(FILE, LOCAL);
  await using gateway = await start(home);
  const { gateway: made } = Bun.JSON5.parse(await Bun.file(home.at(FILE)).text()) as {
    gateway: { auth: { token: string } };
  };
  const { token } = made.auth;
  expect(token).toMatch(/^[0-9a-f]{48}$/);
  expect(statSync(home.at(FILE)).mode & 0o777).toBe(0o600);
  expect(gateway.output()).toMatch(/generated a token and stored it in ~\/\.openclaw\/openclaw\.json/);
  expect(gateway.output()).not.toContain(token);
  expect(await connect(gateway.port, { token })).toBe("ok");
  const asked = await runOpenclaw(["gateway", "call", "health", "--port", String(gateway.port)], {
    home: home.path,
  });
  expect(asked.code).toBe(0);
  await gateway[Symbol.asyncDispose]();
  await using again = await start(home);
  expect(await connect(again.port, { token })).toBe("ok");
  expect(again.output()).not.toContain("generated");
});

test("an unconfigured start keeps its token in a private file that local commands find (seeds 17, 61)", async () => {
  await using home = await tempHome();
  await using gateway = await start(home, ["--allow-unconfigured"]);
  const file = home.at(".openclaw/credentials/gateway-token");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const token = (await Bun.file(file).text()).trim();
  expect(gateway.output()).toContain("~/.openclaw/credentials/gateway-token");
  expect(gateway.output()).not.toContain(token);
  for (const command of [
    ["health"],
    ["gateway", "health"],
    ["gateway", "call", "status"],
    ["system", "presence"],
  ]) {
    const { code, stderr } = await runOpenclaw([...command, "--port", String(gateway.port)], {
      home: home.path,
    });
    expect({ command, code, stderr }).toEqual({ command, code: 0, stderr: "" });
  }
});

test("auth mode none admits without a secret, on loopback only (seed 61)", async () => {
  await using home = await tempHome();
  await using gateway = await start(home, ["--allow-unconfigured", "--auth", "none"]);
  expect(gateway.output()).toContain("auth: none");
  const { code, stdout } = await runOpenclaw(
    ["gateway", "call", "health", "--json", "--port", String(gateway.port)],
    { home: home.path },
  );
  expect({ code, ok: JSON.parse(stdout).ok }).toEqual({ code: 0, ok: true });
});

test("trusted-proxy admits the proxy's user from a trusted address, and nobody directly (seeds 64, 71)", async () => {
  await using home = await tempHome();
  const proxy = (trustedProxies: string[]) => ({
    gateway: {
      mode: "local",
      trustedProxies,
      auth: { mode: "trusted-proxy", trustedProxy: { userHeader: "x-forwarded-user", allowLoopback: true } },
    },
  });
  const user = { "X-Forwarded-User": "ann@example.com", "X-Forwarded-For": "203.0.113.9" };
  await home.write(FILE, proxy(["127.0.0.1"]));
  {
    await using gateway = await start(home);
    expect(await connect(gateway.port, undefined).catch(String)).not.toBe("ok");
    expect(await connect(gateway.port, undefined, user)).toBe("ok");
  }
  await home.write(FILE, proxy(["192.0.2.1"]));
  await using gateway = await start(home);
  const refused = await connect(gateway.port, undefined, user).catch(String);
  expect(refused).not.toBe("ok");
});

const UNRESOLVED: [string, unknown, object][] = [
  ["a variable that is not set", "${MISSING_GATEWAY_TOKEN}", {}],
  ["an env reference", { source: "env", provider: "default", id: "MISSING_GATEWAY_TOKEN" }, {}],
  [
    "a file reference",
    { source: "file", provider: "files", id: "/token" },
    { secrets: { providers: { files: { source: "file", path: "/nonexistent/secrets.json" } } } },
  ],
  ["a store reference", { source: "store", provider: "default", id: "GATEWAY_TOKEN" }, {}],
];

for (const [what, token, more] of UNRESOLVED) {
  test(`a gateway secret that is ${what} and cannot be had blocks the start with 78 (seeds 61, 94)`, async () => {
    await using home = await tempHome();
    await home.write(FILE, { gateway: { mode: "local", auth: { token } }, ...more });
    for (const flags of [[], ["--allow-unconfigured"]]) {
      const { code, stderr } = await runOpenclaw(["gateway", "--port", String(await freePort()), ...flags], {
        home: home.path,
      });
      expect(code).toBe(78);
      expect(stderr).toContain("Gateway start blocked:");
      expect(stderr).toContain("gateway.auth.token");
    }
  });
}

test("a reference in the configuration wins over the environment, for gateway and commands alike (seed 94)", async () => {
  await using home = await tempHome();
  const ref = { source: "env", provider: "default", id: "REAL_TOKEN" };
  await home.write(FILE, { gateway: { mode: "local", auth: { token: ref } } });
  const env = { REAL_TOKEN: "the-referenced-one", OPENCLAW_GATEWAY_TOKEN: "the-exported-one" };
  await using gateway = await start(home, [], env);
  expect(await connect(gateway.port, { token: "the-referenced-one" })).toBe("ok");
  const asked = await runOpenclaw(["gateway", "health", "--port", String(gateway.port)], {
    home: home.path,
    env,
  });
  expect({ code: asked.code, stderr: asked.stderr }).toEqual({ code: 0, stderr: "" });
});
