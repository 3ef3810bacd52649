/** A stranger who wrote to an account and waits to be let in. */
export interface ChannelPairingRequest {
  readonly channel: string;
  readonly accountId: string;
  /** The stranger's stable id on the channel. */
  readonly senderId: string;
  readonly code: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  /** Name, username, chat: what helps a person to recognise them. */
  readonly meta: Readonly<Record<string, string>>;
}

/** Who asked to be let in to direct chats, and who was. */
export interface ChannelPairingRepository {
  /**
   * Files a request, or says that the sender has one. `full` when the account has as many pending as it may; expired
   * ones make room first. @throws StoreError
   */
  file(
    ask: Omit<ChannelPairingRequest, "createdAt" | "lastSeenAt">,
    bounds: { readonly ttlMs: number; readonly maxPending: number },
  ): Promise<
    { readonly state: "new" | "known"; readonly request: ChannelPairingRequest } | { readonly state: "full" }
  >;
  /** Pending requests that are not older than `ttlMs`, oldest first. */
  pending(ttlMs: number, channel?: string, accountId?: string): Promise<readonly ChannelPairingRequest[]>;
  /** Lets the sender in and forgets the request, in one act. Undefined when there is no such code. @throws StoreError */
  approve(
    channel: string,
    code: string,
    ttlMs: number,
    accountId?: string,
  ): Promise<ChannelPairingRequest | undefined>;
  /** Forgets a request without letting anybody in. @throws StoreError */
  dismiss(channel: string, code: string, accountId?: string): Promise<ChannelPairingRequest | undefined>;
  /** Whether this id was let in by approval; asked for every message, so it takes the same time for one and for many. */
  isAllowed(channel: string, accountId: string, senderId: string): Promise<boolean>;
  /** Ids let in by approval. */
  allowed(channel: string, accountId: string): Promise<readonly string[]>;
  /** @throws StoreError */
  allow(channel: string, accountId: string, senderId: string): Promise<void>;
  /** False when they were not in. @throws StoreError */
  disallow(channel: string, accountId: string, senderId: string): Promise<boolean>;
}
