/** Whose keys: one linked account of a channel. */
export interface KeyOwner {
  readonly channel: string;
  readonly accountId: string;
}

/** The credentials of an account, as its channel wrote them down. */
export interface ChannelCreds {
  /** JSON. */
  readonly value: string;
  /** When they were first stored, epoch ms: how old the link is. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A key of an account; `value` is JSON, and null forgets the key. */
export interface KeyChange {
  readonly type: string;
  readonly id: string;
  readonly value: string | null;
}

/**
 * A message that was decrypted and not taken in yet. Decrypting uses its key up, so what it said is stored in the same act:
 * it cannot be decrypted a second time.
 */
export interface ChannelArrival {
  /** The same for every delivery of the same ciphertext. */
  readonly key: string;
  /** What the platform said around it; JSON. */
  readonly envelope: string;
  readonly payload: Uint8Array;
}

/** An arrival as it stands. */
export interface StoredArrival extends ChannelArrival {
  readonly at: number;
  /** It was taken in; its payload may be gone. */
  readonly isTaken: boolean;
}

/** What changes at once. */
export interface KeyCommit {
  /** JSON. */
  readonly creds?: string;
  readonly keys?: readonly KeyChange[];
  readonly arrivals?: readonly ChannelArrival[];
}

/** A whole link. */
export interface KeptLink extends Pick<KeyCommit, "creds" | "keys"> {
  /** When it was made, epoch ms; now unless told. */
  readonly since?: number;
}

/** Credentials and session keys of linked accounts, with the messages that those keys opened. */
export interface ChannelKeyRepository {
  /** Undefined when the account was never linked. */
  creds(owner: KeyOwner): Promise<ChannelCreds | undefined>;
  /** The values there are, by id. */
  keys(owner: KeyOwner, type: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Everything of one transaction, or nothing of it. Survives a power cut when it has credentials or arrivals, since the
   * platform is told of those; an arrival that is known stays as it is. @throws StoreError
   */
  commit(owner: KeyOwner, changes: KeyCommit): Promise<void>;
  /**
   * Takes the place of all that is kept of an account, in one act that survives a power cut; messages that were not taken in go
   * with the keys that opened them. With `onlyNew` an account that has credentials stays as it is: false then. @throws StoreError
   */
  replace(owner: KeyOwner, link: KeptLink, options?: { readonly onlyNew?: boolean }): Promise<boolean>;
  /** Undefined for what never arrived. */
  arrival(owner: KeyOwner, key: string): Promise<StoredArrival | undefined>;
  /** What was not taken in, in order of arrival. */
  arrivals(owner: KeyOwner): Promise<readonly StoredArrival[]>;
  /** Notes that an arrival was taken in; forgets what it said unless `keep`. @throws StoreError */
  taken(owner: KeyOwner, key: string, keep?: boolean): Promise<void>;
  /** Forgets arrivals that were taken in before `before` (epoch ms); answers how many. @throws StoreError */
  prune(owner: KeyOwner, before: number): Promise<number>;
  /** Accounts with credentials. */
  owners(channel: string): Promise<readonly KeyOwner[]>;
  /** Forgets all of an account, messages that were not taken in too. False when there was nothing. @throws StoreError */
  clear(owner: KeyOwner): Promise<boolean>;
}
