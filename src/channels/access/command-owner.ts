import {
  ConfigError,
  type ConfigStore,
  type OpenClawConfig,
  valueAt,
  withValue,
} from "../../config/index.ts";
import type { Logger } from "../../lib/logger.ts";

const OWNERS = ["commands", "ownerAllowFrom"] as const;

/**
 * `configured`: the sender is the owner now. `already-configured`: there was one. `unavailable`: the configuration could
 * not be written.
 */
export type OwnerClaim = "configured" | "already-configured" | "unavailable";

export interface CommandOwnerDeps {
  readonly config: Pick<ConfigStore<OpenClawConfig>, "current" | "edit">;
  readonly log: Logger;
}

/** The first owner of a gateway: `commands.ownerAllowFrom` as long as nobody stands in it. */
export class CommandOwner {
  readonly #deps: CommandOwnerDeps;

  constructor(deps: CommandOwnerDeps) {
    this.#deps = deps;
  }

  get isConfigured(): boolean {
    return hasOwner(this.#deps.config.current.config.commands.ownerAllowFrom);
  }

  /** Makes a sender the owner if there is none. Looks and writes in one act: of two at once, one becomes it. */
  async claim(channel: string, senderId: string): Promise<OwnerClaim> {
    let claim: OwnerClaim = "already-configured";
    try {
      await this.#deps.config.edit((config) => {
        if (hasOwner(valueAt(config, OWNERS))) return config;
        claim = "configured";
        return withValue(config, OWNERS, [ownerEntry(channel, senderId)]);
      });
      return claim;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#deps.log.warn("the first command owner could not be written", { channel, error: error.message });
      return "unavailable";
    }
  }
}

/** A sender as `commands.ownerAllowFrom` names them. */
export function ownerEntry(channel: string, senderId: string): string {
  return `${channel}:${senderId}`;
}

/** True when somebody is named; wildcards name nobody. */
function hasOwner(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return value.some((entry: unknown) => {
    const text = typeof entry === "string" || typeof entry === "number" ? String(entry).trim() : "";
    return text !== "" && text !== "*" && !text.endsWith(":*");
  });
}
