import { accountHome, launchdOutputPath, type ServiceIdentity } from "../identity.ts";
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
import { Activation } from "./activation.ts";
import { commandOf } from "./agent.ts";
import { auditAgent } from "./audit.ts";
import { AgentFiles } from "./files.ts";
import { LaunchdJob } from "./job.ts";
import { type JobState, Launchctl, noSession } from "./launchctl.ts";
import { readPlistFile } from "./plist-file.ts";
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
  readonly #activation: Activation;
  readonly #logPath: string;

  constructor(
    private readonly machine: ServiceMachine,
    readonly identity: ServiceIdentity,
    private readonly places: LaunchdPlaces = { library: "/Library" },
  ) {
    this.#logPath = launchdOutputPath(machine.env, identity.profile);
    this.#launchctl = new Launchctl(machine);
    this.#job = new LaunchdJob(machine, this.#launchctl, identity.name);
    this.#files = new AgentFiles(identity, accountHome(machine.env), this.#logPath);
    this.#activation = new Activation(machine, this.#launchctl, this.#job, this.#files, identity.path);
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
    const scheduled = await this.#activation.replace(await this.#activation.former(), definition, true);
    messages.push(`Installed LaunchAgent: ${this.identity.path}`, `Logs: ${this.#logPath}`);
    return done(scheduled ? "scheduled" : "installed", messages);
  }

  async refresh(definition: ServiceDefinition): Promise<Operation> {
    this.#assertInstalled();
    await this.#assertOurs();
    const former = await this.#activation.former();
    const updated = `Updated LaunchAgent: ${this.identity.path}`;
    if (former.disabled || former.job.state !== "loaded") {
      this.#files.write(definition);
      const state = former.disabled ? "it is disabled and stays so" : "it is not loaded and stays so";
      return done("installed", [updated, `The service was not started: ${state}.`]);
    }
    const scheduled = await this.#activation.replace(former, definition, false);
    return done(scheduled ? "scheduled" : "restarted", [updated]);
  }

  async uninstall(): Promise<Operation> {
    const messages = await this.#removeEarlierNames();
    const job = await this.#job.state();
    const inside = await this.#activation.isInside(job);
    // From inside the job nothing more is done after it is unloaded, so the file goes first.
    if (!inside) await this.#job.unload();
    const file = this.#files.discard(new Date(this.machine.clock.now()));
    if (file?.trashed === true) messages.push(`Moved LaunchAgent to the Trash: ${file.path}`);
    if (file?.trashed === false) messages.push(`Removed LaunchAgent: ${file.path}`);
    if (messages.length === 0) messages.push(`LaunchAgent not found at ${this.identity.path}`);
    if (inside) this.#activation.handOff("bootout");
    return done(inside ? "scheduled" : "uninstalled", messages);
  }

  async start(): Promise<Operation> {
    this.#assertInstalled();
    await this.#assertOurs();
    await this.#launchctl.enable(this.identity.name);
    const job = await this.#job.state();
    const pid = pidOf(job);
    if (pid !== undefined) return done("already-running", [`LaunchAgent is running: pid ${pid}`]);
    await this.#activation.startIdle();
    return done("started", [`Started LaunchAgent: ${this.#target}`]);
  }

  async stop({ disable }: { readonly disable: boolean }): Promise<Operation> {
    const messages: string[] = [];
    if (disable) {
      await this.#launchctl.disable(this.identity.name);
      messages.push(`Disabled LaunchAgent: ${this.#target}`);
    }
    if (await this.#activation.isInside(await this.#job.state())) {
      this.#activation.handOff("bootout");
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
    const { name } = this.identity;
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
      await this.#activation.startIdle();
      return done("restarted", [restarted]);
    }
    const { command } = await this.#definition();
    if (await this.#activation.restart(job.facts, command))
      return done("scheduled", [`LaunchAgent is about to restart: ${this.#target}`]);
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
