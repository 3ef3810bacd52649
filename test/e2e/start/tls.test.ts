import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { rename } from "node:fs/promises";
import { freePort, runOpenclaw, type TempHome, tempHome } from "../../support/index.ts";
import { fakeTool, startProgram } from "../program.ts";

const FILE = ".openclaw/openclaw.json";
const TOKEN = "tls-token-0123456789";

async function secureGateway(home: TempHome, tls: object = { enabled: true }) {
  const port = await freePort();
  await home.write(FILE, { gateway: { mode: "local", port, tls, auth: { token: TOKEN } } });
  const program = await startProgram(["gateway"], { home });
  await program.said(/\bready\b/);
  return { port, output: program.output, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

test("gateway.tls makes a private key pair and serves https and wss, and no plain http (seed 115)", async () => {
  await using home = await tempHome();
  await using gateway = await secureGateway(home);
  const files = ["gateway-key.pem", "gateway-cert.pem"].map((name) => home.at(".openclaw/gateway/tls", name));
  for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(home.at(".openclaw/gateway/tls")).mode & 0o777).toBe(0o700);
  expect(gateway.output()).toContain(`listening on wss://127.0.0.1:${gateway.port}`);
  const insecure = { tls: { rejectUnauthorized: false } };
  const https = await fetch(`https://127.0.0.1:${gateway.port}/healthz`, insecure);
  expect(await https.json()).toEqual({ ok: true, status: "live" });
  expect(await fetch(`http://127.0.0.1:${gateway.port}/healthz`).catch(() => "refused")).toBe("refused");
  const local = await runOpenclaw(["gateway", "health"], { home: home.path });
  expect({ code: local.code, stderr: local.stderr }).toEqual({ code: 0, stderr: "" });
});

test("the certificate's fingerprint lets a client in and a wrong one does not (seed 115)", async () => {
  await using home = await tempHome();
  await using gateway = await secureGateway(home);
  const pem = await Bun.file(home.at(".openclaw/gateway/tls/gateway-cert.pem")).text();
  const { fingerprint256 } = new X509Certificate(pem);
  await using elsewhere = await tempHome();
  const ask = (fingerprint: string) =>
    runOpenclaw(
      [
        ...["gateway", "call", "health", "--json", "--url", `wss://127.0.0.1:${gateway.port}`],
        ...["--token", TOKEN, "--tls-fingerprint", fingerprint],
      ],
      { home: elsewhere.path },
    );
  const right = await ask(fingerprint256);
  expect({ code: right.code, ok: JSON.parse(right.stdout).ok }).toEqual({ code: 0, ok: true });
  const [first = ""] = fingerprint256;
  const wrong = await ask(`${first === "0" ? "1" : "0"}${fingerprint256.slice(1)}`);
  expect(wrong.code).toBe(1);
  expect(wrong.stdout + wrong.stderr).toMatch(/fingerprint/i);
});

test("the key pair is kept across starts, so that pinned clients stay (seed 115)", async () => {
  await using home = await tempHome();
  const cert = home.at(".openclaw/gateway/tls/gateway-cert.pem");
  await (await secureGateway(home))[Symbol.asyncDispose]();
  const first = await Bun.file(cert).text();
  await (await secureGateway(home))[Symbol.asyncDispose]();
  expect(await Bun.file(cert).text()).toBe(first);
});

test("a certificate of one's own, given with ~, is served, and local commands know it (seed 115)", async () => {
  await using home = await tempHome();
  await (await secureGateway(home))[Symbol.asyncDispose]();
  await rename(home.at(".openclaw/gateway/tls"), home.at("mine"));
  const own = { enabled: true, certPath: "~/mine/gateway-cert.pem", keyPath: "~/mine/gateway-key.pem" };
  await using gateway = await secureGateway(home, own);
  expect(existsSync(home.at(".openclaw/gateway/tls"))).toBe(false);
  const { code, stderr } = await runOpenclaw(["gateway", "health"], { home: home.path });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(gateway.output()).toContain("wss://");
});

const BROKEN: [string, object, RegExp][] = [
  ["is missing and not to be made", { enabled: true, autoGenerate: false }, /gateway\.tls: no certificate/],
  ["lacks its key", { enabled: true, certPath: "half.pem", keyPath: "none.pem" }, /none\.pem cannot be read/],
  [
    "is no certificate",
    { enabled: true, certPath: "bad.pem", keyPath: "bad.pem" },
    /bad\.pem is not in PEM form/,
  ],
];

for (const [what, tls, text] of BROKEN) {
  test(`a certificate that ${what} stops the start with its reason (seed 115)`, async () => {
    await using home = await tempHome();
    await home.write("half.pem", "half");
    await home.write("bad.pem", "bad");
    const paths = Object.entries(tls).map(([key, value]) => [
      key,
      typeof value === "string" ? home.at(value) : value,
    ]);
    await home.write(FILE, {
      gateway: { mode: "local", tls: Object.fromEntries(paths), auth: { token: TOKEN } },
    });
    const { code, stderr } = await runOpenclaw(["gateway", "--port", String(await freePort())], {
      home: home.path,
    });
    expect(code).toBe(78);
    expect(stderr).toMatch(text);
    expect(stderr).not.toContain("    at ");
  });
}

async function fakeTailscale(home: TempHome, exitCode = 0) {
  const dir = await fakeTool(
    home,
    "tools",
    "tailscale",
    `echo "$@" >> "${home.at("asked")}"; echo "tailscale says no" >&2; exit ${exitCode}`,
  );
  const asked = async () =>
    existsSync(home.at("asked")) ? (await Bun.file(home.at("asked")).text()).trim().split("\n") : [];
  return { env: { PATH: `${dir}:/usr/bin:/bin`, OPENCLAW_GATEWAY_TOKEN: TOKEN }, asked };
}

test("tailscale serve is offered a port of its own, and withdrawn at the stop (seed 115)", async () => {
  await using home = await tempHome();
  const { env, asked } = await fakeTailscale(home);
  const port = await freePort();
  const args = ["gateway", "--allow-unconfigured", "--port", String(port), "--tailscale", "serve"];
  await using gateway = await startProgram(args, { home, env });
  await gateway.said(/\bready\b/);
  const [offer = ""] = await asked();
  const offered = Number(/^serve --bg --yes (\d+)$/.exec(offer)?.[1]);
  expect(offered).toBeGreaterThan(0);
  expect(offered).not.toBe(port);
  expect((await fetch(`http://127.0.0.1:${offered}/healthz`)).status).toBe(200);
  gateway.signal("SIGTERM");
  expect(await gateway.exited).toBe(0);
  expect((await asked()).at(-1)).toBe("serve reset");
});

test("a restart withdraws and offers again; preserveFunnel leaves a funnel as it is (seed 115)", async () => {
  await using home = await tempHome();
  const { env, asked } = await fakeTailscale(home);
  await home.write(FILE, {
    gateway: {
      mode: "local",
      port: await freePort(),
      auth: { mode: "password", password: "long enough for the internet" },
      tailscale: { mode: "funnel", preserveFunnel: true },
    },
  });
  await using gateway = await startProgram(["gateway"], { home, env });
  await gateway.said(/\bready\b/);
  gateway.signal("SIGUSR1");
  await gateway.said(/stopped for a restart[^]*\bready\b/);
  gateway.signal("SIGTERM");
  expect(await gateway.exited).toBe(0);
  expect((await asked()).every((line) => /^funnel --bg --yes \d+$/.test(line))).toBe(true);
});

test("tailscale that is missing, or refuses, stops the start and says why (seed 115)", async () => {
  await using home = await tempHome();
  await home.write("empty/.keep", "");
  const start = (env: Record<string, string>) =>
    runOpenclaw(["gateway", "--allow-unconfigured", "--port", "28795", "--tailscale", "serve"], {
      home: home.path,
      env,
    });
  const missing = await start({ PATH: home.at("empty"), OPENCLAW_GATEWAY_TOKEN: TOKEN });
  expect(missing.code).toBe(78);
  expect(missing.stderr).toContain("the tailscale command was not found");
  const refusing = await start((await fakeTailscale(home, 3)).env);
  expect(refusing.code).toBe(1);
  expect(refusing.stderr).toContain("tailscale serve refused (exit 3): tailscale says no");
});

test("funnel without a password is refused with 78 before tailscale is asked (seed 115)", async () => {
  await using home = await tempHome();
  const { env, asked } = await fakeTailscale(home);
  const { code, stderr } = await runOpenclaw(["gateway", "--allow-unconfigured", "--tailscale", "funnel"], {
    home: home.path,
    env,
  });
  expect(code).toBe(78);
  expect(stderr).toContain("needs gateway.auth.mode=password");
  expect(await asked()).toEqual([]);
});
