import type { Api, Model as EngineModel } from "@earendil-works/pi-ai";
import type { OpenClawConfig } from "../../config/index.ts";
import { SOLE_AGENT_ID } from "../roster/index.ts";
import { type Catalogue, isOpenServer, knownProvider } from "./catalog/index.ts";
import * as choice from "./choice/index.ts";
import type { CredentialPool } from "./credentials/index.ts";
import { BUILTIN_PROVIDER } from "./guide/model.ts";
import { LOCAL_SERVERS } from "./local/index.ts";
import type { ModelInfo, ModelRef } from "./model.ts";

export interface InfoDeps {
  readonly config: () => OpenClawConfig;
  readonly catalogue: Catalogue;
  readonly pool: CredentialPool;
}

/** A model as lists show it. @throws UnknownModelError when nothing is known of its provider */
export async function modelInfo(deps: InfoDeps, ref: ModelRef, agentId = SOLE_AGENT_ID): Promise<ModelInfo> {
  const model = await deps.catalogue.engineModel(ref);
  return infoOf(deps, model, agentId, await isAvailable(deps, model));
}

/** True when the model could be asked: a credential is there, or its server is one's own and wants none. */
export async function isAvailable({ pool, catalogue }: InfoDeps, model: EngineModel<Api>): Promise<boolean> {
  if (model.provider === BUILTIN_PROVIDER) return true;
  if (await pool.has(model.provider)) return true;
  return isOpenServer(model, catalogue.provider(model.provider));
}

/** The same, its availability known. */
export function infoOf(
  { config, catalogue }: InfoDeps,
  model: EngineModel<Api>,
  agentId: string,
  available: boolean,
): ModelInfo {
  const ref = { provider: model.provider, model: model.id };
  const own = catalogue.modelConfig(ref);
  const alias = choice.aliasNames(config(), agentId).get(choice.formatRef(ref));
  const { input, output, cacheRead, cacheWrite } = model.cost;
  const priced =
    own?.cost !== undefined ||
    input + output + cacheRead + cacheWrite > 0 ||
    ref.provider === BUILTIN_PROVIDER;
  return {
    ...ref,
    name: model.name,
    contextWindow: model.contextWindow,
    contextTokens: Math.min(own?.contextTokens ?? model.contextWindow, model.contextWindow),
    reasoning: model.reasoning,
    input: model.input,
    thinkingLevels: choice.thinkingLevels(model),
    thinkingDefault: choice.thinkingDefault(model),
    available,
    tags: tagsOf(config(), agentId, ref, own !== undefined),
    source: sourceOf(catalogue, ref, own !== undefined),
    ...(alias !== undefined && { alias }),
    ...(model.maxTokens > 0 && { maxTokens: model.maxTokens }),
    ...(priced && { cost: { input, output, cacheRead, cacheWrite } }),
  };
}

function sourceOf(catalogue: Catalogue, ref: ModelRef, configured: boolean): ModelInfo["source"] {
  if (ref.provider === BUILTIN_PROVIDER) return "builtin";
  if (configured) return "config";
  if (catalogue.isLocal(ref.provider)) return "local";
  return knownProvider(ref.provider)?.models ? "catalog" : "config";
}

function tagsOf(config: OpenClawConfig, agentId: string, ref: ModelRef, configured: boolean): string[] {
  const { primary, fallbacks } = choice.configuredChoice(config, agentId);
  const is = (other: ModelRef | undefined) => other !== undefined && choice.sameRef(other, ref);
  const fallback = fallbacks.findIndex(is);
  const [image] = choice.imageChoice(config, agentId);
  return [
    ...(is(primary) ? ["default"] : []),
    ...(fallback >= 0 ? [`fallback#${fallback + 1}`] : []),
    ...(is(image) ? ["image"] : []),
    ...(is(choice.utilityChoice(config, agentId)) ? ["utility"] : []),
    ...(configured || isNamed(config, ref) ? ["configured"] : []),
    ...(LOCAL_SERVERS.some(({ id }) => id === ref.provider) ? ["local"] : []),
    ...(ref.provider === BUILTIN_PROVIDER ? ["builtin"] : []),
  ];
}

function isNamed(config: OpenClawConfig, ref: ModelRef): boolean {
  return Object.keys(config.agents?.defaults?.models ?? {}).some((name) => {
    const named = choice.parseRef(name);
    return named !== undefined && choice.sameRef(named, ref);
  });
}
