import {
  changedPaths,
  type ConfigPath,
  type ConfigSnapshot,
  formatPath,
  openClawRules,
  type OpenClawConfig,
  partByReaders,
  planReload,
  type ReloadPlan,
  valueAt,
  withoutValue,
  withValue,
} from "../config/index.ts";
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import { gatewayEvents } from "../protocol/index.ts";
import type { RuntimeConfig } from "./runtime-config.ts";
import type { RestartControl } from "./state/restart.ts";
import type { EventPublisher } from "./wire/broadcast.ts";

export interface ConfigReloadDeps {
  readonly runtime: RuntimeConfig;
  readonly restarts: RestartControl;
  readonly events: EventPublisher;
  readonly clock: Clock;
  readonly log: Logger;
  /** Throws when a gateway could not run on this configuration, for example a public bind without a secret. */
  readonly check: (resolved: OpenClawConfig) => void;
  /** Tells the parts that the runtime configuration was replaced. */
  readonly apply: () => void;
}

type Snapshot = ConfigSnapshot<OpenClawConfig>;

/** What a changed configuration leads to: parts are told, or the gateway restarts, as the reload mode says. */
export class ConfigReload {
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly deps: ConfigReloadDeps) {}

  /**
   * Takes a new snapshot. The event goes out at once; the change is applied after the request that wrote it was
   * answered, because applying may close that request's own socket.
   */
  changed(current: Snapshot, previous: Snapshot): void {
    const { clock, events, log } = this.deps;
    const { path, hash } = current;
    events.publish(gatewayEvents.configChanged, { path, hash, ts: clock.now() });
    const told = new Set(notesOf(previous));
    for (const note of notesOf(current)) if (!told.has(note)) log.warn(`config: ${note}`);
    this.catchUp(current);
  }

  /** Takes what was put in force while nobody listened, as between two gateways of one process. */
  catchUp(current: Snapshot): void {
    this.deps.clock.after(0, () => {
      this.running = this.running.then(() => this.take(current));
    });
  }

  /** Compared with what runs, not with the files before: what a mode ignored earlier is still to be done. */
  private async take(current: Snapshot): Promise<void> {
    const { log, restarts, runtime, check } = this.deps;
    const { mode } = current.config.gateway.reload;
    const changes = changedPaths(runtime.accepted, current.config);
    if (changes.length === 0) {
      restarts.withdraw();
      return;
    }
    const { read, unread } = partByReaders(changes.map(formatPath));
    const plan = planReload(read, mode);
    const { variables } = current;
    log.info(`config change detected; evaluating reload (${changes.map(formatPath).join(", ")})`);
    try {
      if (plan.action === "restart") {
        // Only tried out: the restart takes it, and a gateway that could not come back must not go.
        check(await runtime.resolve({ config: current.config, variables }));
      } else {
        restarts.withdraw();
        await this.apply(current, mode === "off" ? changes : changes.filter(isIn(plan.ignored)));
      }
    } catch (error) {
      log.error(failure(error), { error });
      return;
    }
    for (const { path, lacks } of unread)
      log.warn(`config change has no effect: nothing reads ${path}, this version has no ${lacks}`);
    if (plan.ignored.length > 0) {
      log.warn(`config reload requires gateway restart; ${mode} mode ignoring (${plan.ignored.join(", ")})`);
    }
    if (plan.action === "apply") log.info(`config hot reload applied (${plan.apply.join(", ")})`);
    if (plan.action === "restart") this.restart(current, changes, plan);
  }

  /** A restart takes everything at once. Where it has to wait, or cannot be, the rest does not wait for it. */
  private restart(current: Snapshot, changes: readonly ConfigPath[], plan: ReloadPlan): void {
    const { log, restarts } = this.deps;
    log.info(`config change requires gateway restart (${plan.restart.join(", ")})`);
    const { gateway } = current.config;
    const hot = gateway.reload.mode === "hybrid" && changes.length > plan.restart.length;
    const meanwhile = (): void => {
      if (hot) this.running = this.running.then(() => this.applyRest(current, plan.restart));
    };
    const receipt = restarts.request({ reason: "config change", byConfig: true, givenUp: meanwhile });
    if (receipt.status === "scheduled") return;
    const { preflight, delayMs } = receipt;
    const busy = preflight.safe ? "" : `; ${preflight.summary}`;
    if (!receipt.coalesced) log.info(`restart waits at least ${Math.ceil(delayMs / 1_000)} s${busy}`);
    meanwhile();
  }

  private async applyRest(current: Snapshot, later: readonly string[]): Promise<void> {
    const { log, runtime } = this.deps;
    const changes = changedPaths(runtime.accepted, current.config);
    const now = changes.filter((path) => !isIn(later)(path)).map(formatPath);
    if (now.length === 0) return;
    try {
      await this.apply(current, changes.filter(isIn(later)));
      log.info(`config hot reload applied (${now.join(", ")}); the rest waits for the restart`);
    } catch (error) {
      log.error(failure(error), { error });
    }
  }

  private async apply({ config, variables }: Snapshot, without: readonly ConfigPath[]): Promise<void> {
    const { runtime, check, apply } = this.deps;
    await runtime.accept({ config: withOld(config, runtime.accepted, without), variables }, check);
    apply();
  }
}

/** What a person should know of a valid configuration, such as keys that nothing reads. */
function notesOf({ warnings, legacyIssues }: Snapshot): string[] {
  return [...warnings, ...legacyIssues].map(({ path, message }) => `${path}: ${message}`);
}

function isIn(paths: readonly string[]): (path: ConfigPath) => boolean {
  return (path) => paths.includes(formatPath(path));
}

/** Says the cause in the line itself, where people look for it. */
function failure(error: unknown): string {
  const cause = error instanceof Error ? error.message : String(error);
  return `config reload failed: ${cause} (the configuration from before stays in force)`;
}

/** `next` with the values of `old` at `paths`. */
function withOld(next: OpenClawConfig, old: OpenClawConfig, paths: readonly ConfigPath[]): OpenClawConfig {
  if (paths.length === 0) return next;
  const mixed = paths.reduce<unknown>((config, path) => {
    const value = valueAt(old, path);
    return value === undefined ? (withoutValue(config, path) ?? config) : withValue(config, path, value);
  }, next);
  const { ok, config } = openClawRules.validate(mixed);
  return ok ? config : old;
}
