import type { Channel, ChannelAccount, ChannelConnection } from "../channel.ts";

/** The accounts of all channels, as those who send and answer see them. */
export interface Accounts {
  /** Undefined for a channel this program does not have. */
  channel(id: string): Channel | undefined;
  /** Channels with at least one account, in order of their registration. */
  channels(): readonly Channel[];
  /** As configured now; the default account unless told. */
  account(channel: string, accountId?: string): ChannelAccount | undefined;
  /** The connection of an account that runs. */
  connection(channel: string, accountId: string): ChannelConnection | undefined;
  /** Called when a connection begins or its state changes: what waits for it may go on. Returns what stops it. */
  onChange(listener: (channel: string, accountId: string) => void): () => void;
  /** Something was received from or sent to a chat, for the status. */
  noteTraffic(channel: string, accountId: string, direction: "in" | "out"): void;
}
