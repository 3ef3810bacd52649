import type { OpenClawConfig } from "../../../config/index.ts";
import type { Catalogue } from "../catalog/index.ts";
import { type ModelRef, UnknownModelError } from "../model.ts";
import { aliasesOf } from "./aliases.ts";
import { configuredChoice } from "./configured.ts";
import { allowedModels, mayChoose } from "./policy.ts";
import { parseRef, splitProfile } from "./ref.ts";

/** Names of models a refusal lists at most. */
const MAX_NAMED = 12;

/** Reads what a person wrote for a model. */
export class Resolver {
  readonly #catalogue: Catalogue;
  readonly #config: () => OpenClawConfig;

  constructor(catalogue: Catalogue, config: () => OpenClawConfig) {
    this.#catalogue = catalogue;
    this.#config = config;
  }

  /**
   * An alias, `provider/model`, or a bare name: one that a single configured provider has, else one of the default
   * model's provider. `@profile` may follow. @throws UnknownModelError
   */
  async resolve(text: string, agentId: string): Promise<ModelRef & { readonly profileId?: string }> {
    const { model, profileId } = splitProfile(text);
    const ref = await this.#read(model, agentId);
    if (!mayChoose(this.#config(), agentId, ref)) {
      const allowed = allowedModels(this.#config(), agentId) ?? [];
      throw new UnknownModelError(`${model} may not be chosen; allowed: ${named(allowed)}`);
    }
    return profileId === undefined ? ref : { ...ref, profileId };
  }

  async #read(text: string, agentId: string): Promise<ModelRef> {
    if (text === "") throw new UnknownModelError("no model is named");
    const alias = aliasesOf(this.#config(), agentId).get(text.toLowerCase());
    if (alias) return alias;
    const ref = parseRef(text);
    if (ref && (await this.#catalogue.find(ref))) return ref;
    // A model's own name may have a slash.
    const bare = await this.#bare(text, agentId);
    if (bare) return bare;
    throw new UnknownModelError(await this.#unknown(text, ref, agentId));
  }

  async #bare(text: string, agentId: string): Promise<ModelRef | undefined> {
    const owners = [...this.#catalogue.configured].filter(([, provider]) =>
      provider.models?.some((model) => model.id === text),
    );
    const [only, second] = owners;
    if (only && !second) return { provider: only[0], model: text };
    const home = configuredChoice(this.#config(), agentId).primary?.provider;
    if (home === undefined) return undefined;
    const listed = await this.#catalogue.models(home);
    return listed.some((model) => model.id === text) ? { provider: home, model: text } : undefined;
  }

  async #unknown(text: string, ref: ModelRef | undefined, agentId: string): Promise<string> {
    const known = [...aliasesOf(this.#config(), agentId).keys()];
    for (const provider of this.#catalogue.configured.keys()) {
      for (const { id } of await this.#catalogue.models(provider)) known.push(`${provider}/${id}`);
    }
    const why =
      ref && !this.#catalogue.has(ref.provider)
        ? `no provider is called "${ref.provider}"`
        : `no model is called "${text}"`;
    const choices = known.length === 0 ? "see openclaw models list --all" : `configured: ${named(known)}`;
    return `${why}; ${choices}`;
  }
}

function named(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).join(", ");
  return names.length > MAX_NAMED ? `${shown} and ${names.length - MAX_NAMED} more` : shown;
}
