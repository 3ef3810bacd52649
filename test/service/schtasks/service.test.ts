import { expect, test } from "bun:test";
import { DOMParser } from "@xmldom/xmldom";
import { existsSync, readFileSync, statSync } from "node:fs";
import { argumentsOf } from "../../fakes/schtasks/index.ts";
import { taskBench, utf16File } from "./bench.ts";

const NAME = "OpenClaw Gateway";

/** Texts of elements by tag, read by another parser than the one that wrote them. */
function texts(xml: string): (tag: string) => string[] {
  const document = new DOMParser().parseFromString(xml, "text/xml");
  return (tag) => [...document.getElementsByTagName(tag)].map((node) => node.textContent ?? "");
}

test("B19: seed 159: install registers and starts the task OpenClaw Gateway, which runs the executable itself", async () => {
  await using bench = await taskBench();
  const { service, scheduler, identity, definition } = bench;
  const operation = await service.install(definition, { force: false });
  expect(operation).toEqual({
    result: "installed",
    messages: [`Installed Scheduled Task: ${NAME}`],
    warnings: [],
  });
  const kept = texts(utf16File(identity.path));
  const registered = texts(scheduler.xmlOf(NAME) ?? "");
  for (const of of [kept, registered]) {
    const one = (tag: string) => of(tag).join();
    expect(one("Command")).toBe(bench.home.at("Program Files/openclaw.exe"));
    expect(argumentsOf(one("Arguments"))).toEqual([
      "gateway",
      "--port",
      "18789",
      "--service-env",
      bench.stateFile("gateway.task.env"),
    ]);
    expect(one("WorkingDirectory")).toBe(bench.home.path);
    expect(one("LogonType")).toBe("InteractiveToken");
    expect(one("MultipleInstancesPolicy")).toBe("IgnoreNew");
    expect(one("DisallowStartIfOnBatteries")).toBe("false");
    expect(one("StopIfGoingOnBatteries")).toBe("false");
    expect(one("ExecutionTimeLimit")).toBe("PT0S");
    expect([one("Interval"), one("Count")]).toEqual(["PT1M", "3"]);
    expect(one("Priority")).toBe("7");
    expect(one("StartWhenAvailable")).toBe("true");
    expect(one("Description")).toBe("OpenClaw Gateway");
    expect(of("LogonTrigger")).toHaveLength(1);
    expect(of("Exec")).toHaveLength(1);
  }
  expect(kept("UserId")).toEqual(["DESKTOP-1\\me", "DESKTOP-1\\me"]);
  expect(kept("RunLevel")).toEqual(["LeastPrivilege"]);
  expect(await service.status()).toMatchObject({
    label: "Scheduled Task",
    installed: true,
    loaded: true,
    disabledByOperator: false,
    runtime: { status: "running", state: "running" },
    command: { programArguments: expect.arrayContaining(["gateway", "--port", "18789"]) },
  });
  expect(await service.audit(definition)).toEqual([]);
});

test("the environment lies in a private file beside the task, secrets in another, and none of it in the XML", async () => {
  await using bench = await taskBench({ secrets: { OPENAI_API_KEY: "sk-very-secret" } });
  await bench.service.install(bench.definition, { force: false });
  const file = bench.stateFile("gateway.task.env");
  const text = readFileSync(file, "utf8");
  expect(text).toContain('OPENCLAW_SERVICE_MARKER="openclaw"\n');
  expect(text).toContain('OPENCLAW_WINDOWS_TASK_NAME="OpenClaw Gateway"\n');
  expect(text).toContain(`OPENCLAW_SERVICE_ENV_FILE="${bench.identity.secretsPath}"\n`);
  expect(text).not.toContain("PATH=");
  expect(text).not.toContain("sk-very-secret");
  expect(readFileSync(bench.identity.secretsPath, "utf8")).toContain("sk-very-secret");
  for (const path of [file, bench.identity.secretsPath]) expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(bench.scheduler.xmlOf(NAME)).not.toContain("sk-very-secret");
  const { command } = await bench.service.status();
  expect(command?.environmentValueSources).toMatchObject({
    OPENAI_API_KEY: "file",
    OPENCLAW_SERVICE_MARKER: "inline",
  });
});

test("seed 160: a profile has a task of its own, and the task of an earlier version goes", async () => {
  await using bench = await taskBench({ profile: "rescue" });
  const { scheduler, service } = bench;
  const old =
    "<Task><Actions><Exec><Command>C:\\me\\.clawdbot\\gateway.cmd</Command></Exec></Actions></Task>";
  scheduler.plant("Clawdbot Gateway (rescue)", old);
  scheduler.plant("Clawdbot Gateway", old);
  const { messages } = await service.install(bench.definition, { force: false });
  expect(messages[0]).toContain("Clawdbot Gateway (rescue)");
  expect(scheduler.xmlOf("OpenClaw Gateway (rescue)")).toBeDefined();
  expect(scheduler.xmlOf("Clawdbot Gateway (rescue)")).toBeUndefined();
  expect(scheduler.xmlOf("Clawdbot Gateway")).toBeDefined();
  expect(utf16File(bench.stateFile("Clawdbot-Gateway-rescue-.xml.bak"))).toContain(".clawdbot");
});

test("seed 162: restart ends the running task and starts it anew, stop ends it, start begins again", async () => {
  await using bench = await taskBench();
  const { service, scheduler } = bench;
  await service.install(bench.definition, { force: false });
  const first = scheduler.pidOf(NAME);
  expect((await service.restart()).result).toBe("restarted");
  const second = scheduler.pidOf(NAME);
  expect(second).not.toBe(first);
  expect((await service.stop({ disable: false })).result).toBe("stopped");
  expect((await service.status()).runtime).toMatchObject({ status: "stopped" });
  expect((await service.stop({ disable: false })).result).toBe("not-loaded");
  expect((await service.start()).result).toBe("started");
  expect((await service.status()).runtime.status).toBe("running");
});

test("install is a no-op when the task is there, and --force follows the definition", async () => {
  await using bench = await taskBench();
  const { service, scheduler } = bench;
  await service.install(bench.definition, { force: false });
  const moved = bench.definitionFor(19_002);
  expect((await service.install(moved, { force: false })).result).toBe("already-installed");
  expect((await service.audit(moved)).map(({ code }) => code)).toEqual(["gateway-port-mismatch"]);
  expect((await service.install(moved, { force: true })).result).toBe("installed");
  expect(scheduler.xmlOf(NAME)).toContain("--port 19002");
  expect(await service.audit(moved)).toEqual([]);
});

test("B19: a task that is registered otherwise than asked is taken back, the one before put there again", async () => {
  await using bench = await taskBench();
  const { service, scheduler } = bench;
  scheduler.fail({ alters: { ExecutionTimeLimit: "PT72H" } });
  const failed = service.install(bench.definition, { force: false });
  await expect(failed).rejects.toThrow("Settings.ExecutionTimeLimit: PT72H -> PT0S");
  expect(scheduler.xmlOf(NAME)).toBeUndefined();

  scheduler.fail({});
  await service.install(bench.definition, { force: false });
  scheduler.fail({ alters: { LogonType: "Password" } });
  const replaced = service.install(bench.definitionFor(19_002), { force: true });
  await expect(replaced).rejects.toThrow("LogonType");
  expect(scheduler.xmlOf(NAME)).toContain("--port 18789");
});

test("uninstall leaves nothing behind, and an absent task counts as done", async () => {
  await using bench = await taskBench({ secrets: { OPENAI_API_KEY: "sk-1" } });
  const { service, scheduler, identity } = bench;
  await service.install(bench.definition, { force: false });
  expect((await service.uninstall()).result).toBe("uninstalled");
  expect(scheduler.xmlOf(NAME)).toBeUndefined();
  for (const path of [identity.path, identity.secretsPath, bench.stateFile("gateway.task.env")]) {
    expect(existsSync(path)).toBe(false);
  }
  expect(await service.status()).toMatchObject({ installed: false, runtime: { missingUnit: true } });
  expect(await service.uninstall()).toMatchObject({
    result: "uninstalled",
    messages: ["Scheduled task not found: OpenClaw Gateway"],
  });
  await expect(service.start()).rejects.toMatchObject({ code: "not-installed" });
});
