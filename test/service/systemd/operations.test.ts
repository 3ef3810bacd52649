import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { exampleDefinition } from "./definition.ts";
import { recordedMachine, UNIT } from "./machine.ts";

const DEFINITION = exampleDefinition();
const ENABLED = { stdout: "enabled\n" };
const DISABLED = { stdout: "disabled\n", code: 1 };

/** What systemd says when a service ends before it was ready. */
const JOB_FAILED = {
  code: 1,
  stderr: `Job for ${UNIT} failed because the control process exited with error code.\nSee "systemctl --user status ${UNIT}" and "journalctl --user -xeu ${UNIT}" for details.\n`,
};

function plant(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

test("an install writes the unit, has systemd load it, enables and starts it, in this order", async () => {
  await using bed = await recordedMachine();
  bed.shows({ ActiveState: "inactive" });
  bed.answer("systemctl", "is-enabled", DISABLED);
  const done = await bed.service.install(DEFINITION, { force: false });
  expect(done).toEqual({
    result: "installed",
    messages: [`Installed systemd service: ${bed.identity.path}`],
    warnings: [],
  });
  expect(bed.orders()).toEqual(["daemon-reload", `enable ${UNIT}`, `restart ${UNIT}`]);
  expect(statSync(bed.identity.path).mode & 0o777).toBe(0o600);
});

test("seed 89: an installed service is left as it is, and what differs is said", async () => {
  await using bed = await recordedMachine();
  bed.shows();
  bed.answer("systemctl", "is-enabled", ENABLED);
  await bed.service.install(DEFINITION, { force: false });
  const before = readFileSync(bed.identity.path, "utf8");
  const orders = bed.orders().length;
  const moved = exampleDefinition({
    programArguments: ["/usr/local/bin/openclaw", "gateway", "--port", "19001"],
  });
  const done = await bed.service.install(moved, { force: false });
  expect(done.result).toBe("already-installed");
  expect(done.messages).toEqual(["Gateway service already enabled."]);
  expect(done.warnings.join("\n")).toContain("port");
  expect(readFileSync(bed.identity.path, "utf8")).toBe(before);
  expect(bed.orders()).toHaveLength(orders);
  expect((await bed.service.install(moved, { force: true })).result).toBe("installed");
  expect(readFileSync(bed.identity.path, "utf8")).toContain("--port 19001");
  expect(readFileSync(`${bed.identity.path}.bak`, "utf8")).toBe(before);
  expect(statSync(`${bed.identity.path}.bak`).mode & 0o777).toBe(0o600);
});

test("a replacement that does not start puts the old unit and its secrets back, and starts it again", async () => {
  await using bed = await recordedMachine();
  bed.shows();
  bed.answer("systemctl", "is-enabled", ENABLED);
  await bed.service.install(exampleDefinition({ secretEnvironment: { KEY: "old" } }), { force: false });
  const unit = readFileSync(bed.identity.path, "utf8");
  bed.answer("systemctl", "restart", JOB_FAILED);
  bed.shows({ ActiveState: "activating", SubState: "auto-restart", MainPID: "0", ExecMainStatus: "78" });
  const changed = exampleDefinition({
    workingDirectory: "/srv",
    secretEnvironment: { KEY: "new", MORE: "x" },
  });
  await expect(bed.service.install(changed, { force: true })).rejects.toThrow(
    /could not start the gateway: its configuration forbids the start \(exit code 78\)/,
  );
  expect(readFileSync(bed.identity.path, "utf8")).toBe(unit);
  const secrets = readFileSync(bed.identity.secretsPath, "utf8");
  expect(secrets).toContain('KEY="old"');
  expect(secrets).not.toContain("MORE");
  // What ran before runs again: after the old file was read.
  expect(bed.orders().slice(-3)).toEqual([`restart ${UNIT}`, "daemon-reload", `restart ${UNIT}`]);
});

test("a first install that fails leaves nothing behind", async () => {
  await using bed = await recordedMachine();
  bed.shows({ ActiveState: "inactive", ExecMainStatus: "1" });
  bed.answer("systemctl", "is-enabled", DISABLED);
  bed.answer("systemctl", "restart", JOB_FAILED);
  const failure = bed.service.install(exampleDefinition({ secretEnvironment: { KEY: "x" } }), {
    force: false,
  });
  await expect(failure).rejects.toThrow(/Everything is as it was before\./);
  expect(existsSync(bed.identity.path)).toBe(false);
  expect(existsSync(bed.identity.secretsPath)).toBe(false);
  expect(bed.orders().slice(-3)).toEqual([`stop ${UNIT}`, `disable --now ${UNIT}`, "daemon-reload"]);
});

test("B18: nothing is claimed when systemd reads another file, or none, in place of ours", async () => {
  await using bed = await recordedMachine();
  bed.answer("systemctl", "is-enabled", DISABLED);
  bed.shows({ ActiveState: "inactive", FragmentPath: `/etc/systemd/user/${UNIT}` });
  await expect(bed.service.install(DEFINITION, { force: false })).rejects.toThrow(
    `systemd reads /etc/systemd/user/${UNIT} in place of ${bed.identity.path}`,
  );
  bed.shows({ ActiveState: "inactive", LoadState: "not-found", FragmentPath: "" });
  await expect(bed.service.install(DEFINITION, { force: false })).rejects.toThrow("systemd does not find");
  expect(existsSync(bed.identity.path)).toBe(false);
});

test("a refresh keeps the state, and the secrets that this shell does not have", async () => {
  await using bed = await recordedMachine();
  bed.shows();
  bed.answer("systemctl", "is-enabled", ENABLED);
  await bed.service.install(exampleDefinition({ secretEnvironment: { A: "1", B: "2" } }), { force: false });
  const changed = exampleDefinition({ workingDirectory: "/srv", secretEnvironment: { B: "3" } });
  expect((await bed.service.refresh(changed)).result).toBe("restarted");
  expect(readFileSync(bed.identity.secretsPath, "utf8")).toContain('A="1"\nB="3"\n');

  bed.answer("systemctl", "is-enabled", DISABLED);
  bed.shows({ ActiveState: "inactive", MainPID: "0" });
  const orders = bed.orders().length;
  expect((await bed.service.refresh(DEFINITION)).result).toBe("installed");
  expect(bed.orders().slice(orders)).toEqual(["daemon-reload"]);
});

test("stop, start and restart say what was there already", async () => {
  await using bed = await recordedMachine();
  const { service } = bed;
  await expect(service.start()).rejects.toThrow("not installed");
  await expect(service.restart()).rejects.toThrow("not installed");
  expect((await service.stop({ disable: true })).result).toBe("not-loaded");
  expect((await service.uninstall()).result).toBe("not-loaded");
  expect(bed.orders()).toEqual([]);

  bed.shows();
  bed.answer("systemctl", "is-enabled", ENABLED);
  await service.install(DEFINITION, { force: false });
  expect(await service.start()).toMatchObject({
    result: "already-running",
    messages: ["Gateway service already running (pid 177)."],
  });
  expect((await service.stop({ disable: true })).result).toBe("stopped");
  expect(bed.orders().slice(-2)).toEqual([`disable ${UNIT}`, `stop ${UNIT}`]);
  bed.answer("systemctl", "is-enabled", DISABLED);
  bed.shows({ ActiveState: "failed", MainPID: "0" });
  expect((await service.stop({ disable: false })).result).toBe("not-loaded");
  expect(await service.status()).toMatchObject({ installed: true, loaded: false, disabledByOperator: true });
  expect((await service.start()).result).toBe("started");
  expect(bed.orders().slice(-2)).toEqual([`enable ${UNIT}`, `start ${UNIT}`]);
});

test("what systemd does not tell is not taken for a no: neither for disabled, nor for stopped", async () => {
  await using bed = await recordedMachine();
  bed.shows();
  bed.answer("systemctl", "is-enabled", ENABLED);
  await bed.service.install(DEFINITION, { force: false });
  const silence = { stderr: "Failed to connect to bus: Connection refused\n", code: 1 };
  bed.answer("systemctl", "is-enabled", silence);
  const inspectionFailure = { code: "no-user-bus" };
  expect(await bed.service.status()).toMatchObject({
    disabledByOperator: false,
    runtime: { status: "running", pid: 177, inspectionFailure },
  });
  bed.answer("systemctl", "is-enabled", ENABLED);
  bed.answer("systemctl", "show", silence);
  expect(await bed.service.status()).toMatchObject({
    loaded: true,
    runtime: { status: "unknown", inspectionFailure },
  });
});

test("from inside the service an order is only given: it ends who gives it", async () => {
  await using bed = await recordedMachine();
  bed.shows();
  bed.answer("systemctl", "is-enabled", ENABLED);
  await bed.service.install(DEFINITION, { force: false });
  await Bun.write(
    bed.places.ownGroup,
    `0::/user.slice/user-1000.slice/user@1000.service/app.slice/${UNIT}\n`,
  );
  expect((await bed.service.restart()).result).toBe("scheduled");
  expect((await bed.service.stop({ disable: false })).result).toBe("scheduled");
  expect(bed.orders().slice(-2)).toEqual([`--no-block restart ${UNIT}`, `--no-block stop ${UNIT}`]);
});

test("uninstall removes the unit and its secrets, and leaves what the operator wrote", async () => {
  await using bed = await recordedMachine();
  bed.shows();
  bed.answer("systemctl", "is-enabled", ENABLED);
  await bed.service.install(exampleDefinition({ secretEnvironment: { KEY: "x" } }), { force: false });
  const dropIn = `${bed.identity.path}.d/mine.conf`;
  plant(dropIn, "[Service]\nNice=5\n");
  const done = await bed.service.uninstall();
  expect(done.result).toBe("uninstalled");
  expect(done.warnings).toEqual([`Your drop-in was left where it is: ${dropIn}`]);
  expect(existsSync(bed.identity.path)).toBe(false);
  expect(existsSync(bed.identity.secretsPath)).toBe(false);
  expect(bed.orders().slice(-2)).toEqual([`disable --now ${UNIT}`, "daemon-reload"]);
});

test("a masked unit is the operator's no", async () => {
  await using bed = await recordedMachine();
  bed.shows({ LoadState: "masked", ActiveState: "inactive", MainPID: "0" });
  bed.answer("systemctl", "is-enabled", { stdout: "masked\n", code: 1 });
  mkdirSync(dirname(bed.identity.path), { recursive: true });
  symlinkSync("/dev/null", bed.identity.path);
  for (const force of [false, true]) {
    await expect(bed.service.install(DEFINITION, { force })).rejects.toThrow("is masked");
  }
  expect(await bed.service.status()).toMatchObject({ installed: false, disabledByOperator: true });
  expect(bed.orders()).toEqual([]);
});
