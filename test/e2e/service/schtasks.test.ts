import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { type FakeScheduler, fakeScheduler } from "../../fakes/schtasks/index.ts";
import { freePort, type RunResult, runOpenclaw, type TempHome, tempHome } from "../../support/index.ts";

/** Longest run of one command: each waits for what it promises. */
const COMMAND_TIMEOUT_MS = 40_000;

/** A home on a machine whose supervisor is a double of the Task Scheduler. */
interface WindowsBed extends AsyncDisposable {
  readonly home: TempHome;
  readonly scheduler: FakeScheduler;
  readonly port: number;
  run(args: readonly string[]): Promise<RunResult>;
  /** The one JSON document a command prints, with its exit code. */
  json(args: readonly string[]): Promise<Record<string, unknown>>;
  startup(name: string): string;
}

async function windowsBed(): Promise<WindowsBed> {
  const home = await tempHome();
  const scheduler = fakeScheduler(home.at("task-scheduler"));
  const port = await freePort();
  const env = {
    PATH: scheduler.path,
    OPENCLAW_SERVICE_MANAGER: "schtasks",
    OPENCLAW_GATEWAY_PORT: String(port),
    USERNAME: "me",
    USERDOMAIN: "DESKTOP-1",
    APPDATA: home.at("AppData/Roaming"),
  };
  const run = (args: readonly string[]) =>
    runOpenclaw(args, { home: home.path, env, timeoutMs: COMMAND_TIMEOUT_MS });
  return {
    home,
    scheduler,
    port,
    run,
    async json(args) {
      const { code, stdout } = await run([...args, "--json"]);
      return { ...JSON.parse(stdout), code };
    },
    startup: (name) => home.at("AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup", name),
    async [Symbol.asyncDispose]() {
      // Whatever still runs, however it was started.
      await run(["gateway", "stop"]);
      scheduler[Symbol.dispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

test("B19: seed 79, 159, 162: install, status --json, restart, stop, start and uninstall of the task on the executable", async () => {
  await using bed = await windowsBed();
  const { scheduler, port } = bed;
  const command = "C:\\openclaw\\old.exe";
  const action = `<Exec><Command>${command}</Command><Arguments>gateway</Arguments></Exec>`;
  scheduler.plant("My Bot", `<Task><Actions>${action}</Actions></Task>`);
  const installed = await bed.json(["gateway", "install"]);
  expect(installed).toMatchObject({
    code: 0,
    ok: true,
    result: "installed",
    service: { label: "Scheduled Task", loaded: true, loadedText: "registered" },
    gateway: { port, pid: scheduler.pidOf("OpenClaw Gateway") },
  });
  expect(scheduler.calls()).toContainEqual(["/Run", "/TN", "OpenClaw Gateway"]);
  const xml = scheduler.xmlOf("OpenClaw Gateway") ?? "";
  expect(xml).toContain(`gateway --port ${port} --service-env`);
  expect(xml).not.toContain(".cmd");

  const status = await bed.json(["gateway", "status", "--require-rpc", "--deep"]);
  expect(status).toMatchObject({
    code: 0,
    service: {
      label: "Scheduled Task",
      installed: true,
      loaded: true,
      runtime: { status: "running", state: "running" },
      configAudit: { ok: true, issues: [] },
    },
    rpc: { ok: true },
    extraServices: [
      { platform: "win32", label: "My Bot", detail: "task: My Bot", marker: "openclaw", legacy: false },
    ],
  });

  expect(await bed.json(["gateway", "install"])).toMatchObject({ code: 0, result: "already-installed" });
  const restarted = await bed.json(["gateway", "restart"]);
  expect(restarted).toMatchObject({ code: 0, result: "restarted", gateway: { port } });
  expect(restarted["gateway"]).not.toMatchObject({ pid: Reflect.get(Object(installed["gateway"]), "pid") });
  expect(await bed.json(["gateway", "stop"])).toMatchObject({ code: 0, result: "stopped" });
  expect(await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => "gone")).toBe("gone");
  expect(await bed.json(["gateway", "stop", "--disable"])).toMatchObject({ code: 0 });
  expect(await bed.json(["gateway", "status", "--no-probe"])).toMatchObject({
    service: { loaded: false, disabledByOperator: true, runtime: { status: "stopped" } },
  });
  expect(await bed.json(["gateway", "start"])).toMatchObject({ code: 0, result: "started" });
  expect(await bed.json(["gateway", "uninstall"])).toMatchObject({ code: 0, result: "uninstalled" });
  expect(scheduler.xmlOf("OpenClaw Gateway")).toBeUndefined();
  expect(await bed.json(["gateway", "restart"])).toMatchObject({ code: 1, ok: false });
}, 30_000);

test("B19: stop and restart have the gateway drain and end by itself; one that cannot be asked is ended by the Task Scheduler", async () => {
  await using bed = await windowsBed();
  const { scheduler } = bed;
  const ends = () => scheduler.calls().filter(([verb]) => verb === "/End").length;
  const log = () => readFileSync(bed.home.at("gateway.log"), "utf8");
  await bed.home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local" },
    logging: { file: bed.home.at("gateway.log") },
  });
  expect(await bed.json(["gateway", "install"])).toMatchObject({ code: 0 });
  expect(await bed.json(["gateway", "restart"])).toMatchObject({ code: 0, result: "restarted" });
  expect([ends(), log().split("shutdown completed cleanly").length - 1]).toEqual([0, 1]);
  expect(await bed.json(["gateway", "stop"])).toMatchObject({ code: 0, result: "stopped" });
  expect([ends(), log().split("shutdown completed cleanly").length - 1]).toEqual([0, 2]);
  const lifecycle = readFileSync(bed.home.at(".openclaw/logs/gateway-restart.log"), "utf8");
  expect(lifecycle).toMatch(/action=stop mode=schtasks-end[^\n]*\n[^\n]*action=stop mode=rpc pid=\d+/);

  expect(await bed.json(["gateway", "start"])).toMatchObject({ code: 0, result: "started" });
  const pid = scheduler.pidOf("OpenClaw Gateway") ?? 0;
  process.kill(pid, "SIGSTOP");
  expect(await bed.json(["gateway", "stop"])).toMatchObject({ code: 0, result: "stopped" });
  expect([ends(), log().split("shutdown completed cleanly").length - 1]).toEqual([1, 2]);
}, 30_000);

test("seed 160: a profile's task is OpenClaw Gateway (<profile>), runs that profile, and replaces the one of an earlier name", async () => {
  await using bed = await windowsBed();
  const { scheduler } = bed;
  scheduler.plant("Clawdbot Gateway (rescue)", "<Task><Actions><Exec/></Actions></Task>");
  const installed = await bed.json(["--profile", "rescue", "gateway", "install"]);
  expect(installed).toMatchObject({ code: 0, result: "installed" });
  expect(scheduler.xmlOf("OpenClaw Gateway (rescue)")).toBeDefined();
  expect(scheduler.xmlOf("OpenClaw Gateway")).toBeUndefined();
  expect(scheduler.xmlOf("Clawdbot Gateway (rescue)")).toBeUndefined();
  // The task has no variables: what makes it this profile's gateway comes from the file.
  expect(readFileSync(bed.home.at(".openclaw-rescue/gateway.task.env"), "utf8")).toContain(
    'OPENCLAW_PROFILE="rescue"',
  );
  expect(existsSync(bed.home.at(".openclaw"))).toBe(false);
  expect(await bed.json(["--profile", "rescue", "gateway", "stop"])).toMatchObject({ result: "stopped" });
}, 30_000);

test("B19: seed 161: denied the task, the login item starts the gateway from gateway.cmd in the state folder, and the answer says so", async () => {
  await using bed = await windowsBed();
  bed.scheduler.fail({ denied: ["/Create"] });
  const { code, stdout, stderr } = await bed.run(["gateway", "install"]);
  const [entry, script] = [bed.startup("OpenClaw Gateway.cmd"), bed.home.at(".openclaw/gateway.cmd")];
  expect([code, stderr]).toEqual([0, expect.stringContaining(script)]);
  expect(stdout).toContain(`Installed Windows login item: ${entry}`);
  expect(readFileSync(entry, "utf8")).toContain(`"${script}"`);
  expect(await bed.json(["gateway", "status"])).toMatchObject({
    service: { label: "Windows login item", installed: true, runtime: { status: "running" } },
    rpc: { ok: true },
  });
  expect(await bed.json(["gateway", "restart"])).toMatchObject({ code: 0, result: "restarted" });
  expect(await bed.json(["gateway", "stop"])).toMatchObject({ code: 0, result: "stopped" });
  expect(await bed.json(["gateway", "uninstall"])).toMatchObject({ code: 0, result: "uninstalled" });
  expect([existsSync(entry), existsSync(script)]).toEqual([false, false]);
}, 30_000);

test("a gateway whose service's variables are gone does not start as another gateway, and says what mends it", async () => {
  await using home = await tempHome();
  const gone = home.at("gone.env");
  const { code, stderr } = await runOpenclaw(["gateway", "--allow-unconfigured", "--service-env", gone], {
    home: home.path,
  });
  expect(code).toBe(78);
  expect(stderr).toContain(gone);
  expect(stderr).toContain("openclaw gateway install --force");
});
