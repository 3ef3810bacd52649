import type { OpenClawConfig } from "../../../config/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { AuthProfile, AuthProfileRepository, AuthProfileState } from "../../../store/index.ts";
import { type Catalogue, knownProvider, secretText } from "../catalog/index.ts";
import { localServer } from "../local/index.ts";
import { MAX_REMEMBERED_SESSIONS, USE_NOTED_EVERY_MS } from "../limits.ts";
import type { FailureKind } from "../model.ts";
import { afterFailure, restsUntil } from "./cooldown.ts";
import type { Credential } from "./credential.ts";
import { envCredentials } from "./env-keys.ts";
import type { OAuthTokens } from "./oauth.ts";
import { orderForUse, orderRules, orderStored } from "./order.ts";
import { readReferences, type StoredReferences } from "./references.ts";
import { credentialOf, secretsOf } from "./stored.ts";
import type { StoredOrder } from "./stored-order.ts";

export interface CredentialPoolDeps {
  readonly profiles: AuthProfileRepository;
  readonly storedOrder: () => Promise<StoredOrder>;
  readonly oauth: OAuthTokens;
  readonly references: StoredReferences;
  readonly catalogue: Catalogue;
  readonly config: () => OpenClawConfig;
  readonly variables: () => Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Makes a secret unspeakable in logs and messages. */
  readonly hide: (secret: string) => void;
}

/** Credentials of a provider as they stand now. */
export interface Standing {
  readonly ready: readonly Credential[];
  readonly resting: readonly { readonly credential: Credential; readonly until: number }[];
}

interface Stored {
  readonly profiles: readonly AuthProfile[];
  readonly states: Map<string, AuthProfileState>;
  readonly order: StoredOrder;
  /** Secrets that profiles refer to, by profile; undefined for one that could not be read. */
  readonly read: ReadonlyMap<string, string | undefined>;
}

/**
 * The credentials of all providers: stored ones, then the environment's, then the configuration's; who goes first, who
 * rests after a failure. What the store holds is read once, again after {@link forget}, and whenever secrets were read again.
 */
export class CredentialPool {
  readonly #deps: CredentialPoolDeps;
  readonly #lastGood = new Map<string, string>();
  #stored: Promise<Stored> | undefined;
  /** Of the references' values in it. */
  #revision: unknown;
  #env: { readonly variables: object; readonly found: Map<string, readonly Credential[]> } | undefined;

  constructor(deps: CredentialPoolDeps) {
    this.#deps = deps;
  }

  /** Every credential of a provider, in the order of their source. */
  async all(provider: string): Promise<Credential[]> {
    const { config, variables, catalogue } = this.#deps;
    const stored = await this.#read();
    const own = stored.profiles
      .filter(({ provider: of, id }) => of === provider && !isUnread(stored, id))
      .map((profile) => credentialOf(profile, stored.read.get(profile.id)));
    const fromEnv = this.#inEnvironment(provider, variables());
    const fromConfig = configCredential(provider, catalogue.provider(provider));
    const credentials = [
      ...orderStored(own, orderRules(config(), provider, stored.order[provider]), stored.states),
      ...fromEnv,
      ...fromConfig.filter(({ apiKey }) => !fromEnv.some((other) => other.apiKey === apiKey)),
    ];
    for (const { apiKey } of credentials) if (apiKey !== undefined) this.#deps.hide(apiKey);
    return credentials;
  }

  /** Who may be used now, `first` (else what the session used last) at the head. */
  async standing(provider: string, first?: string, sessionId?: string): Promise<Standing> {
    const credentials = await this.all(provider);
    const { states } = await this.#read();
    const head =
      first ?? (sessionId === undefined ? undefined : this.#lastGood.get(`${provider} ${sessionId}`));
    return orderForUse(credentials, states, this.#deps.clock.now(), head);
  }

  /** True when a provider can be asked with what there is. */
  async has(provider: string): Promise<boolean> {
    return (await this.all(provider)).length > 0;
  }

  /** Providers that have a stored credential, the oldest first. */
  async storedProviders(): Promise<string[]> {
    const { profiles } = await this.#read();
    const oldestFirst = [...profiles].sort((a, b) => a.createdAt - b.createdAt);
    return [...new Set(oldestFirst.map((profile) => profile.provider))];
  }

  /** Profiles whose secret could not be read; of one provider, or of all. */
  async unread(provider?: string): Promise<string[]> {
    const stored = await this.#read();
    return stored.profiles.flatMap((profile) => {
      const meant = provider === undefined || profile.provider === provider;
      return meant && isUnread(stored, profile.id) ? [profile.id] : [];
    });
  }

  async state(profileId: string): Promise<AuthProfileState | undefined> {
    return (await this.#read()).states.get(profileId);
  }

  /** The credential ready to sign a request with; a login is renewed when it ends. @throws Error when that fails */
  async signIn(credential: Credential): Promise<Credential> {
    if (credential.kind !== "oauth") return credential;
    const ready = await this.#deps.oauth.use(credential);
    if (ready.apiKey !== undefined) this.#deps.hide(ready.apiKey);
    return ready;
  }

  /** Lets a credential rest after a failure. Never throws. */
  async failed(credential: Credential, kind: FailureKind, revoked: boolean): Promise<void> {
    const { states } = await this.#read();
    const failure = { id: credential.profileId, kind, revoked };
    await this.#note(afterFailure(states.get(credential.profileId), failure, this.#deps.clock.now()));
  }

  /** Notes that a credential works. Never throws. */
  async worked(credential: Credential, sessionId?: string): Promise<void> {
    if (sessionId !== undefined) this.#remember(`${credential.provider} ${sessionId}`, credential.profileId);
    const { states } = await this.#read();
    const now = this.#deps.clock.now();
    const before = states.get(credential.profileId);
    const fresh = before?.lastUsedAt !== undefined && now - before.lastUsedAt < USE_NOTED_EVERY_MS;
    if (fresh && before.failures === 0) return;
    await this.#note({ id: credential.profileId, lastUsedAt: now, failures: 0 });
  }

  /** Reads the store again at the next use. */
  forget(): void {
    this.#stored = undefined;
  }

  /** The soonest moment at which one of these credentials may be used again, epoch ms. */
  async restsUntil(profileId: string): Promise<number | undefined> {
    return restsUntil(await this.state(profileId), this.#deps.clock.now());
  }

  async #note(state: AuthProfileState): Promise<void> {
    const { states } = await this.#read();
    states.set(state.id, state);
    try {
      await this.#deps.profiles.note(state);
    } catch (error) {
      // It holds in memory until the gateway ends; a turn does not fail for it.
      this.#deps.log.warn("the state of a credential could not be stored", { profile: state.id, error });
    }
  }

  /** Looked up once for each provider, until the variables are others. */
  #inEnvironment(provider: string, variables: Readonly<Record<string, string>>): readonly Credential[] {
    if (this.#env?.variables !== variables) this.#env = { variables, found: new Map() };
    let found = this.#env.found.get(provider);
    if (found === undefined) {
      const env = [localServer(provider)?.env ?? envNameOf(provider)];
      found = envCredentials(knownProvider(provider) ?? { id: provider, name: provider, env }, variables);
      this.#env.found.set(provider, found);
    }
    return found;
  }

  #remember(session: string, profileId: string): void {
    this.#lastGood.delete(session);
    this.#lastGood.set(session, profileId);
    if (this.#lastGood.size <= MAX_REMEMBERED_SESSIONS) return;
    for (const oldest of this.#lastGood.keys()) {
      this.#lastGood.delete(oldest);
      break;
    }
  }

  #read(): Promise<Stored> {
    const revision = this.#deps.references.revision();
    if (revision !== this.#revision) this.#stored = undefined;
    this.#revision = revision;
    this.#stored ??= this.#load().catch((error: unknown) => {
      this.#stored = undefined;
      throw error;
    });
    return this.#stored;
  }

  async #load(): Promise<Stored> {
    const { profiles } = this.#deps;
    const [list, states, order] = await Promise.all([
      profiles.list(),
      profiles.states(),
      this.#deps.storedOrder(),
    ]);
    const read = await readReferences(list, this.#deps.references);
    for (const secret of list.flatMap(secretsOf)) this.#deps.hide(secret);
    for (const secret of read.values()) if (secret !== undefined) this.#deps.hide(secret);
    return { profiles: list, states: new Map(states.map((state) => [state.id, state])), order, read };
  }
}

/** True for a profile that refers to a secret which could not be read. */
function isUnread({ read }: Stored, profileId: string): boolean {
  return read.has(profileId) && read.get(profileId) === undefined;
}

/** The variable a provider that is only configured takes its key from. */
function envNameOf(provider: string): string {
  return `${provider.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}_API_KEY`;
}

function configCredential(provider: string, config: ReturnType<Catalogue["provider"]>): Credential[] {
  const common = { profileId: `${provider}:config`, provider, source: "config" };
  if (config?.auth === "aws-sdk") return [{ ...common, kind: "token" }];
  const apiKey = secretText(config?.apiKey);
  return apiKey === undefined ? [] : [{ ...common, kind: "api_key", apiKey }];
}
