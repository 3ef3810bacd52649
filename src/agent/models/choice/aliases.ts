import type { OpenClawConfig } from "../../../config/index.ts";
import { entryOf } from "../../roster/index.ts";
import type { ModelRef } from "../model.ts";
import { formatRef, parseRef } from "./ref.ts";

/** Aliases of an agent, in small letters; its own hide those of the defaults. */
export function aliasesOf(config: OpenClawConfig, agentId: string): ReadonlyMap<string, ModelRef> {
  const aliases = new Map<string, ModelRef>();
  for (const models of [config.agents?.defaults?.models, entryOf(config, agentId).models]) {
    for (const [name, { alias }] of Object.entries(models ?? {})) {
      const ref = parseRef(name);
      if (ref && typeof alias === "string" && alias.trim() !== "")
        aliases.set(alias.trim().toLowerCase(), ref);
    }
  }
  return aliases;
}

/** The alias of a model, by `provider/model`. */
export function aliasNames(config: OpenClawConfig, agentId: string): ReadonlyMap<string, string> {
  return new Map([...aliasesOf(config, agentId)].map(([alias, ref]) => [formatRef(ref), alias]));
}

/** The model a configured text means: an alias, or `provider/model`; undefined for anything else. */
export function configuredRef(config: OpenClawConfig, agentId: string, text: string): ModelRef | undefined {
  return aliasesOf(config, agentId).get(text.trim().toLowerCase()) ?? parseRef(text);
}
