import type { Api, Model as EngineModel } from "@earendil-works/pi-ai";
import type { OpenClawConfig } from "../../../config/index.ts";
import { type Catalogue, canonicalProvider, isOpenServer } from "../catalog/index.ts";
import * as choice from "../choice/index.ts";
import type { CredentialPool } from "../credentials/index.ts";
import { BUILTIN_PROVIDER } from "../guide/model.ts";
import { infoOf } from "../info.ts";
import type { LocalServers } from "../local/index.ts";
import type { ModelInfo, ModelRef } from "../model.ts";
import { type Unavailable, unavailableOf } from "./unavailable.ts";

/**
 * `configured`: what there is to choose from: who answers by default, and the models named under
 * `agents.defaults.models` or, without such names, all of providers that were configured or have a credential;
 * `default`: these, named or not, and what servers on this machine have; `provider-config`: those written under
 * `models.providers`; `all`: every known one.
 */
export type ModelView = "default" | "configured" | "provider-config" | "all";

export interface ListQuery {
  readonly view: ModelView;
  readonly agentId: string;
  /** Only this provider's, all of them. */
  readonly provider?: string;
  /** Looks for servers on this machine again, and reads credentials anew. */
  readonly refresh?: boolean;
  /** Asks nobody: what is known already. */
  readonly preparedOnly?: boolean;
}

/** A row of the list. */
export interface ListedModel extends ModelInfo {
  readonly unavailable?: Unavailable;
}

export interface ListDeps {
  readonly config: () => OpenClawConfig;
  readonly catalogue: Catalogue;
  readonly pool: CredentialPool;
  readonly local: LocalServers;
  /** Who answers when nothing is configured. */
  readonly automatic: () => Promise<ModelRef>;
}

/** The models of a view; what answers first stands first, the rest by provider as configured or known. */
export async function listModels(deps: ListDeps, query: ListQuery): Promise<ListedModel[]> {
  const { catalogue, pool, local } = deps;
  if (query.refresh === true) pool.forget();
  if (query.preparedOnly !== true) {
    await local.detect(query.refresh);
    catalogue.forget();
  }
  const models = new Map<string, EngineModel<Api>>();
  const add = (model: EngineModel<Api> | undefined) => {
    if (model) models.set(`${model.provider}/${model.id}`, model);
  };
  if (query.provider !== undefined) {
    for (const model of await catalogue.models(canonicalProvider(query.provider))) add(model);
  } else {
    for (const ref of await namedRefs(deps, query)) add(await catalogue.find(ref));
    for (const provider of await wholeProviders(deps, query)) {
      for (const model of await catalogue.models(provider)) add(model);
    }
  }
  return rows(deps, [...models.values()], query.agentId);
}

/** What the configuration names, one by one. */
async function namedRefs({ config, automatic }: ListDeps, { view, agentId }: ListQuery): Promise<ModelRef[]> {
  if (view === "provider-config") return [];
  const now = config();
  const { primary, fallbacks } = choice.configuredChoice(now, agentId);
  const utility = choice.utilityChoice(now, agentId);
  const settings = Object.keys(now.agents?.defaults?.models ?? {}).map(choice.parseRef);
  return [
    primary ?? (await automatic()),
    ...fallbacks,
    ...choice.imageChoice(now, agentId),
    ...(utility ? [utility] : []),
    ...settings.filter((ref) => ref !== undefined),
  ];
}

/** Providers whose models all belong to the view. */
async function wholeProviders(
  { config, catalogue, pool, local }: ListDeps,
  { view }: ListQuery,
): Promise<string[]> {
  const configured = [...catalogue.configured]
    .filter(([, { models }]) => (models?.length ?? 0) > 0)
    .map(([id]) => id);
  switch (view) {
    case "provider-config":
      return configured;
    case "all":
      return [...catalogue.providerIds(), BUILTIN_PROVIDER];
    case "configured": {
      const named = Object.keys(config().agents?.defaults?.models ?? {});
      if (named.length > 0) return [];
      const found = new Set(local.found());
      return [...configured, ...(await signedIn(catalogue, pool)).filter((id) => !found.has(id))];
    }
    case "default":
      return [...configured, ...local.found(), ...(await signedIn(catalogue, pool))];
  }
}

async function signedIn(catalogue: Catalogue, pool: CredentialPool): Promise<string[]> {
  const signed: string[] = [];
  for (const id of catalogue.providerIds()) if (await pool.has(id)) signed.push(id);
  return signed;
}

async function rows(
  deps: ListDeps,
  models: readonly EngineModel<Api>[],
  agentId: string,
): Promise<ListedModel[]> {
  const standing = new Map<string, Unavailable | undefined>();
  for (const model of models) {
    if (standing.has(model.provider)) continue;
    standing.set(model.provider, await hindrance(deps, model));
  }
  return models.map((model) => {
    const unavailable = standing.get(model.provider);
    const down = deps.catalogue.isLocal(model.provider) && deps.local.isDown(model.provider);
    const info = infoOf(deps, model, agentId, unavailable === undefined && !down);
    return unavailable === undefined ? info : { ...info, unavailable };
  });
}

async function hindrance(
  { pool, catalogue }: ListDeps,
  model: EngineModel<Api>,
): Promise<Unavailable | undefined> {
  if (model.provider === BUILTIN_PROVIDER) return undefined;
  const standing = await pool.standing(model.provider);
  const [first] = standing.resting;
  const state = first && (await pool.state(first.credential.profileId));
  return unavailableOf(standing, () => state, isOpenServer(model, catalogue.provider(model.provider)));
}
