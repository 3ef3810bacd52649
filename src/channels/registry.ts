import type { Channel } from "./channel.ts";

/** A channel of this program. */
export interface RegisteredChannel {
  readonly channel: Channel;
  /** Keys of an account's section that hold its credential; logging out removes them. */
  readonly credentials: readonly string[];
}

/** Every channel there is, in the order people see them: one line each. Being listed loads no platform's library. */
export const CHANNELS: readonly RegisteredChannel[] = [];
