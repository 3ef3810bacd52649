import { expect, test } from "bun:test";
import { FakeLaunchctl } from "../../fakes/launchctl/index.ts";
import { fakeScheduler } from "../../fakes/schtasks/index.ts";
import { freePort, runOpenclaw, type TempHome, tempHome } from "../../support/index.ts";

/** Eight commands, each of which waits for what it promises. */
const DAY_MS = 60_000;

/** What a command line prints about a service of this supervisor, step by step. */
async function day(home: TempHome, env: Readonly<Record<string, string>>) {
  const port = await freePort();
  const run = (argv: readonly string[]) => runOpenclaw(argv, { home: home.path, env, timeoutMs: 40_000 });
  const absent = await run(["gateway", "status"]);
  const installed = await run(["gateway", "install", "--port", String(port)]);
  const running = await run(["gateway", "status"]);
  const again = await run(["gateway", "start"]);
  const restarted = await run(["gateway", "restart"]);
  const stopped = await run(["gateway", "stop"]);
  const idle = await run(["gateway", "status"]);
  const removed = await run(["gateway", "uninstall"]);
  const codes = [absent, installed, running, again, restarted, stopped, idle, removed].map(
    ({ code }) => code,
  );
  expect(codes).toEqual(Array.from({ length: 8 }, () => 0));
  const answers = `Gateway answers: ws://127.0.0.1:${port}`;
  for (const { stdout } of [installed, restarted]) expect(stdout).toContain(answers);
  expect(running.stdout).toContain("Runtime: running (pid ");
  expect(running.stdout).toContain("Connectivity probe: ok");
  expect(again.stdout).toMatch(/^Gateway service already running \(pid \d+\)\.$/m);
  expect(idle.stdout).toContain("Runtime: stopped");
  expect(idle.stderr).toContain("Start it: openclaw gateway start");
  return { absent, installed, running, stopped };
}

test(
  "seed 118: the same commands tell the same of a LaunchAgent",
  async () => {
    await using home = await tempHome();
    await using launchd = new FakeLaunchctl(home);
    const said = await day(home, { PATH: launchd.path, OPENCLAW_SERVICE_MANAGER: "launchd" });
    expect(said.absent.stdout).toContain("Service: LaunchAgent (not loaded)");
    expect(said.running.stdout).toContain("Service: LaunchAgent (loaded)");
    expect(said.stopped.stdout).toStartWith("Stopped LaunchAgent: gui/");
  },
  DAY_MS,
);

test(
  "seed 162: the same commands tell the same of a Scheduled Task",
  async () => {
    await using home = await tempHome();
    using scheduler = fakeScheduler(home.at("scheduler"));
    const said = await day(home, {
      PATH: scheduler.path,
      OPENCLAW_SERVICE_MANAGER: "schtasks",
      APPDATA: home.at("AppData/Roaming"),
      USERNAME: "me",
    });
    expect(said.running.stdout).toContain("Service: Scheduled Task (registered)");
    expect(said.stopped.stdout).toContain("Stopped Scheduled Task: OpenClaw Gateway");
  },
  DAY_MS,
);
