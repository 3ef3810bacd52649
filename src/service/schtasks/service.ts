import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ServiceError } from "../errors.ts";
import { legacyNames, type ServiceIdentity } from "../identity.ts";
import type { ServiceMachine } from "../machine.ts";
import { writeSecretsFile } from "../secrets-file.ts";
import type {
  AuditIssue,
  ForeignService,
  Obstacle,
  Operation,
  OperationResult,
  Service,
  ServiceDefinition,
  ServiceStatus,
} from "../service.ts";
import { auditTask } from "./audit.ts";
import { writeEnvironment } from "./environment-file.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { commandIn, environmentFileOf, type Installed, known, lookFor, present } from "./installed.ts";
import { launchEntry, launchTask } from "./launch.ts";
import { otherTasks, removeLegacyTask } from "./others.ts";
import { intendedXml, meant, register } from "./registration.ts";
import { type Refusal, refused, TaskScheduler } from "./scheduler.ts";
import { entryPathOf, StartupEntry } from "./startup-entry.ts";
import { statusOf } from "./status.ts";
import { taskArguments } from "./task-xml.ts";

/** The gateway as a scheduled task, or as an entry of the Startup folder where no task may be made. */
export class ScheduledTaskService implements Service {
  readonly kind = "schtasks";
  readonly #scheduler: TaskScheduler;
  readonly #startup: StartupEntry;
  readonly #process: GatewayProcess;

  constructor(
    private readonly machine: ServiceMachine,
    readonly identity: ServiceIdentity,
  ) {
    this.#scheduler = new TaskScheduler(machine);
    this.#startup = StartupEntry.of(machine.env, machine.paths.stateDir, identity.name);
    this.#process = new GatewayProcess(machine);
  }

  async status(): Promise<ServiceStatus> {
    const [installed, run] = await Promise.all([this.#look(), this.#scheduler.runOf(this.identity.name)]);
    return statusOf({
      installed,
      run,
      owner: this.#process.owner(),
      command: commandIn(installed, this.identity, this.#startup),
      identity: this.identity,
      entryPath: this.#startup.entryPath,
    });
  }

  async obstacles(): Promise<readonly Obstacle[]> {
    const { raw } = this.machine.env;
    if (raw["SSH_CONNECTION"] === undefined || raw["SESSIONNAME"] !== undefined) return [];
    return [
      {
        code: "no-session",
        fatal: false,
        message: "The task runs in the session of a logged-on user, and this is a connection over SSH.",
        fix: "Log on at the desktop or by Remote Desktop; the task starts then.",
      },
    ];
  }

  async install(definition: ServiceDefinition, { force }: { readonly force: boolean }): Promise<Operation> {
    const before = known(await this.#look());
    if (before.how !== "none" && !force) {
      return done("already-installed", [`${nounOf(before)} already registered: ${this.identity.name}`]);
    }
    const removed = await this.#removeEarlierNames();
    const { messages, warnings } = await this.#write(definition, before, true);
    const owner = before.how === "none" ? this.#process.owner() : undefined;
    if (owner === undefined) {
      await this.#halt(before);
      const installed = present(await this.#look());
      // What replaces tasks may leave them disabled, the program of an update among others.
      await this.#enable(installed);
      await this.#launch(installed);
    }
    const beside =
      owner === undefined
        ? []
        : [`A gateway already runs here (pid ${owner.pid}). End it, then: openclaw gateway start`];
    return {
      result: "installed",
      messages: [...removed, ...messages],
      warnings: [...warnings, ...beside],
    };
  }

  async refresh(definition: ServiceDefinition): Promise<Operation> {
    const before = present(await this.#look());
    const run = before.how === "task" ? await this.#scheduler.runOf(this.identity.name) : undefined;
    const wasRunning = run?.running === true || this.#process.owner() !== undefined;
    const { messages, warnings } = await this.#write(definition, before, before.enabled);
    if (before.enabled) {
      const after = present(await this.#look());
      await this.#enable(after);
      if (wasRunning) {
        await this.#halt(before);
        await this.#launch(after);
      }
    }
    return { result: "installed", messages, warnings };
  }

  async uninstall(): Promise<Operation> {
    const { name, path, secretsPath } = this.identity;
    const installed = known(await this.#look());
    await this.#halt(installed);
    if (installed.how === "task") {
      const deleted = await this.#scheduler.delete(name);
      if (!deleted.ok) throw refused(`delete the task "${name}"`, deleted);
      if ((await this.#scheduler.find(name)).state === "found") {
        throw new ServiceError("failed", `The Task Scheduler still has the task "${name}".`);
      }
    }
    const files = [...this.#launcherFiles(), path, environmentFileOf(this.identity), secretsPath];
    const there = files.filter((file) => existsSync(file));
    for (const file of there) rmSync(file, { force: true });
    const task = installed.how === "task" ? [`Removed the scheduled task: ${name}`] : [];
    const messages = [...task, ...there.map((file) => `Removed ${file}`)];
    return done("uninstalled", messages.length > 0 ? messages : [`Scheduled task not found: ${name}`]);
  }

  async start(): Promise<Operation> {
    const installed = present(await this.#look());
    const owner = this.#process.owner();
    if (owner !== undefined && installed.enabled) {
      return done("already-running", [`The gateway is already running (pid ${owner.pid}).`]);
    }
    await this.#enable(installed);
    if (owner === undefined) await this.#launch(installed);
    return done("started", [`Started ${nounOf(installed)}: ${this.identity.name}`]);
  }

  async stop({ disable }: { readonly disable: boolean }): Promise<Operation> {
    const installed = known(await this.#look());
    if (disable) await this.#disable(installed);
    if (installed.how === "none")
      return done("not-loaded", ["No scheduled task of the gateway is installed."]);
    const stopped = await this.#halt(installed);
    const kept = disable ? ["It stays so until: openclaw gateway start"] : [];
    return stopped
      ? done("stopped", [`Stopped ${nounOf(installed)}: ${this.identity.name}`, ...kept])
      : done("not-loaded", ["The gateway was not running.", ...kept]);
  }

  async restart(): Promise<Operation> {
    const installed = present(await this.#look());
    await this.#halt(installed);
    await this.#enable(installed);
    await this.#launch(installed);
    return done("restarted", [`Restarted ${nounOf(installed)}: ${this.identity.name}`]);
  }

  async audit(expected: ServiceDefinition): Promise<readonly AuditIssue[]> {
    const installed = await this.#look();
    const command = commandIn(installed, this.identity, this.#startup);
    if (command === undefined) return [];
    const task = installed.how === "task" ? installed.task : undefined;
    return auditTask(
      command,
      task,
      expected,
      meant(intendedXml(this.machine, this.identity, expected, true)),
    );
  }

  others({ deep }: { readonly deep: boolean }): Promise<readonly ForeignService[]> {
    return otherTasks(this.identity, this.#scheduler, deep);
  }

  removeLegacy(service: ForeignService): Promise<readonly string[]> {
    return removeLegacyTask(service, this.#scheduler, this.machine);
  }

  #look(): Promise<Installed> {
    return lookFor(this.identity, this.#scheduler, this.#startup);
  }

  /** Registers the task; where Windows does not let us, the Startup folder gets the launcher. */
  async #write(
    definition: ServiceDefinition,
    before: Installed,
    enabled: boolean,
  ): Promise<Pick<Operation, "messages" | "warnings">> {
    const { identity } = this;
    const xml = intendedXml(this.machine, identity, definition, enabled);
    writeEnvironment(environmentFileOf(identity), definition.environment);
    writeSecretsFile(identity.secretsPath, definition.secretEnvironment);
    const answer = await register(
      this.#scheduler,
      identity,
      xml,
      before.how === "task" ? before.xml : undefined,
    );
    if (answer.ok) {
      for (const file of this.#launcherFiles()) rmSync(file, { force: true });
      return { messages: [`Installed Scheduled Task: ${identity.name}`], warnings: [] };
    }
    // Two starters of one gateway are worse than an old one; and a task that cannot be replaced still starts.
    if (before.how === "task" || !allowsFallback(answer)) throw refused("register the task", answer);
    this.#startup.write({
      ...definition,
      programArguments: taskArguments(definition, environmentFileOf(identity)),
    });
    if (!enabled) this.#startup.disable();
    return {
      messages: [`Installed Windows login item: ${this.#startup.entryPath}`],
      warnings: [
        `No scheduled task could be made (${answer.detail}). The Startup folder's launcher starts ` +
          `${this.#startup.scriptPath} when you log on; after a failure nothing starts the gateway again.`,
      ],
    };
  }

  /**
   * Asks the gateway to end, ends the task when it does not, and then whatever else runs this gateway; `false` when nothing
   * did. Without a service there is nothing to end: who runs the gateway by hand, ends it by hand. @throws ServiceError
   */
  async #halt(installed: Installed): Promise<boolean> {
    const { name } = this.identity;
    if (installed.how === "none") return false;
    const owner = this.#process.owner();
    if (owner !== undefined && (await this.#process.endsWhenAsked(owner))) return true;
    const run = installed.how === "task" ? await this.#scheduler.runOf(name) : undefined;
    if (run?.running === true) {
      const ended = await this.#scheduler.end(name);
      if (!ended.ok && ended.reason !== "failed") throw refused(`end the task "${name}"`, ended);
      if (await this.#process.isGoneAfterEnd()) return true;
    }
    // Not the task's: it was started at logon, by hand, or before the task was replaced.
    const left = this.#process.owner();
    if (left !== undefined) await this.#process.end(left);
    return owner !== undefined || run?.running === true;
  }

  /** @throws ServiceError when nothing runs then */
  #launch({ how }: Extract<Installed, { enabled: boolean }>): Promise<void> {
    const { clock } = this.machine;
    return how === "startup"
      ? launchEntry(this.machine, this.#startup, this.#process)
      : launchTask(this.identity.name, this.#scheduler, this.#process, clock);
  }

  async #enable(installed: Extract<Installed, { enabled: boolean }>): Promise<void> {
    if (installed.enabled) return;
    if (installed.how === "startup") return this.#startup.enable();
    await this.#change("/ENABLE", true);
  }

  async #disable(installed: Installed): Promise<void> {
    if (installed.how === "startup") this.#startup.disable();
    if (installed.how === "task") await this.#change("/DISABLE", false);
  }

  async #change(to: "/ENABLE" | "/DISABLE", enabled: boolean): Promise<void> {
    const answer = await this.#scheduler.change(this.identity.name, to);
    const what = enabled ? "enable" : "disable";
    if (!answer.ok) throw refused(`${what} the task`, answer);
    const after = await this.#look();
    if (after.how === "task" && after.enabled === enabled) return;
    throw new ServiceError("failed", `The Task Scheduler did not ${what} "${this.identity.name}".`);
  }

  /** What starts a gateway without a task, of this version and of earlier ones. */
  #launcherFiles(): readonly string[] {
    const { env, paths } = this.machine;
    return (["cmd", "vbs"] as const).flatMap((extension) => [
      entryPathOf(env, this.identity.name, extension),
      join(paths.stateDir, `gateway.${extension}`),
    ]);
  }

  async #removeEarlierNames(): Promise<readonly string[]> {
    const known = (await this.#scheduler.names()) ?? [];
    const done: string[] = [];
    for (const label of legacyNames("schtasks", this.identity.profile)) {
      const entries = (["cmd", "vbs"] as const).map((one) => entryPathOf(this.machine.env, label, one));
      if (!known.includes(label) && !entries.some((entry) => existsSync(entry))) continue;
      done.push(...(await removeLegacyTask({ label }, this.#scheduler, this.machine)));
    }
    return done;
  }
}

/** Refusals after which the Startup folder is worth a try: policies answer with code 1 in any language. */
function allowsFallback({ reason, exitCode }: Refusal): boolean {
  return reason === "denied" || reason === "timeout" || exitCode === 1;
}

function nounOf({ how }: Installed): string {
  return how === "startup" ? "Windows login item" : "Scheduled Task";
}

function done(result: OperationResult, messages: readonly string[]): Operation {
  return { result, messages, warnings: [] };
}
