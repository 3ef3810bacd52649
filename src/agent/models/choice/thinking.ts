import type { Api, Model as EngineModel } from "@earendil-works/pi-ai";
import type { OpenClawConfig } from "../../../config/index.ts";
import { entryOf } from "../../roster/index.ts";
import {
  type ModelRef,
  type Models,
  THINKING_LEVELS,
  type ThinkingLevel,
  ThinkingLevelError,
} from "../model.ts";
import { modelParams, settingsIn } from "./params.ts";
import { formatRef } from "./ref.ts";

/** Levels the engine can ask for, from none to most. */
const ENGINE_LEVELS = ["off", "minimal", "low", "medium", "high", "xhigh", "max"] as const;

/** Levels only some models have; they must say so. */
const RARE: readonly ThinkingLevel[] = ["xhigh", "max"];

/** The levels a model can be asked for. */
export function thinkingLevels(model: EngineModel<Api>): readonly ThinkingLevel[] {
  if (!model.reasoning) return ["off"];
  return ENGINE_LEVELS.filter((level) => {
    const mapped = model.thinkingLevelMap?.[level];
    return mapped !== null && (mapped !== undefined || !RARE.includes(level));
  });
}

/** What a model does when nobody says: `medium` if it reasons, or the nearest it has. */
export function thinkingDefault(model: EngineModel<Api>): ThinkingLevel {
  return model.reasoning ? nearest(thinkingLevels(model), "medium") : "off";
}

/**
 * The level of a turn: inline, session, agent, the model's parameters, defaults, the model's own. One that was asked
 * for now must be one the model has; an older choice is brought to the nearest. @throws Error listing the valid ones
 */
export function thinkingOf(
  config: OpenClawConfig,
  model: EngineModel<Api>,
  { ref, agentId, entry, requested }: Parameters<Models["thinking"]>[0],
): ThinkingLevel {
  const levels = thinkingLevels(model);
  if (requested !== undefined) return demanded(requested, levels, ref);
  const agent = entryOf(config, agentId);
  const chosen = [
    entry?.thinkingLevel,
    agent.thinkingDefault,
    settingsIn(agent.models, ref).params.thinking,
    modelParams(config, agentId, ref).thinking,
    config.agents?.defaults?.thinkingDefault,
  ].find(isLevel);
  return chosen === undefined ? thinkingDefault(model) : nearest(levels, chosen);
}

function demanded(text: string, levels: readonly ThinkingLevel[], ref: ModelRef): ThinkingLevel {
  const wanted = text.trim().toLowerCase();
  const level = levels.find((one) => one === (wanted === "none" ? "off" : wanted));
  if (level !== undefined) return level;
  throw new ThinkingLevelError(
    `"${text}" is no thinking level of ${formatRef(ref)}; it has: ${levels.join(", ")}`,
  );
}

/** The level itself, else the next higher one there is, else the next lower. */
function nearest(levels: readonly ThinkingLevel[], wanted: ThinkingLevel): ThinkingLevel {
  if (levels.includes(wanted)) return wanted;
  const rank = (level: ThinkingLevel) => THINKING_LEVELS.indexOf(level);
  const above = levels.find((level) => rank(level) > rank(wanted));
  return above ?? levels.at(-1) ?? "off";
}

function isLevel(value: unknown): value is ThinkingLevel {
  return THINKING_LEVELS.some((level) => level === value);
}
