import { expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { until } from "../../support/index.ts";
import { bed } from "./bed.ts";

const install = { force: false };

test("B17: the job is loaded although bootstrap fails with error 5 for a while after a bootout", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), install);
  const pid = await mac.launchd.running(mac.label);
  mac.launchd.fail({ ioErrorsAfterBootout: 4 });
  mac.launchd.forgetCalls();
  expect((await mac.service.install(mac.definition({ port: 19_001 }), { force: true })).result).toBe(
    "installed",
  );
  expect(mac.launchd.orders.filter((call) => call.startsWith("bootstrap"))).toHaveLength(5);
  await mac.launchd.running(mac.label, pid);
});

test("B17: stop waits for a bootout that is still in progress, until the process is gone", async () => {
  await using mac = await bed();
  const slow = "#!/bin/sh\ntrap 'sleep 0.4; exit 0' TERM\nwhile :; do sleep 0.05; done\n";
  await mac.home.write("bin/openclaw", slow);
  mac.launchd.fail({ slowBootout: true });
  await mac.service.install(mac.definition(), install);
  const pid = await mac.launchd.running(mac.label);
  expect((await mac.service.stop({ disable: false })).result).toBe("stopped");
  expect(mac.launchd.isLoaded(mac.label)).toBe(false);
  expect(() => process.kill(pid, 0)).toThrow();
});

test("B17: a bootstrap that answers that it is in progress counts when launchd shows the job", async () => {
  await using mac = await bed();
  mac.launchd.fail({ inProgress: 1 });
  expect((await mac.service.install(mac.definition(), install)).result).toBe("installed");
  expect(mac.launchd.orders.filter((call) => call.startsWith("bootstrap"))).toHaveLength(1);
});

test("B17: an install that fails leaves nothing behind, and says in launchctl's words why", async () => {
  await using mac = await bed();
  mac.launchd.fail({ bootstrapFails: "Bootstrap failed: 1: Operation not permitted" });
  const failed = mac.service.install(mac.definition({ secrets: { A_TOKEN: "x" } }), install);
  await expect(failed).rejects.toMatchObject({
    code: "failed",
    message:
      "The LaunchAgent ai.openclaw.gateway could not be loaded: Bootstrap failed: 1: Operation not permitted",
  });
  expect(existsSync(mac.plistPath)).toBe(false);
  expect(existsSync(mac.service.identity.secretsPath)).toBe(false);
});

test("a replacement that fails puts the old definition back, with its secrets, and runs it", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition({ secrets: { A_TOKEN: "old" } }), install);
  await mac.launchd.running(mac.label);
  const before = readFileSync(mac.plistPath, "utf8");
  // launchd takes no command line that XML cannot hold: the writing fails.
  const broken = { ...mac.definition({ secrets: { A_TOKEN: "new" } }), description: "\u0001" };
  await expect(mac.service.install(broken, { force: true })).rejects.toMatchObject({ code: "failed" });
  expect(readFileSync(mac.plistPath, "utf8")).toBe(before);
  expect((await mac.service.status()).command?.environment["A_TOKEN"]).toBe("old");
  await mac.launchd.running(mac.label);
});

test("B17: a replacement that launchd does not take puts the old definition back and loads it again", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), install);
  const pid = await mac.launchd.running(mac.label);
  const before = readFileSync(mac.plistPath, "utf8");
  mac.launchd.fail({ bootstrapFails: "Bootstrap failed: 1: Operation not permitted" });
  const replaced = mac.service.install(mac.definition({ port: 19_001 }), { force: true });
  await expect(replaced).rejects.toMatchObject({
    message: expect.stringContaining("Operation not permitted"),
  });
  expect(readFileSync(mac.plistPath, "utf8")).toBe(before);
  await mac.launchd.running(mac.label, pid);
  expect((await mac.service.status()).loaded).toBe(true);
});

test.each([
  ["LaunchDaemons", "a file of its name"],
  ["LaunchAgents", "a file of its name"],
])(
  "seed 126: a job of the machine in /Library/%s with our label is in the way, and --force does not help",
  async (folder) => {
    await using mac = await bed();
    const path = await mac.plant(mac.label, {}, `Machine/Library/${folder}`);
    expect(await mac.service.obstacles()).toMatchObject([{ code: "system-service", fatal: true }]);
    const refused = mac.service.install(mac.definition(), { force: true });
    await expect(refused).rejects.toMatchObject({
      code: "system-service",
      message: expect.stringContaining(path),
    });
    expect(existsSync(mac.plistPath)).toBe(false);
    expect(mac.launchd.orders).toEqual([]);
  },
);

test("seed 126: so is one under another file name, and one that is only loaded", async () => {
  await using mac = await bed();
  await mac.plant("custom", { Label: mac.label }, "Machine/Library/LaunchDaemons");
  await expect(mac.service.install(mac.definition(), install)).rejects.toMatchObject({
    code: "system-service",
  });
  await using other = await bed();
  other.launchd.fail({ systemJobs: [other.label] });
  expect(await other.service.obstacles()).toMatchObject([
    { code: "system-service", fix: expect.stringContaining(`sudo launchctl bootout system/${other.label}`) },
  ]);
});

test("seed 126: without a desktop session nothing is written, and what mends it is said", async () => {
  await using mac = await bed();
  mac.launchd.fail({ session: false });
  expect(await mac.service.obstacles()).toMatchObject([
    {
      code: "no-session",
      fatal: true,
      fix: "Log in at the Mac's desktop as this user, without sudo, then repeat the command.",
    },
  ]);
  const refused = mac.service.install(mac.definition(), install);
  await expect(refused).rejects.toMatchObject({ code: "no-session" });
  expect(existsSync(mac.plistPath)).toBe(false);
  const { runtime } = await mac.service.status();
  expect(runtime).toMatchObject({ status: "unknown", inspectionFailure: { code: "no-session" } });
});

test("without a desktop session an installed service cannot be started, stop counts as done, and the disable is still read", async () => {
  await using mac = await bed();
  await mac.service.install(mac.definition(), install);
  await mac.service.stop({ disable: true });
  mac.launchd.fail({ session: false });
  await expect(mac.service.start()).rejects.toMatchObject({ code: "no-session" });
  await mac.service.stop({ disable: true });
  expect((await mac.service.status()).disabledByOperator).toBe(true);
});

test("without launchctl every operation says that there is no service manager", async () => {
  await using mac = await bed({ env: { PATH: "/nonexistent" } });
  await expect(mac.service.status()).rejects.toMatchObject({ code: "no-supervisor" });
  await expect(mac.service.install(mac.definition(), install)).rejects.toMatchObject({
    code: "no-supervisor",
  });
});

test("a command that the gateway itself runs restarts it through a process that outlives both", async () => {
  await using mac = await bed();
  // The job's program runs the test's own code as its child, as the gateway runs a command of an agent.
  const child = `${import.meta.dir}/restart-from-inside.ts`;
  const command = `${process.execPath} ${child} ${mac.home.path} '${mac.launchd.path}' > ${mac.home.at("said")} 2>&1`;
  const program = `#!/bin/sh\n[ -f ${mac.home.at("asked")} ] || { touch ${mac.home.at("asked")}; ${command}; }\nexec sleep 600\n`;
  await mac.home.write("bin/openclaw", program);
  chmodSync(mac.home.at("bin/openclaw"), 0o755);
  await mac.service.install(mac.definition(), install);
  const pid = await mac.launchd.running(mac.label);
  const said = await until("the answer from inside", async () => {
    const file = Bun.file(mac.home.at("said"));
    return (await file.exists()) && ((await file.text()).trim() || undefined);
  });
  expect(said).toBe("scheduled");
  await mac.launchd.running(mac.label, pid);
  expect(() => process.kill(pid, 0)).toThrow();
});
