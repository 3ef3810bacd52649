import type { OpenClawConfig } from "../../../config/index.ts";
import { isRecord } from "../../../lib/records.ts";
import { canonicalProvider } from "./providers.ts";

export type ProviderConfig = NonNullable<NonNullable<OpenClawConfig["models"]>["providers"]>[string];
export type ModelConfig = NonNullable<ProviderConfig["models"]>[number];

/** `models.providers` by canonical id, in the order of the file. */
export function configuredProviders(config: OpenClawConfig): ReadonlyMap<string, ProviderConfig> {
  const providers = Object.entries(config.models?.providers ?? {});
  return new Map(providers.map(([name, provider]) => [canonicalProvider(name), provider]));
}

/** The value of a secret that was resolved; undefined for a reference that could not be. */
export function secretText(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** True for a reference to a secret that could not be read. */
export function isUnread(value: unknown): boolean {
  return isRecord(value);
}

/** Headers of a provider or model whose values are known. */
export function plainHeaders(headers: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  const known = Object.entries(headers ?? {}).flatMap(([name, value]) => {
    const text = secretText(value);
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(known);
}

/** True when the configuration points a known provider somewhere else: its own list of models no longer holds. */
export function isRedirected(provider: ProviderConfig | undefined, home: string | undefined): boolean {
  const baseUrl = provider?.baseUrl;
  if (baseUrl === undefined || home === undefined) return false;
  return !URL.canParse(baseUrl) || !URL.canParse(home) || new URL(baseUrl).origin !== new URL(home).origin;
}
