import {
  changedPaths,
  type ConfigPath,
  type ConfigSnapshot,
  formatPath,
  openClawRules,
  type OpenClawConfig,
  planReload,
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
  changed(current: Snapshot): void {
    const { clock, events } = this.deps;
    const { path, hash } = current;
    events.publish(gatewayEvents.configChanged, { path, hash, ts: clock.now() });
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
    const { log, restarts, runtime, check, apply } = this.deps;
    const { mode } = current.config.gateway.reload;
    const changes = changedPaths(runtime.accepted, current.config);
    if (changes.length === 0) return;
    const plan = planReload(changes.map(formatPath), mode);
    log.info(`config change detected; evaluating reload (${changes.map(formatPath).join(", ")})`);
    const { variables } = current;
    try {
      if (plan.action === "restart") {
        // Only tried out: the restart takes it, and a gateway that could not come back must not go.
        check(await runtime.resolve({ config: current.config, variables }));
      } else {
        const ignored =
          mode === "off" ? changes : changes.filter((path) => plan.ignored.includes(formatPath(path)));
        await runtime.accept(
          { config: withOld(current.config, runtime.accepted, ignored), variables },
          check,
        );
        apply();
      }
    } catch (error) {
      log.error("config reload failed; the configuration from before stays in force", { error });
      return;
    }
    if (plan.ignored.length > 0) {
      log.warn(`config reload requires gateway restart; ${mode} mode ignoring (${plan.ignored.join(", ")})`);
    }
    if (plan.action === "restart") {
      log.info(`config change requires gateway restart (${plan.restart.join(", ")})`);
      restarts.request("config change");
    } else if (plan.action === "apply") {
      log.info(`config hot reload applied (${plan.apply.join(", ")})`);
    }
  }
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
