import type { AuthInteraction, OAuthAuth } from "@earendil-works/pi-ai";
import type { Clock } from "../../../lib/clock.ts";
import type { AuthProfile, AuthProfileRepository, KvRepository } from "../../../store/index.ts";
import { canonicalProvider } from "../catalog/index.ts";
import { type CredentialPool, oauthOf } from "../credentials/index.ts";
import { storeOrder } from "../credentials/stored-order.ts";
import { CredentialError } from "./credential-error.ts";
import { changeHeldSecrets, type HeldChange, type HeldSecret, heldSecrets } from "./held-secrets.ts";

/** A key is never longer; whatever is, was pasted by mistake. */
const MAX_KEY_CHARS = 16_384;

export interface SignInsDeps {
  readonly profiles: AuthProfileRepository;
  readonly kv: KvRepository;
  readonly pool: CredentialPool;
  readonly clock: Clock;
  readonly oauth?: (provider: string) => Promise<OAuthAuth>;
}

/** A credential to be stored. */
export interface NewCredential {
  readonly provider: string;
  /** `<provider>:default` unless told. */
  readonly profileId?: string;
  readonly type: AuthProfile["type"];
  readonly credential: Readonly<Record<string, unknown>>;
  readonly email?: string;
}

/** Stored credentials of model providers: entering, ordering and forgetting them. */
export class SignIns {
  readonly #deps: SignInsDeps;

  constructor(deps: SignInsDeps) {
    this.#deps = deps;
  }

  /** Stores an API key or a fixed token; returns the profile's id. @throws CredentialError, StoreError */
  async setKey(entry: {
    readonly provider: string;
    readonly key: string;
    readonly profileId?: string;
    readonly type?: "api_key" | "token";
    /** Epoch ms at which it ends. */
    readonly expiresAt?: number;
  }): Promise<string> {
    const key = cleanKey(entry.key);
    const { provider, profileId, type = "api_key", expiresAt } = entry;
    return this.save({
      provider,
      type,
      credential: { key, ...(expiresAt !== undefined && { expires: expiresAt }) },
      ...(profileId !== undefined && { profileId }),
    });
  }

  /** Signs a person in with the provider's own flow and stores the login; returns the profile's id. */
  async login(provider: string, interaction: AuthInteraction, profileId?: string): Promise<string> {
    const login = await signIn(provider, interaction, this.#deps.oauth);
    return this.save({ ...login, ...(profileId !== undefined && { profileId }) });
  }

  /** Stores a credential, in place of one with the same id; returns the id. @throws CredentialError, StoreError */
  async save(entry: NewCredential): Promise<string> {
    const { profiles, pool, clock } = this.#deps;
    const provider = canonicalProvider(entry.provider);
    const id = entry.profileId ?? `${provider}:${entry.email ?? "default"}`;
    if (!id.startsWith(`${provider}:`) || id.length === provider.length + 1 || /\s/.test(id)) {
      throw new CredentialError(`a credential of ${provider} is called ${provider}:NAME, not "${id}"`);
    }
    const before = await profiles.get(id);
    const now = clock.now();
    await profiles.put({
      id,
      provider,
      type: entry.type,
      credential: entry.credential,
      createdAt: before?.createdAt ?? now,
      updatedAt: now,
      ...(entry.email !== undefined && { email: entry.email }),
    });
    // A new secret begins with a clean slate.
    await profiles.note({ id, failures: 0 });
    pool.forget();
    return id;
  }

  /** Forgets stored credentials: those named, else all of the provider. Returns the ids. @throws CredentialError */
  async logout(provider: string, profileIds?: readonly string[]): Promise<string[]> {
    const { profiles, pool } = this.#deps;
    const stored = await profiles.list(canonicalProvider(provider));
    const unknown = profileIds?.filter((id) => !stored.some((profile) => profile.id === id)) ?? [];
    if (unknown.length > 0) throw new CredentialError(`not stored for ${provider}: ${unknown.join(", ")}`);
    const removed = profileIds ?? stored.map((profile) => profile.id);
    for (const id of removed) await profiles.remove(id);
    pool.forget();
    return [...removed];
  }

  /** What the stored credentials hold, without their secrets. @throws StoreError */
  held(salt?: string): Promise<HeldSecret[]> {
    return heldSecrets(this.#deps.profiles, salt);
  }

  /** Puts references in the place of stored secrets; all or nothing. Returns the ids. @throws CredentialError, StoreError */
  async changeHeld(changes: readonly HeldChange[]): Promise<string[]> {
    const { profiles, pool, clock } = this.#deps;
    const ids = await changeHeldSecrets(profiles, changes, clock.now());
    pool.forget();
    return ids;
  }

  /** Puts the credentials of a provider in order, or back into none. @throws CredentialError, StoreError */
  async setOrder(provider: string, profileIds: readonly string[] | undefined): Promise<void> {
    const { profiles, kv, pool } = this.#deps;
    const id = canonicalProvider(provider);
    const stored = await profiles.list(id);
    const unknown = profileIds?.filter((one) => !stored.some((profile) => profile.id === one)) ?? [];
    if (unknown.length > 0) throw new CredentialError(`not stored for ${id}: ${unknown.join(", ")}`);
    await storeOrder(kv, id, profileIds);
    pool.forget();
  }
}

/** Signs a person in with the provider's own flow. Nothing is stored. @throws Error when it came to nothing */
export async function signIn(
  provider: string,
  interaction: AuthInteraction,
  load: (provider: string) => Promise<OAuthAuth> = oauthOf,
): Promise<NewCredential> {
  const id = canonicalProvider(provider);
  const oauth = await load(id);
  const signal = interaction.signal ?? new AbortController().signal;
  const credential = await oauth.login({ ...interaction, signal });
  const { email } = credential;
  return { provider: id, type: "oauth", credential, ...(typeof email === "string" && { email }) };
}

function cleanKey(text: string): string {
  const key = text.trim().replace(/^(["'])(.*)\1$/, "$2");
  if (key === "") throw new CredentialError("the key is empty");
  if (key.length > MAX_KEY_CHARS)
    throw new CredentialError(`the key is longer than ${MAX_KEY_CHARS} characters`);
  if (/\s/.test(key)) throw new CredentialError("the key has blanks or line breaks in it");
  return key;
}
