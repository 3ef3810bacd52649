import { expect, setDefaultTimeout, test } from "bun:test";
import { freePort, within } from "../../support/index.ts";
import { serviceBed, UNIT } from "./bed.ts";

// A dozen programs one after the other, each of which waits for what it promises.
setDefaultTimeout(60_000);

test("seed 80, 81, 83–85, 21, 24–26: status tells supervisor, files, drift and reachability of the service's own port", async () => {
  const cliPort = await freePort();
  await using bed = await serviceBed({ gateway: { port: cliPort } });
  await bed.run(["gateway", "install", "--port", String(bed.port)]);
  const { code, stdout, stderr } = await bed.run(["gateway", "status"]);
  expect(code).toBe(0);
  const lines = stdout.split("\n");
  for (const line of [
    "Service: systemd user (enabled)",
    `Service file: ~/.config/systemd/user/${UNIT}`,
    "Working dir: ~",
    `Service env: OPENCLAW_GATEWAY_PORT=${bed.port}`,
    "Config (cli): ~/.openclaw/openclaw.json",
    "Config (service): ~/.openclaw/openclaw.json",
    `Gateway: bind=loopback (127.0.0.1), port=${bed.port} (service args)`,
    `Probe target: ws://127.0.0.1:${bed.port}`,
    `Dashboard: http://127.0.0.1:${bed.port}/`,
    "Connectivity probe: ok",
    "Capability: admin-capable",
    `Listening: 127.0.0.1:${bed.port}`,
    "Troubles: run openclaw status",
  ])
    expect(lines).toContain(line);
  expect(stdout).toMatch(/^Command: \S+ gateway --port \d+$/m);
  expect(stdout).toMatch(/^Runtime: running \(pid \d+, state active, sub running, last exit 0, reason 0\)$/m);
  expect(stderr).toContain(`Note: CLI config resolves gateway port=${cliPort} (free).`);

  const report = await bed.json(["gateway", "status"]);
  expect(Object.keys(report).sort()).toEqual(
    "cli code config extraServices gateway logFile port portCli rpc runtime service".split(" "),
  );
  expect(report).toMatchObject({
    service: {
      label: "systemd user",
      loaded: true,
      loadState: { status: "loaded" },
      targetRole: "target",
      command: { environment: { OPENCLAW_GATEWAY_PORT: String(bed.port) }, sourcePath: bed.unitPath() },
      runtime: { status: "running", state: "active", systemd: { unit: UNIT, nRestarts: 0 } },
      configAudit: { ok: false, issues: [{ code: "gateway-port-mismatch" }] },
    },
    config: { cli: { exists: true, valid: true }, daemon: { exists: true, valid: true } },
    gateway: { port: bed.port, portSource: "service args" },
    portCli: { port: cliPort, status: "free" },
    rpc: { ok: true, kind: "connect" },
  });
  const elsewhere = await bed.json(["gateway", "status", "--port", String(cliPort)]);
  expect(elsewhere).toMatchObject({ gateway: { port: cliPort, portSource: "--port" }, rpc: { ok: false } });

  const deep = await bed.json(["gateway", "status", "--deep"]);
  expect(Object.keys(Object(deep["rpc"]))).toEqual(Object.keys(Object(report["rpc"])));
});

test("seed 84: a gateway that does not respond still runs, by its supervisor's word", async () => {
  await using bed = await serviceBed();
  await bed.run(["gateway", "install", "--port", String(bed.port)]);
  const pid = Number(await Bun.file(bed.home.at(".fake-systemd/run", UNIT)).text());
  process.kill(pid, "SIGSTOP");
  const { code, stdout, stderr } = await bed.run(["gateway", "status", "--timeout", "300"]);
  const strict = await bed.run(["gateway", "status", "--require-rpc", "--timeout", "300"]);
  process.kill(pid, "SIGCONT");
  expect([code, strict.code]).toEqual([0, 1]);
  expect(stdout).toContain("Runtime: running (pid ");
  expect(stderr).toContain("Connectivity probe: failed");
  expect(strict.stderr).toContain("Read probe: failed");
});

test("seed 86, 27: a service that runs with a closed port shows the last error of its log, and where more is", async () => {
  await using bed = await serviceBed();
  await bed.run(["gateway", "install", "--port", String(bed.port)]);
  await bed.run(["gateway", "stop"]);
  const unit = await bed.unit();
  const looping = `ExecStart=/bin/sh -c "exec sleep 600" gateway --port ${bed.port}`;
  await Bun.write(bed.unitPath(), unit.replace(/^ExecStart=.*$/m, looping));
  const { logFile } = await bed.json(["gateway", "status", "--no-probe"]);
  const error = { level: "error", time: new Date().toISOString(), message: "telegram token is not usable" };
  await Bun.write(String(logFile), `${JSON.stringify(error)}\n`);
  const starting = Bun.spawn([bed.home.at("fake-bin/systemctl"), "--user", "start", UNIT], {
    env: { HOME: bed.home.path, PATH: process.env["PATH"] ?? "" },
  });
  expect(await starting.exited).toBe(0);
  const { code, stdout, stderr } = await bed.run(["gateway", "status"]);
  expect(code).toBe(0);
  expect(stdout).toContain("Runtime: running (pid ");
  for (const text of [
    "Connectivity probe: failed",
    "Warm-up: the gateway may still be starting; try again shortly.",
    `Gateway port ${bed.port} is not listening (service appears running).`,
    "telegram token is not usable",
    `journalctl --user -u ${UNIT} -n 50 --no-pager`,
    "Service config issue: The service does not run this installation of the program.",
    "Recommendation: openclaw doctor --fix",
  ])
    expect(stderr).toContain(text);
  expect(await bed.json(["gateway", "status"])).toMatchObject({
    rpc: { ok: false, connectFailure: { kind: "unreachable" } },
  });
  // The journal hangs for a minute: it is a help, and not waited for.
  await bed.systemd.fault({ hang: ["journal"] });
  const hasty = await within("the status", bed.run(["gateway", "status"]));
  expect(hasty.stderr).toContain("telegram token is not usable");
});

test("a stopped service is told from an absent one, and one that was stopped for good from both", async () => {
  await using bed = await serviceBed();
  const absent = await bed.run(["gateway", "status"]);
  expect(absent.stdout).toContain("Service: systemd user (disabled)\n");
  expect(absent.stderr).toContain("Service unit not found.\nRun: openclaw gateway install\n");
  await bed.run(["gateway", "install", "--port", String(bed.port)]);
  await bed.run(["gateway", "stop"]);
  const stopped = await bed.run(["gateway", "status"]);
  expect(stopped.stdout).toContain("Runtime: stopped (state inactive, sub dead, last exit 0, reason exited)");
  expect(stopped.stderr).toContain("Service is loaded but not running");
  expect(stopped.stderr).toContain("tail -n 50 ");
  const env = { OPENCLAW_GATEWAY_PORT: String(bed.port) };
  const asked = await bed.run(["gateway", "health"], env);
  expect([asked.code, asked.stderr]).toEqual([
    1,
    expect.stringContaining("Start it with: openclaw gateway start\n"),
  ]);
  expect((await bed.run(["status"], env)).stdout).toContain("Next: openclaw gateway start");
  await bed.run(["gateway", "stop", "--disable"]);
  const parked = await bed.run(["gateway", "status"]);
  expect(parked.stdout).toContain("Service: systemd user (disabled)");
  expect(parked.stderr).toContain("stopped for good");
  expect(await bed.json(["gateway", "start"])).toMatchObject({ code: 0, result: "started" });
  expect((await bed.run(["gateway", "status"])).stdout).toContain("Service: systemd user (enabled)");
});

test("seed 87, 104: foreign and earlier services are listed with what removes them, those of own profiles are not", async () => {
  await using bed = await serviceBed();
  const unit = (name: string, marker: string) =>
    bed.home.write(
      `.config/systemd/user/${name}`,
      `[Service]\nExecStart=/opt/${marker}/bin/${marker} gateway --port 1\n` +
        `Environment=${marker.toUpperCase()}_SERVICE_MARKER=${marker}\nEnvironment=${marker.toUpperCase()}_SERVICE_KIND=gateway\n`,
    );
  await unit("clawdbot-gateway.service", "clawdbot");
  await unit("my-own.service", "openclaw");
  await bed.json(["--profile", "rescue", "gateway", "install", "--port", String(bed.port)]);
  const { stdout } = await bed.run(["gateway", "status", "--deep"]);
  expect(stdout).toContain("Other gateway-like services detected (best effort):");
  expect(stdout).toContain("- clawdbot-gateway.service (user, unit: ");
  expect(stdout).toContain("- my-own.service (user, unit: ");
  expect(stdout).not.toContain("- openclaw-gateway-rescue.service");
  expect(stdout).toContain("systemctl --user");
  const { extraServices } = await bed.json(["gateway", "status"]);
  expect(extraServices).toContainEqual(
    expect.objectContaining({
      label: "clawdbot-gateway.service",
      scope: "user",
      marker: "clawdbot",
      legacy: true,
    }),
  );
});

test("a supervisor that hangs does not hold the answer back, and is asked nothing more", async () => {
  await using bed = await serviceBed();
  await bed.run(["gateway", "install", "--port", String(bed.port)]);
  await bed.systemd.fault({ hang: ["show", "is-enabled"] });
  const before = bed.systemd.calls().length;
  // Each of its answers would take a minute.
  const status = await within("the status", bed.run(["gateway", "status"]));
  // All questions of a status share one time: what comes after the first ones finds none left.
  expect(bed.systemd.calls().slice(before).sort()).toEqual([
    `systemctl --user --no-pager is-enabled ${UNIT}`,
    expect.stringContaining(`systemctl --user --no-pager show ${UNIT} -p `),
  ]);
  expect(status.stdout).toContain("Runtime: unknown");
  expect(status.stdout).toContain("Connectivity probe: ok");
  expect(status.stdout + status.stderr).toContain("did not answer in time");
});

test("without a supervisor a gateway in the foreground is probed all the same", async () => {
  await using bed = await serviceBed();
  const none = { PATH: bed.home.at("empty") };
  const { code, stdout } = await bed.run(["gateway", "status"], none);
  expect(code).toBe(0);
  expect(stdout).toContain("Service: no supported service manager detected");
  expect(await bed.json(["gateway", "start"], none)).toMatchObject({
    code: 1,
    error: "No supported service manager was found on this machine.",
  });
  expect(await bed.json(["gateway", "stop"], none)).toMatchObject({ code: 0, result: "not-loaded" });
});

test("seed 22: the overview has a row for the service, and its facts for scripts", async () => {
  await using bed = await serviceBed({ gateway: { mode: "local" } });
  const env = { OPENCLAW_GATEWAY_PORT: String(bed.port) };
  const before = await bed.json(["status"], env);
  expect(before["gatewayService"]).toMatchObject({
    installed: false,
    managedByOpenClaw: false,
    externallyManaged: false,
  });
  expect(await bed.json(["gateway", "install"], env)).toMatchObject({ code: 0, result: "installed" });
  expect(await bed.run(["gateway", "health"], env)).toMatchObject({ code: 0, stderr: "" });
  const { stdout } = await bed.run(["status"], env);
  expect(stdout).toMatch(/Gateway service +systemd user · enabled · running \(pid \d+/);
  const after = await bed.json(["status"], env);
  expect(after["gatewayService"]).toMatchObject({
    label: "systemd user",
    installed: true,
    managedByOpenClaw: true,
    externallyManaged: false,
    loadedText: "enabled",
    runtime: { status: "running" },
  });
});

test("seed 76: a restart says that the service keeps its port when the configuration names another, and what moves it", async () => {
  await using bed = await serviceBed({ gateway: { mode: "local" } });
  await bed.run(["gateway", "install", "--port", String(bed.port)]);
  const { code, stdout, stderr } = await bed.run(["gateway", "restart"], {
    OPENCLAW_GATEWAY_PORT: String(bed.port + 1),
  });
  expect([code, stdout]).toEqual([0, expect.stringContaining(`Gateway answers: ws://127.0.0.1:${bed.port}`)]);
  expect(stderr).toContain(
    `The service keeps port ${bed.port}; the configuration says ${bed.port + 1}. To move it there: openclaw gateway install --force`,
  );
});

test("a gateway that is down because its configuration is broken is not told to be started", async () => {
  await using bed = await serviceBed();
  await bed.home.write(".openclaw/openclaw.json", '{ "gateway": {');
  const health = await bed.run(["health"]);
  const status = await bed.run(["gateway", "status"]);
  for (const { stderr } of [health, status]) {
    expect(stderr).toContain("The configuration is not valid. See what mends it: openclaw doctor");
    expect(stderr).not.toContain("Start it");
  }
});
