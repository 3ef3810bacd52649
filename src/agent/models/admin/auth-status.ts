import type { AuthProfile, AuthProfileRepository } from "../../../store/index.ts";
import { type Catalogue, knownProvider, PROVIDERS } from "../catalog/index.ts";
import type { Credential, CredentialPool } from "../credentials/index.ts";
import { OAUTH_PROVIDERS } from "../credentials/index.ts";
import { credentialOf } from "../credentials/stored.ts";

/** A login that ends sooner is said to be expiring; a person has a day to act. */
const EXPIRING_MS = 86_400_000;

export type AuthHealth = "ok" | "expiring" | "expired" | "missing" | "static";

export interface Expiry {
  readonly at: number;
  readonly remainingMs: number;
  /** For people: `3d 4h`. */
  readonly label: string;
}

export interface ProfileStatus {
  readonly profileId: string;
  readonly type: "api_key" | "oauth" | "token";
  readonly status: AuthHealth;
  /** Why it rests, when it does. */
  readonly reasonCode?: string;
  readonly unavailableUntil?: number;
  readonly source: "saved";
  readonly expiry?: Expiry;
  readonly email?: string;
  readonly lastUsedAt?: number;
  readonly logoutSupported: true;
}

/** A key of the environment or the configuration. */
export interface OutsideKey {
  readonly source: "env" | "config";
  /** The variable, or `config`. */
  readonly label: string;
  /** Why it rests, when it does. */
  readonly reasonCode?: string;
  readonly unavailableUntil?: number;
}

export interface ProviderStatus {
  readonly provider: string;
  readonly authProvider: string;
  readonly displayName: string;
  readonly status: AuthHealth;
  readonly expiry?: Expiry;
  readonly profiles: readonly ProfileStatus[];
  readonly profileOrder?: readonly string[];
  /** A key that is not stored here. */
  readonly apiKey?: OutsideKey;
}

/** How a person can sign in with a provider. */
export interface ProviderCapability {
  readonly provider: string;
  readonly apiKeySupported: boolean;
  readonly quickApiKeySetup: boolean;
  readonly loginOptions?: readonly {
    readonly id: string;
    readonly label: string;
    readonly kind: "oauth" | "device-code";
  }[];
}

export interface AuthStatus {
  readonly ts: number;
  readonly providers: readonly ProviderStatus[];
  readonly providerCapabilities: readonly ProviderCapability[];
}

export interface AuthStatusDeps {
  readonly catalogue: Catalogue;
  readonly pool: CredentialPool;
  readonly profiles: AuthProfileRepository;
  readonly now: () => number;
}

/** The state of every credential there is; nobody is asked. */
export async function authStatus(deps: AuthStatusDeps): Promise<AuthStatus> {
  const stored = await deps.profiles.list();
  const candidates = new Set([
    ...stored.map((profile) => profile.provider),
    ...deps.catalogue.configured.keys(),
    ...deps.catalogue.providerIds(),
  ]);
  const providers: ProviderStatus[] = [];
  for (const provider of candidates) {
    const own = stored.filter((profile) => profile.provider === provider);
    const status = await providerStatus(deps, provider, own);
    if (status) providers.push(status);
  }
  return { ts: deps.now(), providers, providerCapabilities: PROVIDERS.map(({ id }) => capabilityOf(id)) };
}

async function providerStatus(
  deps: AuthStatusDeps,
  provider: string,
  stored: readonly AuthProfile[],
): Promise<ProviderStatus | undefined> {
  const all = await deps.pool.all(provider);
  const outside = all.find(({ source }) => source !== "stored");
  if (stored.length === 0 && outside === undefined) return undefined;
  const order = all.filter(({ source }) => source === "stored").map(({ profileId }) => profileId);
  const profiles: ProfileStatus[] = [];
  for (const profile of stored) profiles.push(await profileStatus(deps, profile));
  const refreshable = profiles.filter(({ type }) => type !== "api_key");
  const worst = refreshable.find(({ status }) => status === "ok") ?? refreshable[0];
  return {
    provider,
    authProvider: provider,
    displayName: knownProvider(provider)?.name ?? provider,
    status: worst?.status ?? "static",
    profiles,
    ...(worst?.expiry && { expiry: worst.expiry }),
    ...(order.length > 1 && { profileOrder: order }),
    ...(outside && { apiKey: await outsideKey(deps, outside) }),
  };
}

async function outsideKey({ pool }: AuthStatusDeps, { source, profileId }: Credential): Promise<OutsideKey> {
  return {
    source: source === "config" ? "config" : "env",
    label: source,
    ...(await restOf(pool, profileId)),
  };
}

async function restOf(
  pool: CredentialPool,
  profileId: string,
): Promise<{ readonly reasonCode?: string; readonly unavailableUntil?: number }> {
  const until = await pool.restsUntil(profileId);
  if (until === undefined) return {};
  return { reasonCode: (await pool.state(profileId))?.reason ?? "cooldown", unavailableUntil: until };
}

async function profileStatus({ pool, now }: AuthStatusDeps, profile: AuthProfile): Promise<ProfileStatus> {
  const unread = await pool.unread(profile.provider);
  const { expiresAt } = credentialOf(profile);
  const state = await pool.state(profile.id);
  return {
    profileId: profile.id,
    type: profile.type,
    status: unread.includes(profile.id) ? "missing" : healthOf(profile, expiresAt, now()),
    source: "saved",
    logoutSupported: true,
    ...(await restOf(pool, profile.id)),
    ...(expiresAt !== undefined && { expiry: expiryOf(expiresAt, now()) }),
    ...(profile.email !== undefined && { email: profile.email }),
    ...(state?.lastUsedAt !== undefined && { lastUsedAt: state.lastUsedAt }),
  };
}

/** A login renews itself, so that the end of its token is no fault. */
function healthOf({ type }: AuthProfile, expiresAt: number | undefined, now: number): AuthHealth {
  if (type === "api_key") return "static";
  if (type === "oauth" || expiresAt === undefined) return "ok";
  if (expiresAt <= now) return "expired";
  return expiresAt - now < EXPIRING_MS ? "expiring" : "ok";
}

function expiryOf(at: number, now: number): Expiry {
  const remainingMs = at - now;
  const minutes = Math.max(0, Math.floor(remainingMs / 60_000));
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24];
  const label = days > 0 ? `${days}d ${hours}h` : hours > 0 ? `${hours}h ${minutes % 60}m` : `${minutes}m`;
  return { at, remainingMs, label: remainingMs <= 0 ? "expired" : label };
}

function capabilityOf(provider: string): ProviderCapability {
  const known = knownProvider(provider);
  const keyed = known !== undefined && known.env.length > 0;
  const login = provider in OAUTH_PROVIDERS;
  return {
    provider,
    apiKeySupported: keyed,
    quickApiKeySetup: keyed && known.needs === undefined,
    ...(login && {
      loginOptions: [
        { id: `${provider}/oauth`, label: `${known?.name ?? provider} sign-in`, kind: "oauth" as const },
      ],
    }),
  };
}
