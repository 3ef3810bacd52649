import type { OpenClawConfig } from "../../../config/index.ts";
import { entryOf } from "../../roster/index.ts";
import { isObject } from "../json.ts";
import type { ModelRef } from "../model.ts";
import { parseRef, sameRef } from "./ref.ts";

/** What `agents.*.models` says of one model: alias and parameters. */
export interface ModelSettings {
  readonly alias?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

type Settings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Settings of a model in one `models` map. */
export function settingsIn(models: Settings | undefined, ref: ModelRef): ModelSettings {
  for (const [name, settings] of Object.entries(models ?? {})) {
    const named = parseRef(name);
    if (named === undefined || !sameRef(named, ref)) continue;
    const { alias, params } = settings;
    return {
      params: isObject(params) ? params : {},
      ...(typeof alias === "string" && alias.trim() !== "" && { alias: alias.trim() }),
    };
  }
  return { params: {} };
}

/** Parameters of a model for an agent: its own over those of the defaults. */
export function modelParams(
  config: OpenClawConfig,
  agentId: string,
  ref: ModelRef,
): Readonly<Record<string, unknown>> {
  return {
    ...settingsIn(config.agents?.defaults?.models, ref).params,
    ...settingsIn(entryOf(config, agentId).models, ref).params,
  };
}
