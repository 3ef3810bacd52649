import type { Api, SimpleStreamOptions } from "@earendil-works/pi-ai";
import type { ThinkingLevel } from "../../models/index.ts";
import type { RunRequest } from "../run.ts";

type Wishes = Pick<RunRequest, "sampling" | "toolChoice">;
type Fields = Record<string, unknown>;
type Forced = "required" | { readonly name: string };

/** How one family of providers is told what the engine has no option for. */
interface Dialect {
  /** Names of sampling parameters in its requests; where there are none, the engine or the models room puts them in. */
  readonly names?: Readonly<Record<string, string>>;
  /** Part of the request the parameters go into; the request itself otherwise. */
  readonly samplingIn?: string;
  /** Fields of the request that force a tool call. */
  readonly force: (forced: Forced, payload: Fields) => Fields;
}

const COMPLETIONS: Dialect = {
  force: (forced) => ({
    tool_choice: forced === "required" ? forced : { type: "function", function: { name: forced.name } },
  }),
};

const RESPONSES: Dialect = {
  force: (forced) => ({
    tool_choice: forced === "required" ? forced : { type: "function", name: forced.name },
  }),
};

const GOOGLE: Dialect = {
  names: {
    stop: "stopSequences",
    top_p: "topP",
    top_k: "topK",
    seed: "seed",
    presence_penalty: "presencePenalty",
    frequency_penalty: "frequencyPenalty",
  },
  samplingIn: "config",
  force: (forced, payload) => {
    const names = forced === "required" ? {} : { allowedFunctionNames: [forced.name] };
    const toolConfig = { functionCallingConfig: { mode: "ANY", ...names } };
    return { config: { ...fieldsIn(payload, "config"), toolConfig } };
  },
};

/** By the engine's name of the interface. */
const DIALECTS: Readonly<Record<string, Dialect>> = {
  "openai-completions": COMPLETIONS,
  "openai-responses": RESPONSES,
  "azure-openai-responses": RESPONSES,
  "openai-codex-responses": RESPONSES,
  "anthropic-messages": {
    force: (forced) => ({
      tool_choice: forced === "required" ? { type: "any" } : { type: "tool", name: forced.name },
    }),
  },
  "google-generative-ai": GOOGLE,
  "google-vertex": GOOGLE,
  "mistral-conversations": {
    names: { stop: "stop", top_p: "topP", seed: "randomSeed" },
    force: (forced) => ({
      toolChoice: forced === "required" ? "any" : { type: "function", function: { name: forced.name } },
    }),
  },
  "bedrock-converse-stream": {
    names: { stop: "stopSequences", top_p: "topP" },
    samplingIn: "inferenceConfig",
    force: (forced, payload) => {
      const toolChoice = forced === "required" ? { any: {} } : { tool: { name: forced.name } };
      return { toolConfig: { ...fieldsIn(payload, "toolConfig"), toolChoice } };
    },
  },
};

/** Sampling the engine has options of its own for. */
const OWN_OPTIONS = new Set(["temperature", "max_tokens", "max_completion_tokens"]);

/** What a caller wishes of the model call, as options of the engine. `first` is the first call of the run. */
export function wishedOptions(
  { sampling = {}, toolChoice }: Wishes,
  first: boolean,
): Pick<SimpleStreamOptions, "temperature" | "maxTokens" | "toolChoice" | "samplingParams" | "onPayload"> {
  const temperature = numberIn(sampling, "temperature");
  const maxTokens = numberIn(sampling, "max_completion_tokens") ?? numberIn(sampling, "max_tokens");
  const rest = Object.fromEntries(
    Object.entries(sampling).filter(([name, value]) => !OWN_OPTIONS.has(name) && value !== undefined),
  );
  const hasRest = Object.keys(rest).length > 0;
  // A choice that was met by a call would force the next call too, and the run would never end.
  const choice = first ? toolChoice : undefined;
  const forced = choice === "auto" || choice === "none" ? undefined : choice;
  return {
    ...(temperature !== undefined && { temperature }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...((choice === "auto" || choice === "none") && { toolChoice: choice }),
    ...(hasRest && { samplingParams: rest }),
    ...((forced ?? hasRest) && {
      onPayload: (payload: unknown, { api }: { readonly api: Api }) =>
        isFields(payload) ? edited(payload, DIALECTS[api] ?? COMPLETIONS, rest, forced) : undefined,
    }),
  };
}

function edited(payload: Fields, dialect: Dialect, sampling: Fields, forced: Forced | undefined): Fields {
  const { names, samplingIn } = dialect;
  const own = names === undefined ? {} : renamed(sampling, names);
  const sampled =
    samplingIn === undefined
      ? { ...payload, ...own }
      : { ...payload, [samplingIn]: { ...fieldsIn(payload, samplingIn), ...own } };
  return forced === undefined ? sampled : { ...sampled, ...dialect.force(forced, sampled) };
}

function renamed(sampling: Fields, names: Readonly<Record<string, string>>): Fields {
  const result: Fields = {};
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

function numberIn(fields: Readonly<Fields>, name: string): number | undefined {
  const value = fields[name];
  return typeof value === "number" ? value : undefined;
}

function fieldsIn(fields: Fields, name: string): Fields {
  const value = fields[name];
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
