import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { ServiceError } from "../errors.ts";
import type { ServiceIdentity } from "../identity.ts";
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
import { auditUnit } from "./audit.ts";
import { commandOf, type InstalledUnit, readUnit } from "./installed.ts";
import { type Landmarks, LANDMARKS } from "./landmarks.ts";
import { asForeign, legacyUnits, putAside, removeLegacyUnit } from "./legacy.ts";
import { findObstacles, refuse } from "./obstacles.ts";
import { systemUnitOf, systemUnits, userUnits } from "./scan.ts";
import { failureOf, readRuntime, systemdInstallation } from "./seen.ts";
import { PROPERTIES, runtimeOf } from "./state.ts";
import { asRoot, Systemctl } from "./systemctl.ts";
import { Undo } from "./undo.ts";
import { isMasked, putUnit } from "./unit-file.ts";

/** Words of `is-enabled` for a unit that systemd starts by itself. */
const ENABLED: readonly string[] = [
  "enabled",
  "enabled-runtime",
  "linked",
  "linked-runtime",
  "alias",
  "static",
];

/** Words of `is-enabled` for a unit that it does not; install always enables, so the operator has done this. */
const DISABLED: readonly string[] = ["disabled", "masked", "masked-runtime"];

/** States of a unit that systemd keeps alive, or will again in a moment. */
const UP: readonly string[] = ["active", "activating", "reloading"];

/** The service of a gateway with the systemd of its user. */
export class SystemdService implements Service {
  readonly kind = "systemd";
  private readonly systemctl: Systemctl;

  constructor(
    private readonly machine: ServiceMachine,
    readonly identity: ServiceIdentity,
    private readonly landmarks: Landmarks = LANDMARKS,
  ) {
    this.systemctl = new Systemctl(machine, landmarks);
  }

  async status(): Promise<ServiceStatus> {
    const { machine, identity } = this;
    const unit = this.unit();
    const [runtime, asked] = await Promise.all([
      readRuntime(this.systemctl, identity.name),
      this.enabledState().catch(failureOf),
    ]);
    const [enabled, inspectionFailure] = typeof asked === "string" ? [asked] : [undefined, asked];
    const system = systemUnitOf(machine, identity, this.landmarks);
    const installed = unit !== undefined;
    return {
      label: "systemd user",
      installed,
      loaded: installed && ENABLED.includes(enabled ?? ""),
      loadedText: "enabled",
      notLoadedText: "disabled",
      disabledByOperator: DISABLED.includes(enabled ?? "") && (installed || isMasked(identity.path)),
      command: unit && commandOf(unit, machine),
      // What was not answered is not known: neither half of it is a no.
      runtime: inspectionFailure === undefined ? runtime : { inspectionFailure, ...runtime },
      details: {
        systemdInstallation: await systemdInstallation(identity, installed, system, this.systemctl),
      },
    };
  }

  obstacles(): Promise<readonly Obstacle[]> {
    return findObstacles(this.machine, this.identity, this.landmarks, this.systemctl);
  }

  async install(definition: ServiceDefinition, { force }: { readonly force: boolean }): Promise<Operation> {
    const { name, path } = this.identity;
    const obstacles = await this.obstacles();
    refuse(obstacles);
    const warnings = obstacles.map(({ message, fix }) => `${message} Run: ${fix}`);
    if (isMasked(path)) {
      throw new ServiceError("failed", `${name} is masked; systemd will not start it.`, [
        `systemctl --user unmask ${name}`,
      ]);
    }
    if (!force && this.unit() !== undefined) return this.alreadyInstalled(definition, warnings);
    const messages = await this.undoable(async (undo) => {
      const before = await this.systemctl.show(name, ["ActiveState"]);
      const wasUp = UP.includes(before["ActiveState"] ?? "");
      if (wasUp) undo.add(() => this.systemctl.tell("restart", name));
      await putUnit(this.identity, definition, this.systemctl, undo);
      const lines: string[] = [];
      for (const old of legacyUnits(this.machine, this.identity)) {
        const removed = await putAside(old.name, old.path, this.systemctl);
        undo.add(() => removed.restore());
        lines.push(...removed.lines);
      }
      if (!ENABLED.includes(await this.enabledState())) {
        undo.add(() => this.systemctl.tell("disable", "--now", name));
        await this.systemctl.tell("enable", name);
      }
      if (!wasUp) undo.add(() => this.systemctl.tell("stop", name));
      await this.bringUp("restart");
      return lines;
    });
    return done("installed", [...messages, `Installed systemd service: ${path}`], warnings);
  }

  private async alreadyInstalled(definition: ServiceDefinition, obstacles: string[]): Promise<Operation> {
    const drift = (await this.audit(definition)).map(({ message }) => message);
    const advice = drift.length === 0 ? [] : ["Write it anew with: openclaw gateway install --force"];
    const enabled = ENABLED.includes(await this.enabledState());
    const message = enabled
      ? "Gateway service already enabled."
      : "Gateway service already installed, and disabled. Enable it with: openclaw gateway start";
    return done("already-installed", [message], [...obstacles, ...drift, ...advice]);
  }

  async refresh(definition: ServiceDefinition): Promise<Operation> {
    const { name, path } = this.identity;
    if (this.unit() === undefined) throw this.notInstalled();
    const before = await this.systemctl.show(name, ["ActiveState"]);
    const wasUp = UP.includes(before["ActiveState"] ?? "");
    await this.undoable(async (undo) => {
      if (wasUp) undo.add(() => this.systemctl.tell("restart", name));
      await putUnit(this.identity, definition, this.systemctl, undo);
      if (wasUp) await this.bringUp("restart");
    });
    return done(wasUp ? "restarted" : "installed", [`Updated systemd service: ${path}`]);
  }

  async uninstall(): Promise<Operation> {
    const { name, path, secretsPath } = this.identity;
    const installed = existsSync(path) || isMasked(path);
    if (!installed) return done("not-loaded", [`Systemd service not found at ${path}`]);
    const dropIns = this.unit()?.dropIns ?? [];
    await this.systemctl.tell("disable", "--now", name);
    rmSync(path, { force: true });
    writeSecretsFile(secretsPath, {});
    await this.systemctl.tell("daemon-reload");
    // A unit that ended badly is otherwise listed as failed although its file is gone.
    await this.systemctl.ask("reset-failed", name);
    const warnings = dropIns.map((one) => `Your drop-in was left where it is: ${one.path}`);
    return done("uninstalled", [`Removed systemd service: ${path}`], warnings);
  }

  async start(): Promise<Operation> {
    const { name } = this.identity;
    if (this.unit() === undefined) throw this.notInstalled();
    const { status, state, pid } = runtimeOf(await this.systemctl.show(name, PROPERTIES));
    const enabled = ENABLED.includes(await this.enabledState());
    if (!enabled) await this.systemctl.tell("enable", name);
    if (status === "running" && state !== "deactivating") {
      return done("already-running", [
        `Gateway service already running${pid === undefined ? "" : ` (pid ${pid})`}.`,
      ]);
    }
    await this.bringUp("start");
    return done("started", [`Started systemd service: ${name}`]);
  }

  async stop({ disable }: { readonly disable: boolean }): Promise<Operation> {
    const { name } = this.identity;
    if (this.unit() === undefined) {
      const system = systemUnitOf(this.machine, this.identity, this.landmarks);
      if (system) throw this.notInstalled();
      return done("not-loaded", [`Gateway service is not installed: ${name}`]);
    }
    const before = await this.systemctl.show(name, ["ActiveState"]);
    if (disable) await this.systemctl.tell("disable", name);
    const held = disable ? ["It will not start by itself until: openclaw gateway start"] : [];
    if (["inactive", "failed"].includes(before["ActiveState"] ?? "")) {
      await this.systemctl.ask("reset-failed", name);
      return done("not-loaded", [`Gateway service is not running: ${name}`, ...held]);
    }
    if (this.isInside()) {
      await this.systemctl.tell("--no-block", "stop", name);
      return done("scheduled", [`Stopping systemd service: ${name}`, ...held]);
    }
    await this.systemctl.tell("stop", name);
    return done("stopped", [`Stopped systemd service: ${name}`, ...held]);
  }

  async restart(): Promise<Operation> {
    const { name } = this.identity;
    if (this.unit() === undefined) throw this.notInstalled();
    const inside = this.isInside();
    await this.bringUp("restart");
    return inside
      ? done("scheduled", [`Restarting systemd service: ${name}`])
      : done("restarted", [`Restarted systemd service: ${name}`]);
  }

  async audit(expected: ServiceDefinition): Promise<readonly AuditIssue[]> {
    const unit = this.unit();
    return unit ? auditUnit(unit, expected, this.identity.secretsPath, this.machine) : [];
  }

  async others({ deep }: { readonly deep: boolean }): Promise<readonly ForeignService[]> {
    const { machine, identity } = this;
    const found = userUnits(machine, identity);
    if (deep) found.push(...systemUnits(machine, identity, this.landmarks));
    return Promise.all(
      found.map(async (unit): Promise<ForeignService> => {
        const runtime = await readRuntime(this.systemctl, unit.name, unit.scope);
        const running = runtime.status === "unknown" ? {} : { running: runtime.status === "running" };
        return { ...asForeign(unit, machine.env), ...running };
      }),
    );
  }

  removeLegacy(service: ForeignService): Promise<readonly string[]> {
    return removeLegacyUnit(service, this.systemctl);
  }

  private unit(): InstalledUnit | undefined {
    const { path } = this.identity;
    return isMasked(path) ? undefined : readUnit(path, this.landmarks.userUnitDirs);
  }

  private async enabledState(): Promise<string> {
    const { stdout } = await this.systemctl.ask("is-enabled", this.identity.name);
    return stdout.trim().split("\n", 1).join("");
  }

  /**
   * Starts the gateway; systemd says that it did when the gateway serves. From inside the service the order is only
   * given: it ends the process that gives it.
   */
  private async bringUp(verb: "start" | "restart"): Promise<void> {
    const { name } = this.identity;
    // After too many failures systemd refuses to start a unit until this.
    await this.systemctl.ask("reset-failed", name);
    if (this.isInside()) return this.systemctl.tell("--no-block", verb, name);
    try {
      await this.systemctl.tell(verb, name);
    } catch (error) {
      if (!(await this.isStillStarting(error))) throw await this.startFailure(error);
    }
  }

  /** A start may be longer than anybody waits for `systemctl`, which is not what decides it. */
  private async isStillStarting(error: unknown): Promise<boolean> {
    if (!(error instanceof ServiceError) || error.code !== "timeout") return false;
    const { state, pid } = await readRuntime(this.systemctl, this.identity.name);
    return state === "activating" && pid !== undefined;
  }

  private async startFailure(cause: unknown): Promise<unknown> {
    if (!(cause instanceof ServiceError) || cause.code !== "failed") return cause;
    const { lastExitStatus, lastExitReason, state } = await readRuntime(this.systemctl, this.identity.name);
    const end =
      lastExitStatus === 78
        ? "its configuration forbids the start (exit code 78)"
        : `state ${state ?? "unknown"}, last exit ${lastExitStatus ?? "unknown"}, reason ${lastExitReason ?? "unknown"}`;
    const message = `systemd could not start the gateway: ${end}.`;
    const hints = [`journalctl --user -u ${this.identity.name} -n 30 --no-pager`, "openclaw doctor"];
    return new ServiceError("failed", message, hints, { cause });
  }

  private notInstalled(): ServiceError {
    const system = systemUnitOf(this.machine, this.identity, this.landmarks);
    if (system === undefined) {
      const message = `The gateway's service is not installed (${this.identity.name}).`;
      return new ServiceError("not-installed", message, ["openclaw gateway install"]);
    }
    const message = `This gateway is a service of the whole machine: ${system.path}`;
    const root = asRoot(this.machine.env);
    return new ServiceError("system-service", message, [
      `${root}systemctl restart ${system.name}`,
      `${root}systemctl stop ${system.name}`,
      `systemctl status ${system.name}`,
    ]);
  }

  /** Whether this very process belongs to the service, as the programs of an agent do. */
  private isInside(): boolean {
    const { ownGroup } = this.landmarks;
    const groups = existsSync(ownGroup) ? readFileSync(ownGroup, "utf8") : "";
    return groups.split("\n").some((line) => `${line}/`.includes(`/${this.identity.name}/`));
  }

  private async undoable<T>(work: (undo: Undo) => Promise<T>): Promise<T> {
    const undo = new Undo();
    try {
      return await work(undo);
    } catch (error) {
      const failures = await undo.run();
      if (!(error instanceof ServiceError)) throw error;
      const outcome =
        failures.length === 0
          ? "Everything is as it was before."
          : `The state from before could not be restored in full; look into ${dirname(this.identity.path)}.`;
      throw new ServiceError(error.code, `${error.message} ${outcome}`, error.hints, { cause: error });
    }
  }
}

function done(
  result: OperationResult,
  messages: readonly string[],
  warnings: readonly string[] = [],
): Operation {
  return { result, messages, warnings };
}
