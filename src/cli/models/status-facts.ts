import type { OpenClawConfig } from "../../config/index.ts";
import type { AuthStatus, ModelsAccess } from "./access.ts";
import { keyOf } from "./list.ts";

type ProviderAuth = AuthStatus["providers"][number];

/** Who answers and with which credentials. The names are those of the original's `models status --json`. */
export interface Status {
  /** As configured; null when nothing is. */
  readonly defaultModel: string | null;
  /** Who answers in fact. */
  readonly resolvedDefault: string;
  readonly fallbacks: readonly string[];
  readonly imageModel: string | null;
  readonly imageFallbacks: readonly string[];
  readonly utilityModel: { readonly ref: string | null; readonly source: "config" | "none" };
  readonly aliases: Readonly<Record<string, string>>;
  /** Empty when all may be chosen. */
  readonly allowed: readonly string[];
  readonly auth: {
    readonly missingProvidersInUse: readonly string[];
    readonly providersWithOAuth: readonly string[];
    readonly providers: readonly {
      readonly provider: string;
      readonly effective: { readonly kind: "profiles" | "env" | "config"; readonly detail: string };
      readonly profiles: {
        readonly count: number;
        readonly oauth: number;
        readonly token: number;
        readonly apiKey: number;
      };
    }[];
    readonly unusableProfiles: readonly {
      readonly profileId: string;
      readonly reason: string;
      readonly until: number;
    }[];
    /** Providers of the models in use. */
    readonly inUse: readonly { readonly provider: string; readonly status: ProviderAuth["status"] }[];
  };
}

/** Puts together what the configuration says and what there is. */
export async function readStatus(
  models: ModelsAccess,
  config: OpenClawConfig,
  agent: string | undefined,
): Promise<Status> {
  const { aliasesOf, allowedModels, configuredChoice, formatRef, imageChoice, SOLE_AGENT_ID, utilityChoice } =
    await import("../../agent/index.ts");
  const agentId = agent ?? SOLE_AGENT_ID;
  const rows = await models.list({ view: "configured", ...(agent !== undefined && { agentId }) });
  const { providers } = await models.authStatus();
  const { primary, fallbacks } = configuredChoice(config, agentId);
  const [image, ...imageFallbacks] = imageChoice(config, agentId).map(formatRef);
  const utility = utilityChoice(config, agentId);
  const [first] = rows;
  const used = new Set([primary, ...fallbacks].flatMap((ref) => ref?.provider ?? []));
  const missing = rows.filter((row) => used.has(row.provider) && row.unavailableReason === "missing-auth");
  return {
    defaultModel: primary ? formatRef(primary) : null,
    resolvedDefault: primary ? formatRef(primary) : first ? keyOf(first) : "builtin/guide",
    fallbacks: fallbacks.map(formatRef),
    imageModel: image ?? null,
    imageFallbacks,
    utilityModel: { ref: utility ? formatRef(utility) : null, source: utility ? "config" : "none" },
    aliases: Object.fromEntries(
      [...aliasesOf(config, agentId)].map(([alias, ref]) => [alias, formatRef(ref)]),
    ),
    allowed: allowedModels(config, agentId) ?? [],
    auth: {
      missingProvidersInUse: [...new Set(missing.map(({ provider }) => provider))],
      providersWithOAuth: providers.filter(hasLogin).map(({ provider }) => provider),
      providers: providers.map(overviewOf),
      unusableProfiles: providers.flatMap(restingOf),
      inUse: providers.filter(({ provider }) => used.has(provider) || provider === first?.provider),
    },
  };
}

function overviewOf({ provider, profiles, apiKey }: ProviderAuth): Status["auth"]["providers"][number] {
  const count = (type: string) => profiles.filter((profile) => profile.type === type).length;
  const [first] = profiles;
  return {
    provider,
    effective: first
      ? { kind: "profiles", detail: first.profileId }
      : { kind: apiKey?.source ?? "config", detail: apiKey?.label ?? "config" },
    profiles: {
      count: profiles.length,
      oauth: count("oauth"),
      token: count("token"),
      apiKey: count("api_key"),
    },
  };
}

function hasLogin({ profiles }: ProviderAuth): boolean {
  return profiles.some(({ type }) => type !== "api_key");
}

/** Credentials that rest after a failure; those that are not stored go by their variable or `config`. */
function restingOf({ provider, profiles, apiKey }: ProviderAuth): Status["auth"]["unusableProfiles"] {
  const outside = apiKey && { ...apiKey, profileId: `${provider}:${apiKey.label}` };
  return [...profiles, ...(outside ? [outside] : [])].flatMap(
    ({ profileId, reasonCode, unavailableUntil }) =>
      unavailableUntil === undefined
        ? []
        : [{ profileId, reason: reasonCode ?? "cooldown", until: unavailableUntil }],
  );
}
