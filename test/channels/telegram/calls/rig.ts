import type { ChannelAccount } from "../../../../src/channels/channel.ts";
import type { OutboundMessage, Receipt, Target } from "../../../../src/channels/outbound-message.ts";
import type { OpenMedia } from "../../../../src/channels/files/index.ts";
import { TelegramCalls } from "../../../../src/channels/telegram/calls/index.ts";
import { telegramClient } from "../../../../src/channels/telegram/client/index.ts";
import {
  renderMessage,
  target,
  type TelegramSettings,
} from "../../../../src/channels/telegram/render/index.ts";
import { type Clock, systemClock } from "../../../../src/lib/clock.ts";
import { Egress, type EgressDeps } from "../../../../src/lib/egress/index.ts";
import { type Logger, silentLogger } from "../../../../src/lib/logger.ts";
import { readInside } from "../../../../src/lib/path-jail/index.ts";
import {
  type Bot,
  FakeTelegram,
  type FakeTelegramOptions,
  type Person,
} from "../../../fakes/telegram/index.ts";
import { account } from "../render/account.ts";

export interface RigOptions {
  readonly settings?: Partial<TelegramSettings>;
  readonly clock?: Clock;
  readonly telegram?: FakeTelegramOptions;
  readonly egress?: Partial<EgressDeps>;
  /** Folder files of this machine may be in; none unless told. */
  readonly folder?: string;
  readonly log?: Logger;
}

/** The calls of one bot against a Bot API server, and Al (777), who has started it. */
export interface Rig extends AsyncDisposable {
  readonly telegram: FakeTelegram;
  readonly bot: Bot;
  readonly al: Person;
  readonly calls: TelegramCalls;
  /** Renders and sends a message, part by part. */
  send(to: string | Target, message: Partial<OutboundMessage>): Promise<readonly Receipt[]>;
  /** What was called beside polling, with its bodies. */
  bodies(method: string): readonly Readonly<Record<string, unknown>>[];
}

export const AT_ONCE = new AbortController().signal;

export async function rig(options: RigOptions = {}): Promise<Rig> {
  const { settings = {}, clock = systemClock, folder, log = silentLogger } = options;
  const telegram = await FakeTelegram.start(options.telegram);
  const bot = telegram.bot();
  const al = telegram.user({ id: 777, firstName: "Al", username: "al" });
  al.chat();
  const egress = new Egress({ clock: systemClock, ...options.egress });
  const { apiRoot } = telegram;
  const client = await telegramClient({
    token: bot.token,
    apiRoot,
    egress: new Egress({ clock: systemClock }),
    policy: { reach: "public", trusted: [apiRoot] },
    clock: systemClock,
  });
  const configured: ChannelAccount = account(settings);
  const openMedia: OpenMedia = async (path, maxBytes) => {
    if (folder === undefined) throw new Error("no file of this machine may be sent");
    return await readInside({ root: folder }, path, maxBytes);
  };
  const calls = new TelegramCalls({ client, egress, clock, log, account: () => configured, openMedia });
  return {
    telegram,
    bot,
    al,
    calls,
    async send(to, message) {
      const where = typeof to === "string" ? target(to) : to;
      const receipts: Receipt[] = [];
      for (const part of renderMessage({ text: "", ...message }, configured)) {
        receipts.push(await calls.send(JSON.parse(JSON.stringify(part)) as typeof part, where, AT_ONCE));
      }
      return receipts;
    },
    bodies: (method) => telegram.journal.of(method).map((call) => call.body),
    async [Symbol.asyncDispose]() {
      await calls.stop();
      await telegram.stop();
    },
  };
}

/** The smallest picture there is. */
export const DOT_PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

export const DOT = `data:image/png;base64,${DOT_PNG.toString("base64")}`;
