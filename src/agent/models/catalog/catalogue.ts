import type { Api, Model as EngineModel } from "@earendil-works/pi-ai";
import type { OpenClawConfig } from "../../../config/index.ts";
import { BUILTIN_PROVIDER, GUIDE, GUIDE_MODEL } from "../guide/model.ts";
import type { LocalServers } from "../local/index.ts";
import { type ModelRef, UnknownModelError } from "../model.ts";
import { engineModelOf } from "./engine-model.ts";
import {
  configuredProviders,
  isRedirected,
  type ModelConfig,
  type ProviderConfig,
} from "./provider-config.ts";
import { knownProvider, PROVIDERS } from "./providers.ts";

export interface CatalogueDeps {
  readonly config: () => OpenClawConfig;
  readonly variables: () => Readonly<Record<string, string>>;
  readonly local: LocalServers;
}

/** What is known of one configuration; made anew when it is replaced. */
interface Reading {
  readonly config: OpenClawConfig;
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  readonly models: Map<string, EngineModel<Api>>;
}

/** Which models there are: the configured ones, and the lists of known providers, each read at first use. */
export class Catalogue {
  readonly #deps: CatalogueDeps;
  readonly #lists = new Map<string, Promise<readonly EngineModel<Api>[]>>();
  #reading: Reading | undefined;

  constructor(deps: CatalogueDeps) {
    this.#deps = deps;
  }

  /** The configured providers, in the order of the file. */
  get configured(): ReadonlyMap<string, ProviderConfig> {
    return this.#read().providers;
  }

  provider(id: string): ProviderConfig | undefined {
    return this.#read().providers.get(id);
  }

  /** What the configuration says of one model. */
  modelConfig({ provider, model }: ModelRef): ModelConfig | undefined {
    return this.provider(provider)?.models?.find((one) => one.id === model);
  }

  /** One of this machine's servers, and not configured. */
  isLocal(provider: string): boolean {
    return this.#deps.local.address(provider) !== undefined && !this.#read().providers.has(provider);
  }

  /** With `models.mode` `replace` only configured providers exist. */
  has(provider: string): boolean {
    if (provider === BUILTIN_PROVIDER || this.#read().providers.has(provider)) return true;
    if (this.#deps.local.address(provider) !== undefined) return true;
    return !this.#replaces() && knownProvider(provider) !== undefined;
  }

  /** Ids of all providers there are, configured ones first. */
  providerIds(): string[] {
    const known = this.#replaces() ? [] : PROVIDERS.map((provider) => provider.id);
    return [...new Set([...this.#read().providers.keys(), ...this.#deps.local.found(), ...known])];
  }

  /** The models a provider lists: configured first, then its catalogue or what its server on this machine has. */
  async models(provider: string): Promise<readonly EngineModel<Api>[]> {
    if (provider === BUILTIN_PROVIDER) return [GUIDE_MODEL];
    const config = this.provider(provider);
    const ids = new Set((config?.models ?? []).map((model) => model.id));
    for (const { id } of await this.#listed(provider)) ids.add(id);
    for (const id of this.#deps.local.models(provider)) ids.add(id);
    const models = await Promise.all([...ids].map((model) => this.find({ provider, model })));
    return models.filter((model) => model !== undefined);
  }

  /** The engine's description, without asking the network; undefined when nothing is known of the provider. */
  async find(ref: ModelRef): Promise<EngineModel<Api> | undefined> {
    if (ref.provider === BUILTIN_PROVIDER) return ref.model === GUIDE.model ? GUIDE_MODEL : undefined;
    const { models } = this.#read();
    const key = `${ref.provider}/${ref.model}`;
    const cached = models.get(key);
    if (cached) return cached;
    if (!this.has(ref.provider)) return undefined;
    const known = knownProvider(ref.provider);
    const list = await this.#listed(ref.provider);
    const found = engineModelOf({
      ref,
      known,
      provider: this.provider(ref.provider),
      model: this.modelConfig(ref),
      listed: list.find((model) => model.id === ref.model),
      sibling: list.find((model) => model.id === known?.defaultModel) ?? list[0],
      localBaseUrl: this.#deps.local.address(ref.provider),
      variables: this.#deps.variables(),
    });
    if (found) models.set(key, found);
    return found;
  }

  /** {@link find}, or an error that says what is missing. @throws UnknownModelError */
  async engineModel(ref: ModelRef): Promise<EngineModel<Api>> {
    const model = await this.find(ref);
    if (model) return model;
    throw new UnknownModelError(
      `no address is known for ${ref.provider}/${ref.model}; set models.providers.${ref.provider}.baseUrl`,
    );
  }

  /** Forgets what was worked out, after servers on this machine were looked for again. */
  forget(): void {
    this.#reading = undefined;
  }

  async #listed(provider: string): Promise<readonly EngineModel<Api>[]> {
    const known = knownProvider(provider);
    if (!known?.models || this.#replaces()) return [];
    let list = this.#lists.get(known.id);
    if (list === undefined) {
      list = known.models();
      this.#lists.set(known.id, list);
    }
    const models = await list;
    return isRedirected(this.provider(provider), models[0]?.baseUrl) ? [] : models;
  }

  #replaces(): boolean {
    return this.#deps.config().models?.mode === "replace";
  }

  #read(): Reading {
    const config = this.#deps.config();
    if (this.#reading?.config !== config) {
      this.#reading = { config, providers: configuredProviders(config), models: new Map() };
    }
    return this.#reading;
  }
}
