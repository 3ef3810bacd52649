import { expect, test } from "bun:test";
import { runOpenclaw, freePort, type TempHome, tempHome } from "../../support/index.ts";
import { startProgram } from "../program.ts";

const TOKEN = { OPENCLAW_GATEWAY_TOKEN: "port-token" };

/** Starts, and returns the port that was tried: the one listened on, or the one that somebody else holds. */
async function portTried(home: TempHome, args: readonly string[], env: Record<string, string> = {}) {
  await using gateway = await startProgram([...args, "--allow-unconfigured"], {
    home,
    env: { ...TOKEN, ...env },
  });
  await gateway.said(/listening on ws:|EADDRINUSE/);
  return Number(
    /listening on ws:\/\/127\.0\.0\.1:(\d+)|Port (\d+) is already in use/
      .exec(gateway.output())
      ?.slice(1)
      .find((port) => port !== undefined),
  );
}

async function health(port: number): Promise<unknown> {
  return (await fetch(`http://127.0.0.1:${port}/healthz`)).json();
}

test("openclaw gateway --port starts in the foreground and answers /healthz (seed 8)", async () => {
  await using home = await tempHome();
  for (const words of [["gateway"], ["gateway", "run"]]) {
    const port = await freePort();
    await using gateway = await startProgram([...words, "--port", String(port), "--allow-unconfigured"], {
      home,
      env: TOKEN,
    });
    await gateway.said(/\bready\b/);
    expect(await health(port)).toEqual({ ok: true, status: "live" });
    gateway.signal("SIGTERM");
    expect(await gateway.exited).toBe(0);
  }
});

test("without any setting the port is 18789, also for the default profile by name (seed 9)", async () => {
  await using home = await tempHome();
  expect(await portTried(home, ["gateway"])).toBe(18_789);
  expect(await portTried(home, ["--profile", "default", "gateway"])).toBe(18_789);
});

test("--dev listens on 19001 with a state folder and a configuration of its own (seeds 167, 170, 171, 172)", async () => {
  await using home = await tempHome();
  expect(await portTried(home, ["--dev", "gateway"])).toBe(19_001);
  const file = await runOpenclaw(["--dev", "config", "file"], { home: home.path });
  expect(file.stdout.trim()).toMatch(/\.openclaw-dev\/openclaw\.json$/);
  expect(await Bun.file(home.at(".openclaw-dev/state/openclaw.sqlite")).exists()).toBe(true);
});

test("a named profile has a port of its own that does not change (seed 9)", async () => {
  await using home = await tempHome();
  expect(await portTried(home, ["--profile", "rescue", "gateway"])).toBe(23_532);
  expect(await portTried(home, ["gateway"], { OPENCLAW_PROFILE: "rescue" })).toBe(23_532);
});

test("the port is the flag's, else the environment's, else the configuration's (seed 72)", async () => {
  await using home = await tempHome();
  const [flag, env, config] = [await freePort(), await freePort(), await freePort()];
  await home.write(".openclaw/openclaw.json", { gateway: { mode: "local", port: config } });
  const variable = { OPENCLAW_GATEWAY_PORT: String(env) };
  expect(await portTried(home, ["gateway", "--port", String(flag)], variable)).toBe(flag);
  expect(await portTried(home, ["gateway"], variable)).toBe(env);
  expect(await portTried(home, ["gateway"])).toBe(config);
  expect(await portTried(home, ["gateway"], { CLAWDBOT_GATEWAY_PORT: String(env) })).toBe(env);
});

test("every dev setting can be overridden by flag, environment and configuration (seed 177)", async () => {
  await using home = await tempHome();
  const [flag, env, config] = [await freePort(), await freePort(), await freePort()];
  expect(await portTried(home, ["--dev", "gateway", "--port", String(flag)])).toBe(flag);
  expect(await portTried(home, ["--dev", "gateway"], { OPENCLAW_GATEWAY_PORT: String(env) })).toBe(env);
  await home.write("elsewhere/openclaw.json", { gateway: { mode: "local", port: config } });
  const moved = {
    OPENCLAW_CONFIG_PATH: home.at("elsewhere/openclaw.json"),
    OPENCLAW_STATE_DIR: home.at("state-elsewhere"),
  };
  expect(await portTried(home, ["--dev", "gateway"], moved)).toBe(config);
  expect(await Bun.file(home.at("state-elsewhere/state/openclaw.sqlite")).exists()).toBe(true);
});

test("a bad value of a flag is refused before anything is read, naming the good ones (seed 8)", async () => {
  await using home = await tempHome();
  const cases: [string[], RegExp][] = [
    [["--port", "abc"], /Invalid --port.*1 to 65535/],
    [["--port", "0"], /Invalid --port/],
    [["--bind", "everywhere"], /loopback.*lan.*tailnet.*auto.*custom/],
    [["--auth", "maybe"], /none.*token.*password.*trusted-proxy/],
    [["--tailscale", "yes"], /off.*serve.*funnel/],
    [["--ws-log", "all"], /auto.*full.*compact/],
  ];
  for (const [flags, text] of cases) {
    const { code, stderr, stdout } = await runOpenclaw(["gateway", ...flags], { home: home.path });
    expect({ flags, code, stdout }).toEqual({ flags, code: 1, stdout: "" });
    expect(stderr).toMatch(text);
    expect(stderr).not.toContain("Missing config");
  }
});

test("a variable that cannot be used is named, and counts as unset (seed 72)", async () => {
  await using home = await tempHome();
  const port = await freePort();
  await using gateway = await startProgram(["gateway", "--port", String(port), "--allow-unconfigured"], {
    home,
    env: { ...TOKEN, OPENCLAW_GATEWAY_PORT: "eighty", OPENCLAW_HANDSHAKE_TIMEOUT_MS: "-1" },
  });
  await gateway.said(/\bready\b/);
  expect(gateway.output()).toMatch(/OPENCLAW_GATEWAY_PORT must be a whole number.*"eighty"/);
  expect(gateway.output()).toMatch(/OPENCLAW_HANDSHAKE_TIMEOUT_MS must be/);
});
