import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { argumentsOf } from "../../fakes/schtasks/index.ts";
import { taskBench } from "./bench.ts";

const NAME = "OpenClaw Gateway";

/** A program that holds the state's lock as a gateway does, until it is ended. */
function lockHolder(project: string): string {
  const source = `
    import { lockGateway } from "${project}/src/lib/locks/index.ts";
    import { systemClock } from "${project}/src/lib/clock.ts";
    import { randomIds } from "${project}/src/lib/ids.ts";
    import { readEnv, resolvePaths } from "${project}/src/config/index.ts";
    const paths = resolvePaths(readEnv(process.env));
    const lock = await lockGateway({ ...paths, version: "1", clock: systemClock, ids: randomIds });
    process.on("SIGTERM", () => { lock.release(); process.exit(0); });
    setInterval(() => {}, 1000);
  `;
  return `exec '${process.execPath}' -e '${source}'`;
}

const HOLDER = lockHolder(`${import.meta.dir}/../../..`);

test("B19: seed 161: denied the task, the Startup folder gets a launcher to gateway.cmd in the state folder, and the answer says so", async () => {
  await using bench = await taskBench({ script: HOLDER });
  const { service, scheduler } = bench;
  scheduler.fail({ denied: ["/Create"] });
  const operation = await service.install(bench.definition, { force: false });
  const [entry, script] = [bench.startup(`${NAME}.cmd`), bench.stateFile("gateway.cmd")];
  expect(operation.result).toBe("installed");
  expect(operation.messages).toEqual([`Installed Windows login item: ${entry}`]);
  expect(operation.warnings[0]).toContain("Access is denied");
  expect(operation.warnings[0]).toContain(script);
  expect(readFileSync(entry, "utf8")).toBe(
    `@echo off\r\nsetlocal DisableDelayedExpansion\r\n"${script}"\r\n`,
  );
  const start = readFileSync(script, "utf8").split("\r\n").at(-2) ?? "";
  expect(argumentsOf(start)).toEqual(["start", "", "/min", ...programOf(bench)]);

  const { label, installed, loaded, runtime, command } = await service.status();
  expect({ label, installed, loaded }).toEqual({
    label: "Windows login item",
    installed: true,
    loaded: true,
  });
  expect(runtime).toMatchObject({ status: "running", state: "started at logon" });
  expect(command?.sourcePath).toBe(script);
  expect(command?.environment["OPENCLAW_SERVICE_MARKER"]).toBe("openclaw");
  expect(await service.audit(bench.definition)).toEqual([]);

  expect((await service.restart()).result).toBe("restarted");
  const again = (await service.status()).runtime.pid;
  expect(again).not.toBe(runtime.pid);
  expect((await service.stop({ disable: true })).result).toBe("stopped");
  expect(existsSync(entry)).toBe(false);
  expect(await service.status()).toMatchObject({ disabledByOperator: true, runtime: { status: "stopped" } });
  expect((await service.start()).result).toBe("started");
  expect(existsSync(entry)).toBe(true);
  expect((await service.uninstall()).result).toBe("uninstalled");
  expect([existsSync(entry), existsSync(script)]).toEqual([false, false]);
  expect((await service.status()).runtime.status).toBe("stopped");
});

function programOf({ definition, stateFile }: Awaited<ReturnType<typeof taskBench>>): readonly string[] {
  return [...definition.programArguments, "--service-env", stateFile("gateway.task.env")];
}

test("a Task Scheduler that never answers is given up, and the Startup folder used", async () => {
  await using bench = await taskBench({ script: HOLDER });
  bench.hang("/Create");
  const { warnings } = await bench.service.install(bench.definition, { force: false });
  expect(warnings[0]).toContain("no answer within");
  expect(existsSync(bench.startup(`${NAME}.cmd`))).toBe(true);
  bench.hang();
  expect((await bench.service.install(bench.definition, { force: true })).messages).toEqual([
    `Installed Scheduled Task: ${NAME}`,
  ]);
  // One starter of the gateway, not two.
  expect(existsSync(bench.startup(`${NAME}.cmd`))).toBe(false);
  expect((await bench.service.stop({ disable: false })).result).toBe("stopped");
});

test("a status that cannot be asked is unknown, not absent", async () => {
  await using bench = await taskBench();
  bench.hang("/Query");
  expect(await bench.service.status()).toMatchObject({
    installed: false,
    runtime: { status: "unknown", inspectionFailure: { code: "schtasks-timeout" } },
  });
  await expect(bench.service.stop({ disable: false })).rejects.toMatchObject({ code: "timeout" });
});

test("B19: an order to run that starts nothing is no success, whatever the exit code says", async () => {
  await using bench = await taskBench({ script: "exit 78" });
  bench.scheduler.fail({ runsToEnd: true });
  const dead = bench.service.install(bench.definition, { force: false });
  await expect(dead).rejects.toThrow("nothing runs (last result: exit code 78)");
  expect((await bench.service.status()).installed).toBe(true);
});

test("B19: an order to run that Windows takes and forgets is found out, and the operator told to log on", async () => {
  await using bench = await taskBench({ hasty: true });
  bench.scheduler.fail({ silentRun: true });
  const failed = bench.service.install(bench.definition, { force: false });
  await expect(failed).rejects.toMatchObject({
    code: "failed",
    message: expect.stringContaining("nothing runs (last result: 0x41303)"),
    hints: expect.arrayContaining([expect.stringContaining("log on at the desktop")]),
  });
  expect((await bench.service.status()).runtime).toMatchObject({ status: "stopped" });
});

test("B19: a task that was left disabled when it was registered is enabled, and runs", async () => {
  await using bench = await taskBench();
  bench.scheduler.fail({ leavesDisabled: true });
  expect((await bench.service.install(bench.definition, { force: false })).result).toBe("installed");
  expect(await bench.service.status()).toMatchObject({
    loaded: true,
    disabledByOperator: false,
    runtime: { status: "running" },
  });
});

test("on a German Windows an absent task is absent, and a running one runs", async () => {
  await using bench = await taskBench();
  const { service, scheduler } = bench;
  scheduler.fail({ german: true });
  expect(await service.status()).toMatchObject({ installed: false, runtime: { missingUnit: true } });
  expect((await service.install(bench.definition, { force: false })).result).toBe("installed");
  expect(await service.status()).toMatchObject({ installed: true, runtime: { status: "running" } });
  expect((await service.stop({ disable: false })).result).toBe("stopped");
  expect((await service.status()).runtime.status).toBe("stopped");
});

test("a task that cannot be replaced is left alone, and no second starter put beside it", async () => {
  await using bench = await taskBench();
  await bench.service.install(bench.definition, { force: false });
  bench.scheduler.fail({ denied: ["/Create"] });
  const again = bench.service.install(bench.definitionFor(19_002), { force: true });
  await expect(again).rejects.toMatchObject({ code: "access-denied" });
  expect(existsSync(bench.startup(`${NAME}.cmd`))).toBe(false);
  expect(bench.scheduler.xmlOf(NAME)).toContain("--port 18789");
});

test("stop --disable disables the task, a rewrite keeps it so, and start enables it", async () => {
  await using bench = await taskBench();
  const { service, scheduler } = bench;
  await service.install(bench.definition, { force: false });
  expect((await service.stop({ disable: true })).result).toBe("stopped");
  expect(await service.status()).toMatchObject({ disabledByOperator: true, loaded: false });
  await service.refresh(bench.definitionFor(19_002));
  expect(scheduler.xmlOf(NAME)).toContain("--port 19002");
  expect(await service.status()).toMatchObject({ disabledByOperator: true, runtime: { status: "stopped" } });
  expect((await service.start()).result).toBe("started");
  expect(await service.status()).toMatchObject({ disabledByOperator: false, runtime: { status: "running" } });
});

test("a refresh of a running task restarts it", async () => {
  await using bench = await taskBench({ script: HOLDER });
  await bench.service.install(bench.definition, { force: false });
  const before = bench.scheduler.pidOf(NAME);
  await bench.service.refresh(bench.definitionFor(19_002));
  expect(bench.scheduler.pidOf(NAME)).not.toBe(before);
  expect((await bench.service.status()).runtime.status).toBe("running");
});
