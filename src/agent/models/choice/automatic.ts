import { type Catalogue, knownProvider, PROVIDERS } from "../catalog/index.ts";
import type { CredentialPool } from "../credentials/index.ts";
import { GUIDE } from "../guide/model.ts";
import { LOCAL_SERVERS, type LocalServers } from "../local/index.ts";
import type { ModelRef } from "../model.ts";

/**
 * The model that answers when none is configured: the first model of the first configured provider that lists one; the
 * default model of a provider with a stored credential, the oldest first; of the first known provider with a key in the
 * environment; the first model of a server on this machine that a variable opts in to; else the built-in one.
 */
export async function automaticModel(
  catalogue: Catalogue,
  pool: CredentialPool,
  local: LocalServers,
): Promise<ModelRef> {
  for (const provider of catalogue.configured.keys()) {
    const chosen = firstListed(catalogue, provider);
    if (chosen) return chosen;
  }
  const withKey = [...catalogue.configured.keys(), ...(await pool.storedProviders())];
  const known = [...new Set([...withKey, ...PROVIDERS.map(({ id }) => id)])];
  for (const provider of known) {
    const model = knownProvider(provider)?.defaultModel;
    if (model !== undefined && catalogue.has(provider) && (await pool.has(provider)))
      return { provider, model };
  }
  for (const { id } of LOCAL_SERVERS) {
    if (!(await pool.has(id))) continue;
    await local.detect();
    const [model] = local.models(id);
    if (model !== undefined) return { provider: id, model };
  }
  return GUIDE;
}

/** The model of a provider that answers when none of its is named: the first one configured, else its usual one. */
export function choiceOfProvider(catalogue: Catalogue, provider: string): ModelRef | undefined {
  const model = knownProvider(provider)?.defaultModel;
  const usual = model !== undefined && catalogue.has(provider) ? { provider, model } : undefined;
  return firstListed(catalogue, provider) ?? usual;
}

function firstListed(catalogue: Catalogue, provider: string): ModelRef | undefined {
  const [first] = catalogue.provider(provider)?.models ?? [];
  return first && { provider, model: first.id };
}
