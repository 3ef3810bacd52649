import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { freePort, openclawBinary, spawnGateway, within } from "../../support/index.ts";
import { serviceBed, UNIT } from "./bed.ts";

// A dozen programs one after the other, each of which waits for what it promises.
setDefaultTimeout(60_000);

test("seed 88, 163–165: install on a bare home makes configuration, token and unit, and is done when the gateway answers", async () => {
  await using bed = await serviceBed();
  const { code, stdout, stderr } = await bed.run(["gateway", "install", "--port", String(bed.port)]);
  expect([code, stdout]).toEqual([
    0,
    expect.stringContaining(`Installed systemd service: ${bed.unitPath()}\n`),
  ]);
  expect(stdout).toContain("Set gateway.mode to local in ~/.openclaw/openclaw.json.");
  expect(stdout).toContain(`Gateway answers: ws://127.0.0.1:${bed.port}`);
  expect(stderr).toContain(`openclaw config set gateway.port ${bed.port}`);
  const config = JSON.parse(await Bun.file(bed.home.at(".openclaw/openclaw.json")).text());
  expect([config.gateway.mode, config.gateway.auth.mode]).toEqual(["local", "token"]);
  expect(config.gateway.auth.token).toMatch(/^[0-9a-f]{48}$/);
  const unit = await bed.unit();
  expect(unit).not.toContain(config.gateway.auth.token);
  expect(unit).toContain(`gateway --port ${bed.port}\n`);
  for (const variable of ["SERVICE_MARKER=openclaw", "SERVICE_KIND=gateway", "SERVICE_VERSION=2"])
    expect(unit).toContain(`OPENCLAW_${variable}`);
  expect((await fetch(`http://127.0.0.1:${bed.port}/readyz`)).status).toBe(200);
});

test("seed 89–92: a second install changes nothing, restart is a new instance, stop needs no terminal, uninstall is clean", async () => {
  await using bed = await serviceBed();
  const { port } = bed;
  const env = { OPENCLAW_GATEWAY_PORT: String(port) };
  const first = await bed.json(["gateway", "install"], env);
  expect(first).toMatchObject({ code: 0, action: "install", ok: true, result: "installed" });
  expect(first).toMatchObject({ gateway: { port, failing: [] } });
  const unit = await bed.unit();

  expect(await bed.json(["gateway", "install"], env)).toEqual({
    code: 0,
    action: "install",
    ok: true,
    result: "already-installed",
    message: "Gateway service already enabled.",
    service: { label: "systemd user", loaded: true, loadedText: "enabled", notLoadedText: "disabled" },
    warnings: [],
    hints: ["Reinstall with: openclaw gateway install --force"],
  });
  expect(await bed.unit()).toBe(unit);
  expect(await bed.json(["gateway", "start"], env)).toMatchObject({ code: 0, result: "already-running" });

  const forced = await bed.json(["daemon", "install", "--force"], env);
  expect(forced).toMatchObject({ code: 0, result: "installed" });
  expect(pidOf(forced)).not.toBe(pidOf(first));
  const restarted = await bed.json(["gateway", "restart"], env);
  expect(restarted).toMatchObject({ code: 0, result: "restarted", gateway: { port } });
  expect(pidOf(restarted)).not.toBe(pidOf(forced));

  const stopped = await bed.run(["gateway", "stop"], env);
  expect([stopped.code, stopped.stdout]).toEqual([0, `Stopped systemd service: ${UNIT}\n`]);
  expect(await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => "gone")).toBe("gone");
  expect(await bed.json(["gateway", "stop"], env)).toMatchObject({ code: 0, result: "not-loaded" });
  expect(await bed.json(["gateway", "start"], env)).toMatchObject({ code: 0, result: "started" });

  expect(await bed.json(["gateway", "uninstall"], env)).toMatchObject({ code: 0, result: "uninstalled" });
  expect(existsSync(bed.unitPath())).toBe(false);
  expect(await bed.json(["gateway", "uninstall"], env)).toMatchObject({ code: 0, result: "uninstalled" });
  const absent = await bed.json(["gateway", "restart"], env);
  expect(absent).toMatchObject({
    code: 1,
    action: "restart",
    ok: false,
    error: "Gateway service disabled.",
    hints: ["Install it: openclaw gateway install", "Run one in the foreground: openclaw gateway run"],
  });
  const log = await Bun.file(bed.home.at(".openclaw/logs/gateway-restart.log")).text();
  expect(log).toMatch(
    /^\[\d{4}-\d\d-\d\dT[\d:.]+Z\] openclaw gateway lifecycle source=cli action=install mode=systemctl-enable interactive=0$/m,
  );
  const actions = [...log.matchAll(/action=(\w+)/g)].map(([, action]) => action);
  expect(actions.join(" ")).toBe("install start install restart stop stop start uninstall uninstall");
});

test("B18: a start after which nothing runs is no success, and says what was said last", async () => {
  await using bed = await serviceBed();
  await bed.systemd.fault({ startNothing: true });
  const failed = await bed.json(["gateway", "install", "--port", String(bed.port)]);
  expect(failed).toMatchObject({
    code: 1,
    action: "install",
    ok: false,
    error: expect.stringContaining(`the gateway does not answer on port ${bed.port}`),
    hints: expect.arrayContaining(["openclaw gateway status --deep"]),
  });
});

test("a restart that takes long says so meanwhile, and is done as soon as the gateway answers", async () => {
  await using bed = await serviceBed({ gateway: { mode: "local" } });
  const open = await bed.home.write("open", "");
  const wait = `until [ -e "${open}" ]; do sleep 0.05; done`;
  const wrapper = await bed.home.write("gate", `#!/bin/sh\n${wait}\nexec "${await openclawBinary()}" "$@"\n`);
  await chmod(wrapper, 0o755);
  const install = ["gateway", "install", "--wrapper", wrapper, "--port", String(bed.port)];
  expect(await bed.json(install)).toMatchObject({ code: 0 });
  rmSync(open);
  await using restart = await bed.start(["gateway", "restart"]);
  await restart.said(/The gateway \(pid \d+\) is still starting after \d+ s/);
  await bed.home.write("open", "");
  // Whoever only looked when there is something to tell would need another 15 s.
  expect(await within("the end of the restart", restart.exited)).toBe(0);
  expect(restart.output()).toContain(`Gateway answers: ws://127.0.0.1:${bed.port}`);
  expect(restart.output().split("still starting")).toHaveLength(2);
});

test("what the supervisor refuses is told with the gateway's last words", async () => {
  await using bed = await serviceBed();
  await bed.run(["gateway", "install", "--port", String(bed.port)]);
  await bed.run(["gateway", "stop"]);
  await bed.systemd.fault({ fail: { start: "Job for openclaw-gateway.service failed." } });
  await Bun.write(bed.home.at(".fake-systemd/journal", UNIT), "Gateway start blocked: because of this\n");
  const { code, stderr } = await bed.run(["gateway", "start"]);
  expect(code).toBe(1);
  expect(stderr).toContain("systemd could not start the gateway");
  expect(stderr).toContain("  Gateway start blocked: because of this");
});

test("a port that another program has is refused before anything is written", async () => {
  await using bed = await serviceBed();
  using other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const failed = await bed.json(["gateway", "install", "--port", String(other.port)]);
  expect(failed).toMatchObject({
    code: 1,
    ok: false,
    error: expect.stringContaining(`Port ${other.port} is already in use`),
  });
  expect(existsSync(bed.unitPath())).toBe(false);
});

test("a gateway in the foreground is restarted by its own request, stopped by gateway stop, and keeps an install away", async () => {
  await using bed = await serviceBed({ gateway: { mode: "local" } });
  await using gateway = await spawnGateway({ home: bed.home, token: null, args: [] });
  const env = { OPENCLAW_GATEWAY_PORT: String(gateway.port) };
  const refused = await bed.json(["gateway", "install"], env);
  expect(refused).toMatchObject({ code: 1, error: expect.stringContaining(`(pid ${gateway.pid})`) });
  const before = await (await fetch(`${gateway.httpUrl}/healthz`)).status;
  expect(before).toBe(200);
  expect(await bed.json(["gateway", "restart"], env)).toMatchObject({
    code: 0,
    result: "restarted",
    gateway: { pid: gateway.pid },
  });
  const stopped = await bed.run(["gateway", "stop"], env);
  expect([stopped.code, stopped.stdout]).toEqual([
    0,
    `Stopped the gateway that ran without a service (pid ${gateway.pid}).\n`,
  ]);
  expect(await gateway.exited).toBe(0);
});

test("seed 113, 114: two profiles have two services with ports of their own, both running", async () => {
  await using bed = await serviceBed();
  const ports = [await freePort(), await freePort()];
  for (const [index, profile] of ["main", "rescue"].entries()) {
    const port = String(ports[index]);
    const done = await bed.json(["--profile", profile, "gateway", "install", "--port", port]);
    expect(done).toMatchObject({ code: 0, result: "installed", gateway: { port: ports[index] } });
    expect(await bed.unit(`openclaw-gateway-${profile}.service`)).toContain(`OPENCLAW_PROFILE=${profile}`);
  }
  const main = await bed.json(["--profile", "main", "gateway", "status"]);
  expect(main).toMatchObject({
    service: { runtime: { status: "running" } },
    rpc: { ok: true },
    extraServices: [],
  });
  const again = await bed.json(["--profile", "rescue", "gateway", "install"]);
  expect(again.hints).toEqual(["Reinstall with: openclaw --profile rescue gateway install --force"]);
});

test("secrets of this shell that the gateway needs go into a private file, and stay there at a reinstall without them", async () => {
  await using bed = await serviceBed({
    gateway: { mode: "local", auth: { mode: "token", token: "${MY_GATEWAY_TOKEN}" } },
  });
  const secrets = {
    MY_GATEWAY_TOKEN: "tok-of-the-shell-0123456789",
    ANTHROPIC_API_KEY: "sk-ant-test",
    UNRELATED_TOKEN: "no",
  };
  const port = String(bed.port);
  expect(await bed.json(["gateway", "install", "--port", port], secrets)).toMatchObject({ code: 0 });
  const file = bed.home.at(".openclaw/gateway.systemd.env");
  const text = await Bun.file(file).text();
  for (const word of ["MY_GATEWAY_TOKEN", "ANTHROPIC_API_KEY"]) expect(text).toContain(`${word}=`);
  expect(text).not.toContain("UNRELATED");
  expect((await Bun.file(file).stat()).mode & 0o777).toBe(0o600);
  expect(await bed.unit()).not.toContain("tok-of-the-shell");
  expect(await bed.json(["gateway", "install", "--port", port, "--force"])).toMatchObject({ code: 0 });
  expect(await Bun.file(file).text()).toBe(text);
  const status = await bed.run(["gateway", "status", "--json"]);
  expect(status.stdout).not.toContain("tok-of-the-shell");
  expect(JSON.parse(status.stdout)).toMatchObject({
    rpc: { ok: true },
    service: { command: { environmentValueSources: { MY_GATEWAY_TOKEN: "file" } } },
  });
});

function pidOf({ gateway }: Readonly<Record<string, unknown>>): unknown {
  return typeof gateway === "object" && gateway !== null ? Reflect.get(gateway, "pid") : undefined;
}

test("stop and uninstall on an empty home leave it empty", async () => {
  await using bed = await serviceBed();
  for (const verb of ["stop", "uninstall"]) {
    expect((await bed.run(["gateway", verb])).code).toBe(0);
    expect(existsSync(bed.home.at(".openclaw"))).toBe(false);
  }
});
