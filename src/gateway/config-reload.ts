import {
  changedPaths,
  type ConfigSnapshot,
  formatPath,
  type OpenClawConfig,
  planReload,
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
    const { clock, events } = this.deps;
    const { path, hash } = current;
    events.publish(gatewayEvents.configChanged, { path, hash, ts: clock.now() });
    clock.after(0, () => {
      this.running = this.running.then(() => this.take(current, previous));
    });
  }

  private async take(current: Snapshot, previous: Snapshot): Promise<void> {
    const { log, restarts, runtime, apply } = this.deps;
    const changes = changedPaths(previous.config, current.config).map(formatPath);
    const paths = changes.join(", ");
    log.info(`config change detected; evaluating reload (${paths})`);
    const plan = planReload(changes, current.config.gateway.reload.mode);
    try {
      await runtime.reload();
      if (plan.action === "apply") apply();
    } catch (error) {
      log.error("config reload failed", { error });
      return;
    }
    if (plan.ignored.length > 0) {
      const mode = current.config.gateway.reload.mode;
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
