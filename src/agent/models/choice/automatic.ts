import { type Catalogue, knownProvider, PROVIDERS } from "../catalog/index.ts";
import type { CredentialPool } from "../credentials/index.ts";
import { GUIDE } from "../guide/model.ts";
import type { ModelRef } from "../model.ts";

/**
 * The model that answers when none is configured: the first model of the first configured provider that lists one; the
 * default model of a provider with a stored credential, the oldest first; of the first known provider with a key in the
 * environment; else the built-in one.
 */
export async function automaticModel(catalogue: Catalogue, pool: CredentialPool): Promise<ModelRef> {
  for (const [provider, { models }] of catalogue.configured) {
    const [first] = models ?? [];
    if (first) return { provider, model: first.id };
  }
  const withKey = [...catalogue.configured.keys(), ...(await pool.storedProviders())];
  const known = [...new Set([...withKey, ...PROVIDERS.map(({ id }) => id)])];
  for (const provider of known) {
    const model = knownProvider(provider)?.defaultModel;
    if (model !== undefined && catalogue.has(provider) && (await pool.has(provider)))
      return { provider, model };
  }
  return GUIDE;
}
