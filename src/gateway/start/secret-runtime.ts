import type { ConfigStore, OpenClawConfig } from "../../config/index.ts";
import type { SecretRegistry } from "../../lib/redact.ts";
import type { SecretResolver } from "../../secrets/index.ts";
import type { RuntimeConfig } from "../runtime-config.ts";

/** The running configuration: the config file's snapshot with its secret references resolved. */
export class SecretRuntime implements RuntimeConfig {
  constructor(
    private readonly config: ConfigStore<OpenClawConfig>,
    private readonly resolver: SecretResolver<OpenClawConfig>,
    private readonly registry: SecretRegistry,
  ) {}

  get current(): OpenClawConfig {
    return this.resolver.current.config;
  }

  get degraded(): RuntimeConfig["degraded"] {
    return this.resolver.current.degraded;
  }

  /** @throws StrictSecretError when the gateway's own credential cannot be resolved; nothing is swapped then. */
  async reload(): Promise<{ warningCount: number }> {
    const { config, variables } = this.config.current;
    const snapshot = await this.resolver.activate({ config, variables });
    for (const value of snapshot.values.values()) this.registry.add(value);
    return { warningCount: snapshot.warnings.length };
  }

  async resolveFor(
    _commandName: string,
    targetIds: readonly string[],
    allowedPaths?: readonly string[],
  ): ReturnType<RuntimeConfig["resolveFor"]> {
    return this.resolver.assignmentsFor(targetIds, allowedPaths);
  }
}
