import type { Channel } from "./channel.ts";
import type { LinkingDoor } from "./linking.ts";
import { telegramChannel, type TelegramDeps } from "./telegram/index.ts";
import { whatsappChannel, type WhatsappDeps } from "./whatsapp/index.ts";

/** A channel of this program. */
export interface RegisteredChannel {
  readonly channel: Channel;
  /** Keys of an account's section that hold its credential; logging out removes them. */
  readonly credentials: readonly string[];
  /** What links its accounts, where they are linked by a code in place of having a token. */
  readonly linking?: LinkingDoor;
}

/** What channels are made with. */
export type ChannelDeps = TelegramDeps & WhatsappDeps;

/** Every channel there is, in the order people see them: one line each. Being listed loads no platform's library. */
const BUILDERS: readonly ((deps: ChannelDeps) => RegisteredChannel)[] = [
  (deps) => ({ channel: telegramChannel(deps), credentials: ["botToken", "tokenFile"] }),
  (deps) => ({
    channel: whatsappChannel(deps),
    credentials: [],
    linking: {
      open: async (asked) => (await import("./whatsapp/link/index.ts")).whatsappLinking(asked),
      atRest: async () => (await import("./whatsapp/link/index.ts")).whatsappLinksAtRest,
    },
  }),
];

/** The channels of one gateway. */
export function registerChannels(deps: ChannelDeps): readonly RegisteredChannel[] {
  return BUILDERS.map((build) => build(deps));
}

/** The channels as they describe themselves, for those who connect none. */
export function describedChannels(): readonly RegisteredChannel[] {
  return registerChannels({
    openMedia: () => Promise.reject(new Error("Files are sent by the gateway only.")),
    random: () => 0,
  });
}
