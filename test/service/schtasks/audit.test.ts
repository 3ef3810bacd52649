import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { differences, readTask } from "../../../src/service/schtasks/task-reading.ts";
import { taskBench } from "./bench.ts";

const NAME = "OpenClaw Gateway";

/** A task as an installation of an earlier version leaves it: a script, three days, not on batteries. */
const OLD = `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><URI>\\OpenClaw Gateway</URI></RegistrationInfo>
  <Triggers><LogonTrigger><UserId>DESKTOP-1\\me</UserId></LogonTrigger></Triggers>
  <Principals><Principal id="Author"><UserId>S-1-5-21-1-2-3-1001</UserId><LogonType>InteractiveToken</LogonType></Principal></Principals>
  <Settings><RestartOnFailure><Interval>PT1M</Interval><Count>3</Count></RestartOnFailure></Settings>
  <Actions Context="Author"><Exec><Command>C:\\Users\\me\\.openclaw\\gateway.cmd</Command></Exec></Actions>
</Task>`;

test("an audit names what a task of an earlier version lacks, and install --force mends it", async () => {
  await using bench = await taskBench();
  const { service, scheduler } = bench;
  scheduler.plant(NAME, OLD);
  const issues = await service.audit(bench.definition);
  const details = issues.map(({ code, message, detail }) => `${code} ${message} ${detail}`).join("\n");
  expect(details).toContain("gateway-command-missing");
  expect(details).toContain("schtasks-environment-missing");
  expect(details).toMatch(/Settings\.ExecutionTimeLimit .*PT72H -> PT0S/);
  expect(details).toMatch(/Settings\.DisallowStartIfOnBatteries .*true -> false/);
  expect(details).not.toContain("UserId");
  await service.install(bench.definition, { force: true });
  expect(await service.audit(bench.definition)).toEqual([]);
});

test("an audit notices that the environment of the task is gone", async () => {
  await using bench = await taskBench();
  await bench.service.install(bench.definition, { force: false });
  rmSync(bench.stateFile("gateway.task.env"));
  const codes = (await bench.service.audit(bench.definition)).map(({ code }) => code);
  expect(codes).toContain("schtasks-environment-missing");
});

test("another case, a letter the console cannot print and an account by its number are no differences", () => {
  const one = (command: string, user: string) =>
    readTask(
      `<Task><Principals><Principal><UserId>${user}</UserId></Principal></Principals>` +
        `<Actions><Exec><Command>${command}</Command></Exec></Actions></Task>`,
    ) ?? new Map<string, string>();
  const meant = one("C:\\Users\\Jörg\\openclaw.exe", "PC\\Jörg");
  expect(differences(one("c:\\users\\jörg\\OpenClaw.exe", "S-1-5-21-7"), meant)).toEqual([]);
  expect(differences(one("C:\\Users\\J\uFFFDrg\\openclaw.exe", "pc\\jörg"), meant)).toEqual([]);
  expect(differences(one("C:\\Users\\Eve\\openclaw.exe", "PC\\Eve"), meant)).toHaveLength(2);
});

test("what schtasks prints in UTF-16 into a pipe is read, and what is no task is none", () => {
  const wide = Buffer.from(`\uFEFF${OLD}`, "utf16le").toString("utf8");
  expect(readTask(wide)?.get("Actions.Exec.Command")).toBe("C:\\Users\\me\\.openclaw\\gateway.cmd");
  expect(readTask("ERROR")).toBeUndefined();
  expect(readTask("<Other/>")).toBeUndefined();
});

test("a deep look lists tasks that run a gateway and are not ours; a shallow one only those of earlier names", async () => {
  await using bench = await taskBench();
  const { service, scheduler } = bench;
  scheduler.plant("Moltbot Gateway", OLD);
  scheduler.plant("OpenClaw Gateway (rescue)", OLD);
  scheduler.plant("My Bot", OLD);
  scheduler.plant("Backup", OLD.replace("gateway.cmd", "backup.exe").replace(".openclaw", "files"));
  const shallow = await service.others({ deep: false });
  expect(shallow.map(({ label }) => label)).toEqual(["Moltbot Gateway"]);
  const deep = await service.others({ deep: true });
  expect(deep.map(({ label, legacy }) => [label, legacy])).toEqual([
    ["Moltbot Gateway", true],
    ["My Bot", false],
  ]);
  expect(deep[0]?.cleanup.at(-1)).toMatch(/^schtasks \/Delete \/F \/TN "/);
  const [legacy] = shallow;
  if (legacy === undefined) throw new Error("no legacy task");
  expect((await service.removeLegacy(legacy))[0]).toContain("Moltbot Gateway");
  expect(scheduler.xmlOf("Moltbot Gateway")).toBeUndefined();
});
