import type { OpenClawConfig } from "../../../config/index.ts";
import { entryOf } from "../../roster/index.ts";
import type { ModelRef } from "../model.ts";
import { configuredRef } from "./aliases.ts";
import { formatRef } from "./ref.ts";

/** Which models may be chosen; undefined when all may. */
export function allowedModels(config: OpenClawConfig, agentId: string): readonly string[] | undefined {
  const allow = entryOf(config, agentId).modelPolicy?.allow ?? config.agents?.defaults?.modelPolicy?.allow;
  return allow?.map((entry) => {
    if (entry.endsWith("*")) return entry.trim();
    const ref = configuredRef(config, agentId, entry);
    return ref === undefined ? entry.trim() : formatRef(ref);
  });
}

/** True when the policy lets an agent choose the model. `*` at the end stands for any rest. */
export function mayChoose(config: OpenClawConfig, agentId: string, ref: ModelRef): boolean {
  const allowed = allowedModels(config, agentId);
  if (allowed === undefined || allowed.length === 0) return true;
  const wanted = formatRef(ref);
  return allowed.some((entry) =>
    entry.endsWith("*") ? wanted.startsWith(entry.slice(0, -1)) : entry === wanted,
  );
}
