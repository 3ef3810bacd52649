import { accountHome, type ServiceIdentity } from "../identity.ts";
import { ServiceError } from "../errors.ts";
import type { ServiceMachine } from "../machine.ts";
import type {
  AuditIssue,
  ForeignService,
  InstalledCommand,
  Obstacle,
  Operation,
  OperationResult,
  Service,
  ServiceDefinition,
  ServiceRuntime,
  ServiceStatus,
} from "../service.ts";
import { commandOf, launchdLogPath } from "./agent.ts";
import { auditAgent } from "./audit.ts";
import { AgentFiles, type FormerFiles } from "./files.ts";
import { type Handoff, handOff, isBelow } from "./inside.ts";
import { LaunchdJob } from "./job.ts";
import { type JobState, Launchctl, noSession } from "./launchctl.ts";
import { readPlistFile } from "./plist-file.ts";
import type { JobFacts } from "./print.ts";
import { runtimeOf } from "./runtime-facts.ts";
import { LaunchdScan } from "./scan.ts";
import { refusal, systemJob, systemJobObstacle } from "./system-job.ts";

/** Places that are the machine's; others in tests. */
export interface LaunchdPlaces {
  /** Where the machine's own jobs lie: `LaunchDaemons` and `LaunchAgents`. */
  readonly library: string;
}

/** A gateway as a LaunchAgent: a job of the user, in the session of the desktop. */
export class LaunchdService implements Service {
  readonly kind = "launchd";
  readonly #launchctl: Launchctl;
  readonly #job: LaunchdJob;
  readonly #files: AgentFiles;
  readonly #scan: LaunchdScan;
  readonly #logPath: string;

  constructor(
    private readonly machine: ServiceMachine,
    readonly identity: ServiceIdentity,
    private readonly places: LaunchdPlaces = { library: "/Library" },
  ) {
    this.#logPath = launchdLogPath(machine.env, identity);
    this.#launchctl = new Launchctl(machine);
    this.#job = new LaunchdJob(machine, this.#launchctl, identity.name);
    this.#files = new AgentFiles(identity, accountHome(machine.env), this.#logPath);
    this.#scan = new LaunchdScan(machine, this.#launchctl, identity, places.library);
  }

  async status(): Promise<ServiceStatus> {
    const [job, disabled, definition] = await Promise.all([
      this.#job.state(),
      this.#launchctl.isDisabled(this.identity.name),
      this.#definition(),
    ]);
    return {
      label: "LaunchAgent",
      installed: this.#files.exist(),
      loaded: job.state === "loaded",
      loadedText: "loaded",
      notLoadedText: "not loaded",
      disabledByOperator: disabled === true,
      command: definition.command,
      runtime: this.#runtime(job, definition.failure),
      details: {
        launchd: {
          target: this.#target,
          plistPath: this.identity.path,
          logPath: this.#logPath,
        },
      },
    };
  }

  async obstacles(): Promise<readonly Obstacle[]> {
    const [where, missing] = await Promise.all([
      systemJob(this.machine, this.#launchctl, this.#systemName),
      this.#launchctl.missingSession(),
    ]);
    const found: Obstacle[] = [];
    if (where !== undefined) found.push(systemJobObstacle(this.identity.name, where));
    if (missing !== undefined) {
      const { message, hints } = noSession(this.#launchctl.domain, missing);
      found.push({ code: "no-session", fatal: true, message, fix: hints[0] ?? message });
    }
    return found;
  }

  async install(definition: ServiceDefinition, { force }: { readonly force: boolean }): Promise<Operation> {
    await this.#assertOurs();
    if (this.#files.exist() && !force) return this.#alreadyInstalled(definition);
    const missing = await this.#launchctl.missingSession();
    if (missing !== undefined) throw noSession(this.#launchctl.domain, missing);
    const messages = await this.#removeEarlierNames();
    if (force) this.#files.backUp();
    const before = await this.#before();
    const scheduled = await this.#replacing(before, async () => {
      this.#files.write(definition);
      await this.#launchctl.enable(this.identity.name);
      return this.#reload(before.job);
    });
    messages.push(`Installed LaunchAgent: ${this.identity.path}`, `Logs: ${this.#logPath}`);
    return done(scheduled ? "scheduled" : "installed", messages);
  }

  async refresh(definition: ServiceDefinition): Promise<Operation> {
    this.#assertInstalled();
    await this.#assertOurs();
    const before = await this.#before();
    const updated = `Updated LaunchAgent: ${this.identity.path}`;
    if (before.disabled || before.job.state !== "loaded") {
      this.#files.write(definition);
      const state = before.disabled ? "it is disabled and stays so" : "it is not loaded and stays so";
      return done("installed", [updated, `The service was not started: ${state}.`]);
    }
    const scheduled = await this.#replacing(before, async () => {
      this.#files.write(definition);
      return this.#reload(before.job);
    });
    return done(scheduled ? "scheduled" : "restarted", [updated]);
  }

  async uninstall(): Promise<Operation> {
    const messages = await this.#removeEarlierNames();
    const job = await this.#job.state();
    const inside = await this.#isInside(job);
    // From inside the job nothing more is done after it is unloaded, so the file goes first.
    if (!inside) await this.#job.unload();
    const file = this.#files.discard(new Date(this.machine.clock.now()));
    if (file?.trashed === true) messages.push(`Moved LaunchAgent to the Trash: ${file.path}`);
    if (file?.trashed === false) messages.push(`Removed LaunchAgent: ${file.path}`);
    if (inside) this.#handOff("bootout");
    return done(inside ? "scheduled" : "uninstalled", messages);
  }

  async start(): Promise<Operation> {
    this.#assertInstalled();
    await this.#assertOurs();
    await this.#launchctl.enable(this.identity.name);
    const job = await this.#job.state();
    const pid = pidOf(job);
    if (pid !== undefined) return done("already-running", [`LaunchAgent is running: pid ${pid}`]);
    await this.#startIdle();
    return done("started", [`Started LaunchAgent: ${this.#target}`]);
  }

  async stop({ disable }: { readonly disable: boolean }): Promise<Operation> {
    const messages: string[] = [];
    if (disable) {
      await this.#launchctl.disable(this.identity.name);
      messages.push(`Disabled LaunchAgent: ${this.#target}`);
    }
    if (await this.#isInside(await this.#job.state())) {
      this.#handOff("bootout");
      return done("scheduled", [...messages, `LaunchAgent is about to stop: ${this.#target}`]);
    }
    const stopped = await this.#job.unload();
    return stopped
      ? done("stopped", [...messages, `Stopped LaunchAgent: ${this.#target}`])
      : done("not-loaded", [...messages, `LaunchAgent is not loaded: ${this.#target}`]);
  }

  async restart(): Promise<Operation> {
    this.#assertInstalled();
    await this.#assertOurs();
    const { name, path } = this.identity;
    if ((await this.#launchctl.isDisabled(name)) === true) {
      throw new ServiceError(
        "disabled",
        `The LaunchAgent ${name} was disabled by hand and is not restarted.`,
        ["Enable and start it: openclaw gateway start"],
      );
    }
    const job = await this.#job.state();
    const restarted = `Restarted LaunchAgent: ${this.#target}`;
    if (job.state !== "loaded") {
      await this.#startIdle();
      return done("restarted", [restarted]);
    }
    const changed = await this.#isOutdated(job.facts);
    if (await this.#isInside(job)) {
      this.#handOff(changed ? "reload" : "kickstart");
      return done("scheduled", [`LaunchAgent is about to restart: ${this.#target}`]);
    }
    if (changed) {
      await this.#job.unload();
      await this.#job.load(path);
    } else if (await this.#job.kick({ kill: true })) {
      await this.#job.gone(job.facts.pid);
    } else {
      await this.#job.load(path);
    }
    return done("restarted", [restarted]);
  }

  async audit(expected: ServiceDefinition): Promise<readonly AuditIssue[]> {
    const { path, name } = this.identity;
    const plist = await readPlistFile(this.machine, path);
    return plist === undefined
      ? []
      : auditAgent(plist, { path, label: name, logPath: this.#logPath }, expected);
  }

  others(options: { readonly deep: boolean }): Promise<readonly ForeignService[]> {
    return this.#scan.others(options);
  }

  removeLegacy(service: ForeignService): Promise<readonly string[]> {
    return this.#scan.removeLegacy(service);
  }

  get #target(): string {
    return this.#launchctl.target(this.identity.name);
  }

  get #systemName() {
    return { label: this.identity.name, library: this.places.library };
  }

  async #definition(): Promise<{ command: InstalledCommand | undefined; failure: string | undefined }> {
    const { path } = this.identity;
    try {
      const plist = await readPlistFile(this.machine, path);
      return { command: plist && commandOf(plist, path), failure: undefined };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { command: undefined, failure: error.message };
    }
  }

  #runtime(job: JobState, failure: string | undefined): ServiceRuntime {
    const runtime = runtimeOf(job, { installed: this.#files.exist() });
    return failure === undefined || runtime.inspectionFailure !== undefined
      ? runtime
      : { ...runtime, inspectionFailure: { code: "definition-unreadable", detail: failure } };
  }

  async #alreadyInstalled(definition: ServiceDefinition): Promise<Operation> {
    const [job, issues] = await Promise.all([this.#job.state(), this.audit(definition)]);
    const messages = [`LaunchAgent is installed already: ${this.identity.path}`];
    if (job.state !== "loaded") messages.push("It is not loaded; start it with: openclaw gateway start");
    const warnings = issues.map(({ message, detail }) =>
      detail === undefined ? message : `${message} (${detail})`,
    );
    if (issues.length > 0) messages.push("Write it anew with: openclaw gateway install --force");
    return { result: "already-installed", messages, warnings };
  }

  async #removeEarlierNames(): Promise<string[]> {
    const messages: string[] = [];
    for (const service of await this.#scan.legacyOfProfile()) {
      messages.push(...(await this.#scan.removeLegacy(service)));
    }
    return messages;
  }

  async #before() {
    const [job, disabled] = await Promise.all([
      this.#job.state(),
      this.#launchctl.isDisabled(this.identity.name),
    ]);
    return { job, disabled: disabled === true, files: this.#files.former() };
  }

  /** Carries out a replacement; when it fails, what was there before is there again. */
  async #replacing<Result>(
    before: { readonly job: JobState; readonly disabled: boolean; readonly files: FormerFiles },
    replace: () => Promise<Result>,
  ): Promise<Result> {
    try {
      return await replace();
    } catch (error) {
      this.#files.restore(before.files);
      try {
        if (before.job.state === "loaded") {
          await this.#job.unload();
          await this.#job.load(this.identity.path);
        }
        if (before.disabled) await this.#launchctl.disable(this.identity.name);
      } catch (second) {
        const reason = second instanceof Error ? second.message : String(second);
        const first = error instanceof Error ? error.message : String(error);
        throw new ServiceError(
          "failed",
          `${first}. The service of before was put back, but: ${reason}`,
          ["Start it with: openclaw gateway start"],
          { cause: error },
        );
      }
      throw error;
    }
  }

  /** Has launchd read the property list anew and starts the gateway; true when that is left to another process. */
  async #reload(job: JobState): Promise<boolean> {
    if (await this.#isInside(job)) {
      this.#handOff("reload");
      return true;
    }
    await this.#job.unload();
    await this.#job.load(this.identity.path);
    return false;
  }

  /** Starts a job that does not run, loaded or not. */
  async #startIdle(): Promise<void> {
    if (await this.#job.kick({ kill: false })) return;
    await this.#job.load(this.identity.path);
    await this.#job.kick({ kill: false });
  }

  /** launchd still runs another definition than the file has. */
  async #isOutdated({ programArguments, environment }: JobFacts): Promise<boolean> {
    const { command } = await this.#definition();
    if (command === undefined) return false;
    const inline = Object.entries(command.environment).filter(
      ([name]) => command.environmentValueSources[name] === "inline",
    );
    const other = (loaded: readonly string[]) => loaded.join("\n") !== command.programArguments.join("\n");
    return (
      (programArguments !== undefined && other(programArguments)) ||
      (environment !== undefined && inline.some(([name, value]) => environment[name] !== value))
    );
  }

  #isInside(job: JobState): Promise<boolean> {
    return isBelow(this.machine, pidOf(job));
  }

  #handOff(step: Handoff): void {
    const { domain } = this.#launchctl;
    handOff(this.machine, step, { target: this.#target, domain, plistPath: this.identity.path });
  }

  #assertInstalled(): void {
    if (this.#files.exist()) return;
    throw new ServiceError("not-installed", "The gateway's LaunchAgent is not installed.", [
      "Install and start it: openclaw gateway install",
    ]);
  }

  async #assertOurs(): Promise<void> {
    const where = await systemJob(this.machine, this.#launchctl, this.#systemName);
    if (where !== undefined) throw refusal(systemJobObstacle(this.identity.name, where));
  }
}

function pidOf(job: JobState): number | undefined {
  return job.state === "loaded" ? job.facts.pid : undefined;
}

function done(result: OperationResult, messages: readonly string[]): Operation {
  return { result, messages, warnings: [] };
}
