/** A stored credential of a model provider. Kept in the store's file, which only its owner can read. */
export interface AuthProfile {
  /** `provider:default` or `provider:<email>`. */
  readonly id: string;
  readonly provider: string;
  readonly type: "api_key" | "oauth" | "token";
  /** The secret itself as JSON, for example `{key}` or `{access, refresh, expires}`. Never logged. */
  readonly credential: unknown;
  readonly email?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** How a profile has fared; kept apart from the credential. Profiles of environment and config keys have a state too. */
export interface AuthProfileState {
  readonly id: string;
  readonly lastUsedAt?: number;
  /** Epoch ms until which it is not used. */
  readonly cooldownUntil?: number;
  /** Why, for a person: `rate_limit`, `auth`, `billing` … */
  readonly reason?: string;
  /** Failures in a row. */
  readonly failures: number;
}

export interface AuthProfileRepository {
  list(provider?: string): Promise<readonly AuthProfile[]>;
  get(id: string): Promise<AuthProfile | undefined>;
  /** @throws StoreError */
  put(profile: AuthProfile): Promise<void>;
  /** False when there was none. @throws StoreError */
  remove(id: string): Promise<boolean>;
  states(): Promise<readonly AuthProfileState[]>;
  /** @throws StoreError */
  note(state: AuthProfileState): Promise<void>;
}
