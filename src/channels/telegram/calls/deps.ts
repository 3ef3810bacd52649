import type { Clock } from "../../../lib/clock.ts";
import type { Egress } from "../../../lib/egress/index.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { ChannelAccount } from "../../channel.ts";
import type { TelegramClient } from "../client/index.ts";

/**
 * Reads a file of this machine that is to be sent, under the rules the agent's own file tools have. Rejects with an Error whose
 * message is fit for whoever wants it sent.
 */
export type OpenMedia = (
  path: string,
  maxBytes: number,
) => Promise<{ readonly bytes: Uint8Array; readonly name?: string }>;

/** What calls are made with. */
export interface CallDeps {
  readonly client: Pick<TelegramClient, "call" | "upload" | "download">;
  /** For files that are fetched from elsewhere to be sent. */
  readonly egress: Pick<Egress, "request">;
  readonly clock: Clock;
  readonly log: Logger;
  /** The account as configured now. */
  readonly account: () => ChannelAccount;
  readonly openMedia: OpenMedia;
}
