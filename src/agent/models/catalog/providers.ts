import { CATALOGUED } from "./catalogued.ts";
import { ENDPOINTS } from "./endpoints.ts";
import type { KnownProvider } from "./known-provider.ts";

/** Every known provider, in the order in which a default model is looked for. */
export const PROVIDERS: readonly KnownProvider[] = [...CATALOGUED, ...ENDPOINTS];

const BY_NAME = new Map(
  PROVIDERS.flatMap((provider) =>
    [provider.id, ...(provider.aliases ?? [])].map((name) => [name, provider] as const),
  ),
);

/** The provider a name stands for, whether it is its own or another one of it. */
export function knownProvider(name: string): KnownProvider | undefined {
  return BY_NAME.get(name.trim().toLowerCase());
}

/** The one spelling of a provider's id: lower case, other names replaced. */
export function canonicalProvider(name: string): string {
  return knownProvider(name)?.id ?? name.trim().toLowerCase();
}
