import type { ChannelSelf } from "../../linking.ts";

/** Why a connection ended: WhatsApp's status code when it gave one. */
export interface WireEnd {
  readonly code: number | undefined;
  readonly message: string;
}

/** What is told of a connection that waits to be linked. */
export interface PairingListener {
  /** A code to be scanned; the one before is no longer taken. */
  code(text: string): void;
  /** A phone scanned a code and its signature is good. */
  paired(): void;
  /** The connection is over; nothing follows. */
  ended(end: WireEnd): void;
}

/** A connection to WhatsApp with an identity that was made for it. */
export interface PairingConnection {
  /** Who the phone made us, once paired. */
  readonly self: ChannelSelf | undefined;
  /** Keeps the identity as the link of the account, in place of the one before. @throws StoreError */
  keep(): Promise<void>;
  close(): Promise<void>;
}

/** What a login needs of WhatsApp. */
export interface PairingWire {
  /** Connects with a fresh identity. @throws Error when it cannot */
  open(listener: PairingListener): Promise<PairingConnection>;
}
