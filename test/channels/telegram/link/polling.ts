import { telegramClient } from "../../../../src/channels/telegram/client/index.ts";
import { identify } from "../../../../src/channels/telegram/link/identity.ts";
import { Intake } from "../../../../src/channels/telegram/link/intake.ts";
import { Observed } from "../../../../src/channels/telegram/link/observed.ts";
import { Poller } from "../../../../src/channels/telegram/link/poller.ts";
import { type Bot, FakeTelegram } from "../../../fakes/telegram/index.ts";
import { ManualClock, until, within } from "../../../support/index.ts";
import { recordedContext, type RecordedContext } from "../context.ts";

const cleanup: (() => Promise<void>)[] = [];

/** Ends whatever the last test began. */
export async function endAll(): Promise<void> {
  for (const end of cleanup.splice(0).reverse()) await end();
}

export interface Polling {
  readonly context: RecordedContext;
  readonly observed: Observed;
  readonly clock: ManualClock;
  /** Ends it and answers how it ended. */
  stop(): Promise<string>;
}

export const polling = (fake: FakeTelegram, bot: Bot, from?: RecordedContext) =>
  pollingAt(fake.apiRoot, bot.token, from);

export async function pollingAt(apiRoot: string, token: string, from?: RecordedContext): Promise<Polling> {
  const clock = new ManualClock(Date.now());
  const context = recordedContext({ apiRoot, botToken: token }, { clock, ...(from && { from }) });
  const client = await telegramClient({
    token,
    apiRoot,
    egress: context.egress,
    policy: { reach: "public", trusted: [apiRoot] },
    clock,
  });
  const observed = new Observed(clock, "polling", () => {});
  const end = new AbortController();
  const poller = new Poller({
    client,
    context,
    observed,
    intake: new Intake(context),
    identify: (signal) => identify(client, token, context, signal),
    prepared: () => {},
    woke: () => {},
    random: () => 0,
  });
  const run = poller.run(end.signal);
  const stop = async () => {
    end.abort();
    return await within("the poller to stop", run);
  };
  cleanup.push(async () => void (await stop()));
  return { context, observed, clock, stop };
}

export async function scene() {
  const fake = await FakeTelegram.start({ repeatPauseMs: 0 });
  cleanup.push(() => fake.stop());
  const bot = fake.bot();
  return { fake, bot, al: fake.user() };
}

export const ready = ({ observed }: Polling) => until("it works", () => observed.lifecycle === "ready");
/** A request that was given up may arrive after all, so only those of this bot count. */
export const offsets = (fake: FakeTelegram, { token }: Bot) =>
  fake.journal
    .of("getUpdates")
    .filter((call) => call.token === token)
    .map(({ body }) => body["offset"]);
