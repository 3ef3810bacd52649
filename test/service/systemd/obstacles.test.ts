import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceError } from "../../../src/service/index.ts";
import { exampleDefinition } from "./definition.ts";
import { recordedMachine, UNIT } from "./machine.ts";

const DEFINITION = exampleDefinition();

/** What `systemctl --user` really says when there is nobody to talk to. */
const NO_BUS = [
  "Failed to connect to bus: No medium found\n",
  "Failed to connect to bus: No such file or directory\n",
  "Failed to connect to bus: Permission denied\n",
  "Failed to connect to bus: $DBUS_SESSION_BUS_ADDRESS and $XDG_RUNTIME_DIR not defined (consider using --machine=<user>@.host --user to connect to bus of other user)\n",
  "Failed to get D-Bus connection: Connection refused\n",
  "Failed to connect to user scope bus via local transport: No such file or directory\n",
];

const uid = process.getuid?.() ?? 0;
const sudo = uid === 0 ? "" : "sudo ";
const user = uid === 0 ? "root" : "me";

test("B18: a systemd that cannot be reached is named with both variables, and the one command that mends it", async () => {
  for (const stderr of NO_BUS) {
    await using bed = await recordedMachine();
    for (const verb of ["show", "is-enabled"]) bed.answer("systemctl", verb, { stderr, code: 1 });
    const [obstacle, ...more] = await bed.service.obstacles();
    expect(more).toEqual([]);
    expect(obstacle).toMatchObject({
      code: "no-user-bus",
      fatal: true,
      fix: `${sudo}loginctl enable-linger ${user}`,
    });
    expect(obstacle?.message).toContain("XDG_RUNTIME_DIR is not set, DBUS_SESSION_BUS_ADDRESS is not set");
    await expect(bed.service.install(DEFINITION, { force: true })).rejects.toThrow("cannot be reached");
    expect(await bed.service.status()).toMatchObject({
      installed: false,
      runtime: { status: "unknown", inspectionFailure: { code: "no-user-bus" } },
    });
    expect(bed.orders()).toEqual([]);
  }
});

test("the user's systemd is found although cron, ssh or su gave no way to it, or another user's", async () => {
  for (const given of [undefined, "/run/user/424242"]) {
    await using bed = await recordedMachine(given === undefined ? {} : { XDG_RUNTIME_DIR: given });
    const dir = join(bed.places.runtimeDirs, String(uid));
    mkdirSync(dir, { recursive: true });
    const systemctl = bed.home.at("bin/systemctl");
    writeFileSync(
      systemctl,
      `#!/bin/sh\necho "Id=$XDG_RUNTIME_DIR"\necho ActiveState=active\necho LoadState=loaded\n`,
    );
    const { runtime } = await bed.service.status();
    expect(runtime.details?.["systemd"]).toMatchObject({ unit: dir });
  }
});

test("B18: a machine that systemd did not boot has no supervisor, in a container as in WSL2, where it can be switched on", async () => {
  const recorded = [
    {
      code: 1,
      stderr:
        "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down\n",
    },
    { code: 1, stderr: "Failed to connect to bus: No medium found\n" },
  ];
  for (const answer of recorded) {
    await using bed = await recordedMachine();
    rmSync(bed.places.booted, { recursive: true });
    for (const verb of ["show", "is-enabled"]) bed.answer("systemctl", verb, answer);
    expect(await failure(bed.service.install(DEFINITION, { force: false }))).toMatchObject({
      code: "no-supervisor",
      hints: ["Run it in the foreground: openclaw gateway run"],
    });
    writeFileSync(bed.places.kernelRelease, "6.6.87.2-microsoft-standard-WSL2\n");
    const wsl = await failure(bed.service.install(DEFINITION, { force: false }));
    expect(wsl.code).toBe("no-supervisor");
    expect(wsl.hints.join("\n")).toContain("/etc/wsl.conf");
    expect(wsl.hints).toContain("systemd=true");
    expect((await bed.service.status()).runtime.inspectionFailure?.code).toBe("no-supervisor");
  }
});

test("B18: seed 157: WSL2 with systemd is a Linux like any other", async () => {
  await using bed = await recordedMachine();
  bed.shows();
  writeFileSync(bed.places.kernelRelease, "6.6.87.2-microsoft-standard-WSL2\n");
  expect((await bed.service.install(DEFINITION, { force: false })).result).toBe("installed");
});

test("no systemctl at all means no supervisor", async () => {
  await using bed = await recordedMachine();
  rmSync(bed.home.at("bin/systemctl"));
  const env = { ...bed.machine.env, raw: { ...bed.machine.env.raw, PATH: bed.home.at("bin") } };
  const { SystemdService } = await import("../../../src/service/systemd/systemd-service.ts");
  const { thisMachine } = await import("../../../src/service/index.ts");
  const machine = thisMachine(env, bed.machine.paths, bed.machine.clock);
  const service = new SystemdService(machine, bed.identity, bed.places);
  expect(
    (await failure(service.start().then(() => service.install(DEFINITION, { force: false })))).code,
  ).toBe("not-installed");
  expect((await failure(service.install(DEFINITION, { force: false }))).code).toBe("no-supervisor");
});

test("B18: seed 140: lingering that is off is a warning with its command, and no reason to refuse", async () => {
  await using bed = await recordedMachine();
  bed.shows();
  bed.answer("loginctl", "show-user", { stdout: "Linger=no\n" });
  const fix = `${sudo}loginctl enable-linger ${user}`;
  expect(await bed.service.obstacles()).toMatchObject([{ code: "no-linger", fatal: false, fix }]);
  const done = await bed.service.install(DEFINITION, { force: false });
  expect(done.warnings.join("\n")).toContain(fix);

  bed.answer("loginctl", "show-user", {
    stderr: "Failed to get user: User ID 1000 is not logged in or lingering\n",
    code: 1,
  });
  expect(await bed.service.obstacles()).toMatchObject([{ code: "no-linger" }]);
  // No logind, no sessions, nothing that ends with one.
  bed.answer("loginctl", "show-user", {
    stderr: "Failed to connect to bus: No such file or directory\n",
    code: 1,
  });
  expect(await bed.service.obstacles()).toEqual([]);
  bed.answer("loginctl", "show-user", { stdout: "Linger=no\n" });
  mkdirSync(bed.places.lingerDir);
  writeFileSync(join(bed.places.lingerDir, user), "");
  expect(await bed.service.obstacles()).toEqual([]);
});

test("seed 154: a gateway that is a service of the machine is respected, by its name or by what it runs", async () => {
  for (const name of [UNIT, "clawdbot-gateway.service", "my-assistant.service"]) {
    await using bed = await recordedMachine();
    bed.shows();
    const path = bed.home.at("etc/systemd/system", name);
    writeFileSync(path, "[Service]\nExecStart=/usr/local/bin/openclaw gateway --port 18789\n");
    for (const force of [false, true]) {
      const refused = await failure(bed.service.install(DEFINITION, { force }));
      expect(refused.code).toBe("system-service");
      expect(refused.message).toContain(path);
    }
    expect((await failure(bed.service.start())).code).toBe("system-service");
    expect((await bed.service.status()).details["systemdInstallation"]).toMatchObject({
      kind: "system",
      system: { scope: "system", unitName: name, unitPath: path },
    });
    expect(bed.orders()).toEqual([]);
  }
});

test("a user's name that is an option or a command is not handed to loginctl, nor printed to be pasted", async () => {
  for (const name of [
    "-Hroot@elsewhere",
    "--help",
    "me; rm -rf ~",
    "$(id)",
    "../../etc",
    "me\u001b[2J",
    "a b",
  ]) {
    await using bed = await recordedMachine({ USER: name, LOGNAME: name }, 4_711);
    bed.shows();
    bed.answer("loginctl", "show-user", { stdout: "Linger=no\n" });
    const said = JSON.stringify(await bed.service.obstacles());
    expect(said).toContain("loginctl enable-linger 4711");
    const calls = readFileSync(bed.home.at("bin/calls"), "utf8").split("\n");
    expect(calls.filter((call) => call.startsWith("loginctl"))).toEqual([
      "loginctl show-user 4711 -p Linger",
    ]);
  }
});

test("a service of the machine for another profile is none of this gateway's business", async () => {
  await using bed = await recordedMachine();
  bed.shows();
  for (const [name, args] of [
    ["openclaw-gateway-rescue.service", "gateway"],
    ["assistant.service", "--profile rescue gateway"],
    ["nginx.service", "-g daemon"],
  ]) {
    writeFileSync(
      bed.home.at("etc/systemd/system", name ?? ""),
      `[Service]\nExecStart=/opt/openclaw ${args}\n`,
    );
  }
  expect(await bed.service.obstacles()).toEqual([]);
});

test("sudo does not make a service of root in somebody's home", async () => {
  await using bed = await recordedMachine({ SUDO_USER: "me" }, 0);
  bed.shows();
  const [obstacle] = await bed.service.obstacles();
  expect(obstacle).toMatchObject({ fatal: true, fix: "Run it without sudo: openclaw gateway install" });
  expect((await failure(bed.service.install(DEFINITION, { force: true }))).code).toBe("access-denied");
});

test("sudo is the reason that is named when root's own systemd does not run, and a warning when it does", async () => {
  await using bed = await recordedMachine({ SUDO_USER: "me", HOME: "/root" }, 0);
  bed.shows();
  expect(await bed.service.obstacles()).toMatchObject([{ code: "no-session", fatal: false }]);
  bed.answer("systemctl", "show", { stderr: NO_BUS[0] ?? "", code: 1 });
  const refused = await failure(bed.service.install(DEFINITION, { force: false }));
  expect(refused.hints).toEqual(["Run it without sudo: openclaw gateway install"]);
});

async function failure(promise: Promise<unknown>): Promise<ServiceError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ServiceError) return error;
  throw new Error("it succeeded, or failed otherwise", { cause: error });
}
