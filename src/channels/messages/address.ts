import type { Channel, ChannelAccount } from "../channel.ts";
import type { Target } from "../outbound-message.ts";

/** Where something is to be done. */
export interface Address {
  readonly channel: Channel;
  readonly account: ChannelAccount;
  readonly target: Target;
  /** The target with its channel: `telegram:777`. */
  readonly to: string;
}
