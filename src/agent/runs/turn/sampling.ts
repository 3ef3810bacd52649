import type { Api, Model as EngineModel, SimpleStreamOptions } from "@earendil-works/pi-ai";
import type { ThinkingLevel } from "../../models/index.ts";
import type { RunRequest } from "../run.ts";

type Wishes = Pick<RunRequest, "sampling" | "toolChoice">;
type Payload = Record<string, unknown>;

/** Names that providers of one family have for what callers name as OpenAI does. */
const ANTHROPIC_NAMES: Readonly<Record<string, string>> = {
  stop: "stop_sequences",
  top_p: "top_p",
  top_k: "top_k",
};
const GOOGLE_NAMES: Readonly<Record<string, string>> = {
  stop: "stopSequences",
  top_p: "topP",
  top_k: "topK",
  seed: "seed",
  presence_penalty: "presencePenalty",
  frequency_penalty: "frequencyPenalty",
};

/** Sampling the engine has options of its own for. */
const OWN_OPTIONS = new Set(["temperature", "max_tokens", "max_completion_tokens"]);

/** What a caller wishes of the model call, as options of the engine. `first` is the first call of the run. */
export function wishedOptions(
  wishes: Wishes,
  model: EngineModel<Api>,
  first: boolean,
): Pick<SimpleStreamOptions, "temperature" | "maxTokens" | "toolChoice" | "samplingParams" | "onPayload"> {
  const sampling = wishes.sampling ?? {};
  const temperature = numberIn(sampling, "temperature");
  const maxTokens = numberIn(sampling, "max_completion_tokens") ?? numberIn(sampling, "max_tokens");
  const rest = Object.fromEntries(
    Object.entries(sampling).filter(([name, value]) => !OWN_OPTIONS.has(name) && value !== undefined),
  );
  // A choice that was met by a call would force the next call too, and the run would never end.
  const choice = first ? wishes.toolChoice : undefined;
  const forced = choice === "required" || typeof choice === "object" ? choice : undefined;
  const isOpenAi = model.api.includes("openai");
  const edits = Object.keys(rest).length > 0 && !isOpenAi ? rest : undefined;
  return {
    ...(temperature !== undefined && { temperature }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...((choice === "auto" || choice === "none") && { toolChoice: choice }),
    ...(isOpenAi && Object.keys(rest).length > 0 && { samplingParams: rest }),
    ...((forced ?? edits) && {
      onPayload: (payload: unknown) =>
        isObject(payload) ? withEdits(payload, model.api, edits ?? {}, forced) : undefined,
    }),
  };
}

type Forced = "required" | { readonly name: string };

function withEdits(payload: Payload, api: Api, sampling: Payload, forced: Forced | undefined): Payload {
  switch (api) {
    case "anthropic-messages":
      return {
        ...payload,
        ...renamed(sampling, ANTHROPIC_NAMES),
        ...(forced && {
          tool_choice: forced === "required" ? { type: "any" } : { type: "tool", name: forced.name },
        }),
      };
    case "google-generative-ai":
    case "google-vertex":
      return { ...payload, config: { ...recordIn(payload, "config"), ...googleEdits(sampling, forced) } };
    case "openai-responses":
    case "azure-openai-responses":
    case "openai-codex-responses":
      return {
        ...payload,
        ...(forced && {
          tool_choice: forced === "required" ? "required" : { type: "function", name: forced.name },
        }),
      };
    default:
      return {
        ...payload,
        ...sampling,
        ...(forced && {
          tool_choice:
            forced === "required" ? "required" : { type: "function", function: { name: forced.name } },
        }),
      };
  }
}

function googleEdits(sampling: Payload, forced: Forced | undefined): Payload {
  const names = forced && forced !== "required" ? { allowedFunctionNames: [forced.name] } : {};
  return {
    ...renamed(sampling, GOOGLE_NAMES),
    ...(forced && { toolConfig: { functionCallingConfig: { mode: "ANY", ...names } } }),
  };
}

function renamed(sampling: Payload, names: Readonly<Record<string, string>>): Payload {
  const result: Payload = {};
  for (const [name, value] of Object.entries(sampling)) {
    const own = names[name];
    if (own !== undefined) result[own] = name === "stop" && typeof value === "string" ? [value] : value;
  }
  return result;
}

/** The engine's name of a thinking level; undefined turns thinking off. */
export function reasoningOf(level: ThinkingLevel): SimpleStreamOptions["reasoning"] {
  switch (level) {
    case "off":
      return undefined;
    case "adaptive":
      return "medium";
    case "ultra":
      return "max";
    default:
      return level;
  }
}

function numberIn(record: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = record[name];
  return typeof value === "number" ? value : undefined;
}

function recordIn(record: Payload, name: string): Payload {
  const value = record[name];
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Payload {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
