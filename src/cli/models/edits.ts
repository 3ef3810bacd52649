import { isRecord } from "../../client/index.ts";
import { valueAt, withoutValue, withValue } from "../../config/index.ts";

/** A model as the configuration writes it. */
export type ModelName = string;

/** Says whether two written names mean the same model. */
export type Same = (a: ModelName, b: ModelName) => boolean;

/** The two settings that are a model and what to try when it fails. */
export type ModelSetting = "model" | "imageModel";

const DEFAULTS = ["agents", "defaults"] as const;

/** Makes a model the first choice; its fallbacks stay, less the model itself. */
export function setPrimary(config: unknown, setting: ModelSetting, model: ModelName, same: Same): unknown {
  const fallbacks = fallbacksOf(config, setting).filter((other) => !same(other, model));
  return withValue(config, [...DEFAULTS, setting], {
    ...partsOf(config, setting),
    primary: model,
    ...(fallbacks.length > 0 && { fallbacks }),
  });
}

/** The fallbacks as written. */
export function fallbacksOf(config: unknown, setting: ModelSetting): readonly ModelName[] {
  const { fallbacks } = partsOf(config, setting);
  return Array.isArray(fallbacks) ? fallbacks.filter((one) => typeof one === "string") : [];
}

/** Puts other fallbacks in place; none removes the list. */
export function setFallbacks(
  config: unknown,
  setting: ModelSetting,
  fallbacks: readonly ModelName[],
): unknown {
  const { fallbacks: _, ...parts } = partsOf(config, setting);
  return withValue(config, [...DEFAULTS, setting], { ...parts, ...(fallbacks.length > 0 && { fallbacks }) });
}

/** Gives a model an alias, which it takes away from another one; an older alias of the model goes. */
export function setAlias(config: unknown, alias: string, model: ModelName, same: Same): unknown {
  const freed = removeAlias(config, alias) ?? config;
  const written = Object.keys(modelsOf(freed)).find((name) => same(name, model)) ?? model;
  const settings = modelsOf(freed)[written];
  return withValue(freed, [...DEFAULTS, "models", written], { ...(isRecord(settings) && settings), alias });
}

/** Takes an alias away; undefined when no model has it. */
export function removeAlias(config: unknown, alias: string): unknown {
  const [written] =
    Object.entries(modelsOf(config)).find(
      ([, settings]) =>
        isRecord(settings) &&
        typeof settings.alias === "string" &&
        settings.alias.trim().toLowerCase() === alias.toLowerCase(),
    ) ?? [];
  if (written === undefined) return undefined;
  return withoutValue(config, [...DEFAULTS, "models", written, "alias"]);
}

function modelsOf(config: unknown): Readonly<Record<string, unknown>> {
  const models = valueAt(config, [...DEFAULTS, "models"]);
  return isRecord(models) ? models : {};
}

function partsOf(config: unknown, setting: ModelSetting): Readonly<Record<string, unknown>> {
  const value = valueAt(config, [...DEFAULTS, setting]);
  if (typeof value === "string") return { primary: value };
  return isRecord(value) ? value : {};
}
