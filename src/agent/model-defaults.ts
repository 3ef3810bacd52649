import { type ConfigStore, isObject, type OpenClawConfig, valueAt, withValue } from "../config/index.ts";
import type { ModelDefaults } from "./commands/index.ts";
import type { RosterEditor } from "./roster/index.ts";

/** Writes models into the configuration; fallbacks beside them stay. */
export class ConfigModelDefaults implements ModelDefaults {
  constructor(
    private readonly config: Pick<ConfigStore<OpenClawConfig>, "edit">,
    private readonly roster: Pick<RosterEditor, "update">,
  ) {}

  /** @throws RosterError, ConfigError */
  async setAgentModel(agentId: string, ref: string): Promise<void> {
    await this.roster.update(agentId, { model: ref });
  }

  /** @throws ConfigError */
  async setDefaultModel(ref: string): Promise<void> {
    const path = ["agents", "defaults", "model"];
    await this.config.edit((written) => {
      const old = valueAt(written, path);
      return withValue(written, path, isObject(old) ? { ...old, primary: ref } : ref);
    });
  }
}
