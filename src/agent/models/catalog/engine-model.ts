import type { Api, Model as EngineModel, OpenAICompletionsCompat } from "@earendil-works/pi-ai";
import { isObject } from "../json.ts";
import { FALLBACK_CONTEXT_TOKENS } from "../limits.ts";
import type { ModelRef } from "../model.ts";
import type { KnownProvider } from "./known-provider.ts";
import { type ModelConfig, plainHeaders, type ProviderConfig } from "./provider-config.ts";

/** What the engine calls the interfaces of the configuration. */
const ENGINE_APIS: Readonly<Record<string, Api>> = {
  "openai-chatgpt-responses": "openai-codex-responses",
  ollama: "openai-completions",
};

/** Differences of a server that merely speaks OpenAI's chat interface: the host's own extras are left out. */
const COMPATIBLE: OpenAICompletionsCompat = {
  supportsDeveloperRole: false,
  supportsStore: false,
  supportsLongCacheRetention: false,
};

/** Output tokens asked for where the interface insists on a number. */
const REQUIRED_MAX_TOKENS = 8_192;

/** Everything an engine model is made from; what the configuration says wins. */
export interface ModelSources {
  readonly ref: ModelRef;
  readonly known: KnownProvider | undefined;
  readonly provider: ProviderConfig | undefined;
  readonly model: ModelConfig | undefined;
  readonly listed: EngineModel<Api> | undefined;
  /** Another model of the same provider: a new one is reached in the same way. */
  readonly sibling?: EngineModel<Api> | undefined;
  /** An address found on this machine. */
  readonly localBaseUrl?: string | undefined;
  /** For `{NAME}` in addresses. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The engine's description of a model; undefined when nothing says where it is. */
export function engineModelOf(sources: ModelSources): EngineModel<Api> | undefined {
  const { ref, known, provider, model, listed, sibling, localBaseUrl } = sources;
  const home = listed ?? sibling ?? known?.endpoint;
  const ownAddress = model?.baseUrl ?? provider?.baseUrl ?? localBaseUrl;
  const named = model?.api ?? provider?.api;
  const baseUrl = ownAddress ?? home?.baseUrl;
  const api =
    (named !== undefined ? (ENGINE_APIS[named] ?? named) : undefined) ??
    (ownAddress !== undefined && !home ? "openai-completions" : undefined) ??
    home?.api;
  if (api === undefined || (baseUrl === undefined && api !== "bedrock-converse-stream")) return undefined;
  const address = fillPlaceholders(baseUrl ?? "", sources.variables);
  return {
    ...listed,
    id: ref.model,
    name: model?.name ?? listed?.name ?? ref.model,
    api,
    provider: ref.provider,
    baseUrl: named === "ollama" ? openAiAddress(address) : address.replace(/\/+$/, ""),
    reasoning: model?.reasoning ?? listed?.reasoning ?? false,
    input: inputOf(model) ?? listed?.input ?? ["text"],
    cost: costOf(model) ?? listed?.cost ?? { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow: model?.contextWindow ?? listed?.contextWindow ?? FALLBACK_CONTEXT_TOKENS,
    // 0 leaves the field out of the request, where the interface allows that.
    maxTokens: model?.maxTokens ?? provider?.maxTokens ?? listed?.maxTokens ?? fallbackMaxTokens(api),
    headers: { ...listed?.headers, ...plainHeaders(provider?.headers), ...plainHeaders(model?.headers) },
    ...compatOf(sources, api, address),
    ...mapOf(model, listed),
    ...paramsOf(provider, model),
  };
}

/** Interfaces that take a request without a limit of the answer. */
const UNLIMITED_APIS: readonly Api[] = [
  "openai-completions",
  "openai-responses",
  "openai-codex-responses",
  "azure-openai-responses",
];

function fallbackMaxTokens(api: Api): number {
  return UNLIMITED_APIS.includes(api) ? 0 : REQUIRED_MAX_TOKENS;
}

function inputOf(model: ModelConfig | undefined): ("text" | "image")[] | undefined {
  return model?.input?.filter((kind) => kind === "text" || kind === "image");
}

function costOf(model: ModelConfig | undefined): EngineModel<Api>["cost"] | undefined {
  const cost = model?.cost;
  if (cost === undefined) return undefined;
  const { input = 0, output = 0, cacheRead = 0, cacheWrite = 0 } = cost;
  return { input, output, cacheRead, cacheWrite };
}

function compatOf({ model, listed, known }: ModelSources, api: Api, baseUrl: string): object {
  const own = isObject(model?.compat) ? model.compat : undefined;
  const stranger = api === "openai-completions" && !listed && !known?.models && !isOpenAi(baseUrl);
  const compat = { ...(stranger ? COMPATIBLE : listed?.compat), ...own };
  return Object.keys(compat).length > 0 ? { compat } : {};
}

function mapOf(model: ModelConfig | undefined, listed: EngineModel<Api> | undefined): object {
  const own = isObject(model?.thinkingLevelMap) ? model.thinkingLevelMap : undefined;
  const map = own ?? listed?.thinkingLevelMap;
  return map === undefined ? {} : { thinkingLevelMap: map };
}

/** `params` go into the body of the request; how hard to think is decided elsewhere. */
function paramsOf(provider: ProviderConfig | undefined, model: ModelConfig | undefined): object {
  const { thinking: _, ...params } = { ...provider?.params, ...model?.params };
  return Object.keys(params).length > 0 ? { samplingParams: params } : {};
}

function fillPlaceholders(address: string, variables: Readonly<Record<string, string>>): string {
  return address.replace(/\{([A-Z][A-Z0-9_]*)\}/g, (whole, name: string) => variables[name] ?? whole);
}

/** Ollama's own address, with the path of its OpenAI interface. */
function openAiAddress(address: string): string {
  const bare = address.replace(/\/+$/, "");
  return bare.endsWith("/v1") ? bare : `${bare}/v1`;
}

function isOpenAi(baseUrl: string): boolean {
  return URL.canParse(baseUrl) && new URL(baseUrl).hostname === "api.openai.com";
}
