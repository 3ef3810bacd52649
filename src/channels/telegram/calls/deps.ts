import type { Clock } from "../../../lib/clock.ts";
import type { Egress } from "../../../lib/egress/index.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { ChannelAccount } from "../../channel.ts";
import type { OpenMedia } from "../../files/index.ts";
import type { TelegramClient } from "../client/index.ts";

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
