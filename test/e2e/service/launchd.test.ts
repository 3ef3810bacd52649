import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { build } from "plist";
import { FakeLaunchctl } from "../../fakes/launchctl/index.ts";
import { readPlist } from "../../fakes/launchctl/plist.ts";
import { freePort, openclawBinary, runOpenclaw, type TempHome, tempHome } from "../../support/index.ts";

const LABEL = "ai.openclaw.gateway";

/** Longest run of one command: each waits for what it promises. */
const COMMAND_TIMEOUT_MS = 40_000;

/** A Mac with the compiled program: commands answer with their one document. */
async function mac() {
  const home = await tempHome();
  const launchd = new FakeLaunchctl(home);
  const port = await freePort();
  return {
    home,
    launchd,
    port,
    plistPath: home.at("Library/LaunchAgents", `${LABEL}.plist`),
    async json(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
      const { code, stdout } = await runOpenclaw([...argv, "--json"], {
        home: home.path,
        env: { PATH: launchd.path, OPENCLAW_SERVICE_MANAGER: "launchd", ...env },
        timeoutMs: COMMAND_TIMEOUT_MS,
      });
      const document: Record<string, unknown> = { ...JSON.parse(stdout), code };
      return document;
    },
    async isReady() {
      return (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200;
    },
    async [Symbol.asyncDispose]() {
      await launchd[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

async function plant(home: TempHome, label: string): Promise<string> {
  const ProgramArguments = ["/usr/local/bin/clawdbot", "gateway"];
  return home.write(`Library/LaunchAgents/${label}.plist`, build({ Label: label, ProgramArguments }));
}

test("B17: seeds 118–124, 127–132, 136: a Mac's day with the compiled program, from install to uninstall", async () => {
  await using bed = await mac();
  expect(await bed.json(["gateway", "restart"])).toMatchObject({
    code: 1,
    hints: expect.arrayContaining(["Install it: openclaw gateway install"]),
  });
  const legacy = await Promise.all(
    ["com.openclaw.gateway", "bot.molt.gateway", "com.clawdbot.gateway"].map((label) =>
      plant(bed.home, label),
    ),
  );

  const installed = await bed.json(["gateway", "install", "--port", String(bed.port)]);
  expect(installed).toMatchObject({ code: 0, ok: true, result: "installed" });
  expect(await bed.isReady()).toBe(true);
  expect(legacy.filter((path) => existsSync(path))).toEqual([]);
  const plist = readPlist(bed.plistPath);
  expect(plist).toMatchObject({ Label: LABEL, KeepAlive: true, RunAtLoad: true });
  expect<unknown>(plist["ProgramArguments"]).toEqual([
    await openclawBinary(),
    "gateway",
    "--port",
    String(bed.port),
  ]);
  const token: unknown = JSON.parse(readFileSync(bed.home.at(".openclaw/openclaw.json"), "utf8")).gateway.auth
    .token;
  expect(readFileSync(bed.plistPath, "utf8")).not.toContain(String(token));

  const pid = await bed.launchd.running(LABEL);
  const env = { OPENCLAW_GATEWAY_PORT: String(bed.port) };
  expect(await bed.json(["gateway", "status"], env)).toMatchObject({
    code: 0,
    service: {
      label: "LaunchAgent",
      loaded: true,
      command: { sourcePath: bed.plistPath },
      runtime: { status: "running", state: "running", pid },
      configAudit: { ok: true },
    },
    rpc: { ok: true },
  });
  expect(await bed.json(["gateway", "install"], env)).toMatchObject({ code: 0, result: "already-installed" });

  process.kill(pid, "SIGKILL");
  const respawned = await bed.launchd.running(LABEL, pid);
  expect(await bed.json(["gateway", "restart"], env)).toMatchObject({ code: 0, result: "restarted" });
  const restarted = await bed.launchd.running(LABEL, respawned);

  expect(await bed.json(["gateway", "stop"], env)).toMatchObject({ code: 0, result: "stopped" });
  expect(() => process.kill(restarted, 0)).toThrow();
  expect(bed.launchd.disabled).toEqual([]);
  expect(await bed.json(["gateway", "start"], env)).toMatchObject({ code: 0, result: "started" });
  expect(await bed.isReady()).toBe(true);

  expect(await bed.json(["gateway", "stop", "--disable"], env)).toMatchObject({ code: 0, result: "stopped" });
  expect(await bed.json(["gateway", "stop", "--disable"], env)).toMatchObject({
    code: 0,
    result: "not-loaded",
  });
  expect(bed.launchd.disabled).toEqual([LABEL]);
  expect(await bed.json(["gateway", "restart"], env)).toMatchObject({ code: 1 });
  expect(bed.launchd.isLoaded(LABEL)).toBe(false);
  expect(await bed.json(["gateway", "start"], env)).toMatchObject({ code: 0, result: "started" });
  expect(bed.launchd.disabled).toEqual([]);

  expect(await bed.json(["gateway", "uninstall"], env)).toMatchObject({ code: 0, result: "uninstalled" });
  expect(existsSync(bed.plistPath)).toBe(false);
  expect(bed.launchd.isLoaded(LABEL)).toBe(false);
  expect(await bed.json(["gateway", "uninstall"], env)).toMatchObject({ code: 0, result: "uninstalled" });
}, 120_000);

test("the gateway has its secrets from the service's private file, and neither launchd nor its process table has them", async () => {
  await using bed = await mac();
  const token = "canary-0123456789abcdef0123456789";
  await bed.home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local", port: bed.port, auth: { mode: "token", token: "${CANARY_TOKEN}" } },
  });
  const installed = await bed.json(["gateway", "install"], { CANARY_TOKEN: token });
  expect(installed).toMatchObject({ code: 0, result: "installed" });
  const pid = await bed.launchd.running(LABEL);
  expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toContain("canary");
  expect(readFileSync(bed.plistPath, "utf8")).not.toContain("canary");
  const health = await bed.json([
    "gateway",
    "call",
    "health",
    "--token",
    token,
    "--url",
    `ws://127.0.0.1:${bed.port}`,
  ]);
  expect(health).toMatchObject({ code: 0, ok: true });
  // A shell that does not have the variable takes nothing away.
  expect(await bed.json(["gateway", "install", "--force"])).toMatchObject({ code: 0, result: "installed" });
  expect(readFileSync(bed.home.at(".openclaw/service-env", `${LABEL}.env`), "utf8")).toContain(token);
}, 60_000);

test("seed 126: over ssh, without a desktop session, install is refused before anything is written", async () => {
  await using bed = await mac();
  bed.launchd.fail({ session: false });
  expect(await bed.json(["gateway", "install", "--port", String(bed.port)])).toMatchObject({
    code: 1,
    ok: false,
    error: expect.stringContaining("No desktop session of this user is open"),
  });
  expect(existsSync(bed.home.at("Library"))).toBe(false);
});
