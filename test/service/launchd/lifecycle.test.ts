import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isAlive, until } from "../../support/index.ts";
import { bed } from "./bed.ts";

const install = { force: false };
const stop = { disable: false };
const disable = { disable: true };

test("seed 118: install, status, restart, stop and uninstall, each as launchd shows it", async () => {
  await using mac = await bed();
  const { service, launchd, label, target, plistPath } = mac;
  expect((await service.status()).runtime).toEqual({
    status: "stopped",
    state: "not loaded",
    missingUnit: true,
  });

  const installed = await service.install(mac.definition(), install);
  expect(installed.result).toBe("installed");
  expect(installed.messages).toContain(`Installed LaunchAgent: ${plistPath}`);
  expect(launchd.orders).toEqual([`enable ${target}`, `bootstrap gui/${target.split("/")[1]} ${plistPath}`]);
  const pid = await launchd.running(label);
  expect(await service.status()).toMatchObject({
    label: "LaunchAgent",
    installed: true,
    loaded: true,
    disabledByOperator: false,
    runtime: { status: "running", state: "running", pid },
  });

  launchd.forgetCalls();
  expect((await service.restart()).result).toBe("restarted");
  expect(launchd.orders).toEqual([`kickstart -k ${target}`]);
  const next = await launchd.running(label, pid);
  expect(isAlive(pid)).toBe(false);

  expect((await service.stop(stop)).result).toBe("stopped");
  expect(isAlive(next)).toBe(false);
  expect(await service.status()).toMatchObject({
    installed: true,
    loaded: false,
    runtime: { status: "stopped" },
  });

  expect((await service.uninstall()).result).toBe("uninstalled");
  expect(existsSync(plistPath)).toBe(false);
  expect(readdirSync(mac.home.at(".Trash"))).toHaveLength(1);
  expect(await service.uninstall()).toMatchObject({
    result: "uninstalled",
    messages: [expect.stringContaining("LaunchAgent not found at ")],
  });
});

test("B17: seeds 128, 135: stop is a bootout of our job, with no persistent disable, and counts as done when repeated", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), install);
  mac.launchd.forgetCalls();
  expect((await mac.service.stop(stop)).result).toBe("stopped");
  expect(mac.launchd.orders).toEqual([`bootout ${mac.target}`]);
  expect(mac.launchd.disabled).toEqual([]);
  expect((await mac.service.stop(stop)).result).toBe("not-loaded");
  expect((await mac.service.status()).disabledByOperator).toBe(false);
});

test("B17: seeds 125, 129: a gateway that crashed is there again, and status tells how it ended", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), install);
  const pid = await mac.launchd.running(mac.label);
  process.kill(pid, "SIGKILL");
  const next = await mac.launchd.running(mac.label, pid);
  const { runtime } = await mac.service.status();
  expect(runtime).toMatchObject({ status: "running", pid: next, lastExitReason: "Killed: 9" });
  expect(runtime.details).toEqual({ launchd: { runs: 2 } });
});

test("B13: seed 125: a gateway that refuses its configuration is tried again and again, and its exit is told", async () => {
  await using mac = await bed();
  await mac.home.write("bin/openclaw", "#!/bin/sh\necho wrong config\nexit 78\n");
  await mac.service.install(mac.definition(), install);
  await until("a second try", () => (mac.launchd.run(mac.label)?.runs ?? 0) >= 2);
  const { runtime } = await mac.service.status();
  expect(runtime).toMatchObject({ lastExitStatus: 78, lastExitReason: "EX_CONFIG" });
  expect(readFileSync(mac.home.at("Library/Logs/openclaw/gateway.log"), "utf8")).toStartWith(
    "wrong config\nwrong config\n",
  );
});

test("seed 130: start after stop runs it again; a second start names the process and starts none", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), install);
  await mac.service.stop(stop);
  expect((await mac.service.start()).result).toBe("started");
  const pid = await mac.launchd.running(mac.label);
  const again = await mac.service.start();
  expect(again).toMatchObject({
    result: "already-running",
    messages: [`LaunchAgent is running: pid ${pid}`],
  });
});

test("seed 131: stop --disable lasts, and start takes it back", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), install);
  mac.launchd.forgetCalls();
  expect((await mac.service.stop(disable)).result).toBe("stopped");
  expect(mac.launchd.orders).toEqual([`disable ${mac.target}`, `bootout ${mac.target}`]);
  expect(mac.launchd.disabled).toEqual([mac.label]);
  expect(await mac.service.status()).toMatchObject({ disabledByOperator: true, loaded: false });
  expect((await mac.service.start()).result).toBe("started");
  expect(mac.launchd.disabled).toEqual([]);
  expect((await mac.service.status()).disabledByOperator).toBe(false);
});

test("seed 132: stop --disable of a job that is not loaded succeeds, twice, and the disable stays", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), install);
  await mac.service.stop(stop);
  expect((await mac.service.stop(disable)).result).toBe("not-loaded");
  expect((await mac.service.stop(disable)).result).toBe("not-loaded");
  expect(mac.launchd.disabled).toEqual([mac.label]);
});

test("seed 133: neither a repair nor a restart loads a job that the operator disabled", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), install);
  await mac.service.stop(disable);
  mac.launchd.forgetCalls();
  const refreshed = await mac.service.refresh(mac.definition({ port: 19_001 }));
  expect(refreshed.messages).toContain("The service was not started: it is disabled and stays so.");
  await expect(mac.service.restart()).rejects.toMatchObject({ code: "disabled" });
  expect(mac.launchd.orders).toEqual([]);
  expect(mac.launchd.isLoaded(mac.label)).toBe(false);
  expect((await mac.service.status()).command?.programArguments).toContain("19001");
});

test("a repair restarts a gateway that ran, on the new definition, and leaves a stopped one stopped", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), install);
  const pid = await mac.launchd.running(mac.label);
  expect((await mac.service.refresh(mac.definition({ port: 19_001 }))).result).toBe("restarted");
  await mac.launchd.running(mac.label, pid);
  expect((await mac.service.status()).command?.programArguments.at(-1)).toBe("19001");
  await mac.service.stop(stop);
  expect((await mac.service.refresh(mac.definition())).result).toBe("installed");
  expect(mac.launchd.isLoaded(mac.label)).toBe(false);
});

test("restart has launchd read a property list that was changed", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), install);
  const pid = await mac.launchd.running(mac.label);
  await Bun.write(mac.plistPath, readFileSync(mac.plistPath, "utf8").replaceAll("18789", "19001"));
  mac.launchd.forgetCalls();
  expect((await mac.service.restart()).result).toBe("restarted");
  expect(mac.launchd.orders).toEqual([
    `bootout ${mac.target}`,
    `bootstrap gui/${mac.target.split("/")[1]} ${mac.plistPath}`,
  ]);
  await mac.launchd.running(mac.label, pid);
});

test("install on an installed service changes nothing, and names the drift", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), install);
  const before = readFileSync(mac.plistPath, "utf8");
  const again = await mac.service.install(mac.definition({ port: 19_001 }), install);
  expect(again.result).toBe("already-installed");
  expect(again.warnings.join()).toContain("18789 -> 19001");
  expect(readFileSync(mac.plistPath, "utf8")).toBe(before);
});

test("install --force writes it anew, keeps the old file, and enables what was disabled", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), install);
  const before = readFileSync(mac.plistPath, "utf8");
  await mac.service.stop(disable);
  const again = await mac.service.install(mac.definition({ port: 19_001 }), { force: true });
  expect(again.result).toBe("installed");
  expect(readFileSync(`${mac.plistPath}.bak`, "utf8")).toBe(before);
  expect(mac.launchd.disabled).toEqual([]);
  expect(mac.launchd.isLoaded(mac.label)).toBe(true);
});

test("seed 136: without an installation start and restart say to install first, and stop counts as done", async () => {
  await using mac = await bed();
  const absent = { code: "not-installed", hints: ["Install and start it: openclaw gateway install"] };
  await expect(mac.service.start()).rejects.toMatchObject(absent);
  await expect(mac.service.restart()).rejects.toMatchObject(absent);
  await expect(mac.service.refresh(mac.definition())).rejects.toMatchObject(absent);
  expect((await mac.service.stop(stop)).result).toBe("not-loaded");
});

test("seed 137: a job that somebody else has put there under our label is taken as ours", async () => {
  await using mac = await bed();
  const program = [mac.home.at("bin/openclaw"), "gateway", "--port", "18789"];
  await mac.plant(mac.label, { ProgramArguments: program });
  expect((await mac.service.start()).result).toBe("started");
  const { installed, loaded, command } = await mac.service.status();
  expect([installed, loaded, command?.programArguments]).toEqual([true, true, program]);
  expect((await mac.service.stop(stop)).result).toBe("stopped");
});
