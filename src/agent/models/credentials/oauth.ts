import type { OAuthAuth, OAuthCredential } from "@earendil-works/pi-ai";
import type { Clock } from "../../../lib/clock.ts";
import type { AuthProfile, AuthProfileRepository } from "../../../store/index.ts";
import { isObject } from "../json.ts";
import { OAUTH_EARLY_MS } from "../limits.ts";
import type { Credential } from "./credential.ts";

/** The sign-ins the engine knows, by provider; loaded with their code when one of them is used. */
export const OAUTH_PROVIDERS: Readonly<Record<string, () => Promise<OAuthAuth | undefined>>> = {
  anthropic: async () =>
    (await import("@earendil-works/pi-ai/providers/anthropic")).anthropicProvider().auth.oauth,
  "openai-codex": async () =>
    (await import("@earendil-works/pi-ai/providers/openai-codex")).openaiCodexProvider().auth.oauth,
  "github-copilot": async () =>
    (await import("@earendil-works/pi-ai/providers/github-copilot")).githubCopilotProvider().auth.oauth,
  openrouter: async () =>
    (await import("@earendil-works/pi-ai/providers/openrouter")).openrouterProvider().auth.oauth,
  xai: async () => (await import("@earendil-works/pi-ai/providers/xai")).xaiProvider().auth.oauth,
  "kimi-coding": async () =>
    (await import("@earendil-works/pi-ai/providers/kimi-coding")).kimiCodingProvider().auth.oauth,
  meta: async () => (await import("@earendil-works/pi-ai/providers/meta")).metaProvider().auth.oauth,
};

/** The sign-in of a provider. @throws Error when it has none */
export async function oauthOf(provider: string): Promise<OAuthAuth> {
  // Makes the flows part of the executable; without it they would be looked for beside it.
  const { registerBunOAuthFlows } = await import("@earendil-works/pi-ai/bun-oauth");
  registerBunOAuthFlows();
  const oauth = await OAUTH_PROVIDERS[provider]?.();
  if (oauth === undefined) throw new Error(`${provider} has no sign-in; use an API key`);
  return oauth;
}

export interface OAuthTokensDeps {
  readonly profiles: AuthProfileRepository;
  readonly clock: Clock;
  readonly load?: (provider: string) => Promise<OAuthAuth>;
}

/** Keeps logins alive: a token that ends is renewed once, however many requests wait for it. */
export class OAuthTokens {
  readonly #deps: OAuthTokensDeps;
  readonly #load: (provider: string) => Promise<OAuthAuth>;
  readonly #renewing = new Map<string, Promise<OAuthCredential>>();

  constructor(deps: OAuthTokensDeps) {
    this.#deps = deps;
    this.#load = deps.load ?? oauthOf;
  }

  /** The credential with a token that is good now. @throws Error when the provider refuses to renew it */
  async use(credential: Credential): Promise<Credential> {
    const profile = await this.#deps.profiles.get(credential.profileId);
    const stored = asOAuth(profile?.credential);
    if (profile === undefined || stored === undefined)
      throw new Error(`${credential.profileId} is not stored any more`);
    const fresh = this.#isGood(stored) ? stored : await this.#renewOnce(profile);
    const oauth = await this.#load(credential.provider);
    const auth = await oauth.toAuth(fresh);
    return {
      ...credential,
      expiresAt: fresh.expires,
      ...(auth.apiKey !== undefined && { apiKey: auth.apiKey }),
      ...(auth.headers !== undefined && { headers: auth.headers }),
      ...(auth.baseUrl !== undefined && { baseUrl: auth.baseUrl }),
    };
  }

  #isGood(credential: OAuthCredential): boolean {
    return credential.expires - OAUTH_EARLY_MS > this.#deps.clock.now();
  }

  #renewOnce(profile: AuthProfile): Promise<OAuthCredential> {
    const running = this.#renewing.get(profile.id);
    if (running) return running;
    const renewing = this.#renew(profile.id).finally(() => this.#renewing.delete(profile.id));
    this.#renewing.set(profile.id, renewing);
    return renewing;
  }

  async #renew(id: string): Promise<OAuthCredential> {
    const { profiles, clock } = this.#deps;
    // Read again: another request may have renewed it while this one waited.
    const profile = await profiles.get(id);
    const stored = asOAuth(profile?.credential);
    if (profile === undefined || stored === undefined) throw new Error(`${id} is not stored any more`);
    if (this.#isGood(stored)) return stored;
    const oauth = await this.#load(profile.provider);
    const renewed = await oauth.refresh(stored, AbortSignal.timeout(OAUTH_EARLY_MS));
    await profiles.put({ ...profile, credential: renewed, updatedAt: clock.now() });
    return renewed;
  }
}

/** A stored login; undefined when it is none. */
export function asOAuth(value: unknown): OAuthCredential | undefined {
  if (!isObject(value)) return undefined;
  const { access, refresh, expires } = value;
  if (typeof access !== "string" || typeof refresh !== "string" || typeof expires !== "number")
    return undefined;
  return { ...value, type: "oauth", access, refresh, expires };
}
