import type { OpenClawConfig } from "../../../config/index.ts";
import { entryOf } from "../../roster/index.ts";
import type { ModelRef } from "../model.ts";
import { configuredRef } from "./aliases.ts";
import { sameRef } from "./ref.ts";

/** `string | {primary, fallbacks}` as the configuration has it. */
type ModelSetting = NonNullable<NonNullable<OpenClawConfig["agents"]>["defaults"]>["model"];

/** What the configuration chooses. */
export interface ConfiguredChoice {
  readonly primary: ModelRef | undefined;
  readonly fallbacks: readonly ModelRef[];
  /** Only the primary may answer. */
  readonly strict: boolean;
}

/**
 * The model an agent is configured with. Its own `model` is strict unless it names fallbacks of its own; one that names
 * only fallbacks keeps the primary of the defaults.
 */
export function configuredChoice(config: OpenClawConfig, agentId: string): ConfiguredChoice {
  const own = parts(entryOf(config, agentId).model);
  const shared = parts(config.agents?.defaults?.model);
  const read = (text: string) => configuredRef(config, agentId, text);
  const primary = own.primary ?? shared.primary;
  const fallbacks = own.fallbacks ?? (own.primary === undefined ? shared.fallbacks : undefined);
  return {
    primary: primary === undefined ? undefined : read(primary),
    fallbacks: refs(fallbacks, read),
    strict: own.primary !== undefined && own.fallbacks === undefined,
  };
}

/** `agents.defaults.imageModel`: who looks at images when the model of the turn cannot. */
export function imageChoice(config: OpenClawConfig, agentId: string): readonly ModelRef[] {
  const { primary, fallbacks } = parts(config.agents?.defaults?.imageModel);
  return refs([...(primary === undefined ? [] : [primary]), ...(fallbacks ?? [])], (text) =>
    configuredRef(config, agentId, text),
  );
}

/** `utilityModel`: who writes titles and summaries. */
export function utilityChoice(config: OpenClawConfig, agentId: string): ModelRef | undefined {
  const text = entryOf(config, agentId).utilityModel ?? config.agents?.defaults?.utilityModel;
  return text === undefined ? undefined : configuredRef(config, agentId, text);
}

/** `model.timeoutMs`: longest a request may take, ms; 0 when nothing is said. */
export function requestTimeoutMs(config: OpenClawConfig, agentId: string): number {
  const settings = [entryOf(config, agentId).model, config.agents?.defaults?.model];
  for (const setting of settings) {
    if (typeof setting === "object" && setting.timeoutMs !== undefined) return setting.timeoutMs;
  }
  return 0;
}

/** Candidates in order, each once. */
export function inOrder(first: ModelRef, others: readonly ModelRef[]): readonly [ModelRef, ...ModelRef[]] {
  const rest = others.filter(
    (ref, index) => !sameRef(ref, first) && others.findIndex((other) => sameRef(other, ref)) === index,
  );
  return [first, ...rest];
}

function parts(setting: ModelSetting): { readonly primary?: string; readonly fallbacks?: readonly string[] } {
  if (setting === undefined) return {};
  if (typeof setting === "string") return { primary: setting };
  return {
    ...(setting.primary !== undefined && { primary: setting.primary }),
    ...(setting.fallbacks !== undefined && { fallbacks: setting.fallbacks }),
  };
}

function refs(
  texts: readonly string[] | undefined,
  read: (text: string) => ModelRef | undefined,
): ModelRef[] {
  return (texts ?? []).map(read).filter((ref) => ref !== undefined);
}
