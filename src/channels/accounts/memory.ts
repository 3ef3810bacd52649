import { kvKey, type KvRepository } from "../../store/index.ts";
import type { ChannelMemory } from "../channel.ts";

/** The small state of one account in the store, apart from that of all others. */
export function channelMemory(kv: KvRepository, channel: string, accountId: string): ChannelMemory {
  const named = (key: string) =>
    kvKey<unknown>(`channels.${channel}.${encodeURIComponent(accountId)}.${key}`, (value) => value);
  return {
    get: (key) => kv.get(named(key)),
    put: async (key, value) => {
      if (value === undefined) await kv.delete(named(key));
      else await kv.set(named(key), value);
    },
  };
}
