import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { freePort, runOpenclaw, spawnGateway, type TempHome, tempHome } from "../../support/index.ts";
import { startProgram } from "../program.ts";

const FILE = ".openclaw/openclaw.json";
const TOKEN = { OPENCLAW_GATEWAY_TOKEN: "config-token" };

async function start(home: TempHome, args: readonly string[] = []) {
  return runOpenclaw(["gateway", "--port", String(await freePort()), ...args], {
    home: home.path,
    env: TOKEN,
  });
}

test("without a configuration a start is refused with 78 and says what to do (seeds 2, 17)", async () => {
  await using home = await tempHome();
  const { code, stderr } = await start(home);
  expect(code).toBe(78);
  expect(stderr).toContain("Missing config.");
  expect(stderr).toContain("set gateway.mode=local");
  expect(stderr).toContain("--allow-unconfigured");
  expect(existsSync(home.at(FILE))).toBe(false);
});

test("a configuration without gateway.mode, or with another one, blocks the start (seed 236)", async () => {
  await using home = await tempHome();
  await home.write(FILE, { logging: { level: "info" } });
  const missing = await start(home);
  expect(missing.code).toBe(78);
  expect(missing.stderr).toMatch(/Gateway start blocked: .*missing gateway\.mode.*set gateway\.mode=local/);

  await home.write(FILE, { gateway: { mode: "remote", remote: { url: "wss://gw.example" } } });
  const remote = await start(home);
  expect(remote.code).toBe(78);
  expect(remote.stderr).toContain("Gateway start blocked: set gateway.mode=local (current: remote)");
});

test("--allow-unconfigured starts without gateway.mode and writes nothing to the configuration (seed 17)", async () => {
  await using home = await tempHome();
  await using bare = await spawnGateway({ home, token: null });
  await bare.stop();
  expect(existsSync(home.at(FILE))).toBe(false);

  const text = `{ /* mine */ logging: { level: "info" } }\n`;
  await home.write(FILE, text);
  await using some = await spawnGateway({ home, token: null });
  await some.stop();
  expect(await Bun.file(home.at(FILE)).text()).toBe(text);
});

test("a misspelt key stops the start with 78, its line and column, and the right name (seed 2)", async () => {
  await using home = await tempHome();
  await home.write(FILE, `{\n  gateway: {\n    mode: "local",\n    prot: 18789,\n  },\n}\n`);
  const { code, stderr } = await start(home);
  expect(code).toBe(78);
  expect(stderr).toContain("~/.openclaw/openclaw.json is not valid");
  expect(stderr).toMatch(/gateway.*"?prot"?.*port.*line 4, column 5/);
  expect(stderr).toContain("openclaw config validate");
  expect(stderr).toContain("openclaw doctor");
});

const INVALID: [string, string | object, RegExp][] = [
  ["a truncated file", `{ gateway: { mode: "local"`, /line 1, column \d+/],
  ["an empty file", "", /line 1|JSON|empty|expected/i],
  ["no object", "[1, 2]", /must be an object/],
  ["a value of the wrong type", { gateway: { mode: "local", port: "many" } }, /gateway\.port: .*number/],
  ["a value outside the allowed ones", { gateway: { mode: "lokal" } }, /gateway\.mode: .*local.*remote/],
  ["an include that is missing", { $include: "./none.json" }, /none\.json/],
  ["an include that leaves the folder", { $include: "../../etc/passwd" }, /escapes config directory/],
  ["an include of itself", { $include: "./openclaw.json" }, /Circular include detected/],
];

for (const [what, content, text] of INVALID) {
  test(`${what} is refused with 78 and its reason, also unconfigured, and is left as it is (seed 2)`, async () => {
    await using home = await tempHome();
    await home.write(FILE, content);
    const before = await Bun.file(home.at(FILE)).text();
    for (const flags of [[], ["--allow-unconfigured"]]) {
      const { code, stderr, stdout } = await start(home, flags);
      expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
      expect(stderr).toMatch(text);
      expect(stderr).not.toContain("    at ");
    }
    expect(await Bun.file(home.at(FILE)).text()).toBe(before);
  });
}

test("a key that is known and not supported is reported and does not stop the start (seed 5)", async () => {
  await using home = await tempHome();
  await home.write(FILE, {
    gateway: { mode: "local" },
    bridge: { enabled: true },
    telemetry: { enabled: false },
  });
  await using gateway = await startProgram(["gateway", "--port", String(await freePort())], {
    home,
    env: TOKEN,
  });
  await gateway.said(/\bready\b/);
  expect(gateway.output()).toMatch(/config: (bridge|telemetry).*not supported/);
  expect(gateway.output()).toMatch(/config: bridge/);
});

if (process.platform === "linux") {
  test("only the ports of the gateway, of browser control and of the canvas are listened on, no bridge port (seed 5)", async () => {
    await using gateway = await spawnGateway();
    await using operator = await gateway.operator();
    await operator.call("health");
    const listening = Bun.spawnSync(["sh", "-c", "cat /proc/net/tcp /proc/net/tcp6"]).stdout.toString();
    const inodes = new Set(
      Bun.spawnSync(["sh", "-c", `ls -l /proc/${gateway.pid}/fd`])
        .stdout.toString()
        .matchAll(/socket:\[(\d+)\]/g)
        .map(([, inode]) => inode),
    );
    const ports = listening.split("\n").flatMap((line) => {
      const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/);
      return state === "0A" && inodes.has(inode) ? [Number.parseInt(local.split(":")[1] ?? "", 16)] : [];
    });
    expect(new Set(ports)).toEqual(new Set([gateway.port, gateway.port + 2, gateway.port + 4]));
  });
}

test("the file at OPENCLAW_CONFIG_PATH is the one that counts (seeds 32, 33)", async () => {
  await using home = await tempHome();
  await home.write(FILE, "not even JSON");
  const port = await freePort();
  const elsewhere = await home.write("elsewhere.json", { gateway: { mode: "local", port } });
  await using gateway = await startProgram(["gateway"], {
    home,
    env: { ...TOKEN, OPENCLAW_CONFIG_PATH: elsewhere },
  });
  await gateway.said(`listening on ws://127.0.0.1:${port}`);
  const file = await runOpenclaw(["config", "file"], { home: home.path });
  expect(file.stdout.trim()).toMatch(/\.openclaw\/openclaw\.json$/);
});

test("an older configuration at ~/.clawdbot/clawdbot.json is read (seed 33)", async () => {
  await using home = await tempHome();
  const port = await freePort();
  await home.write(".clawdbot/clawdbot.json", { gateway: { mode: "local", port } });
  await using gateway = await startProgram(["gateway"], { home, env: TOKEN });
  await gateway.said(`listening on ws://127.0.0.1:${port}`);
  expect(existsSync(home.at(".openclaw"))).toBe(false);
});
