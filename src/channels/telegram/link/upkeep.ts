import type { Timer } from "../../../lib/clock.ts";
import type { ChannelContext } from "../../channel.ts";
import type { TelegramClient } from "../client/index.ts";
import { telegramSettings } from "../render/index.ts";
import type { Identity } from "./identity.ts";
import { SETTINGS_LOOK_MS } from "./limits.ts";
import { CommandMenu } from "./menu.ts";
import type { Observed } from "./observed.ts";

/** What of the settings Telegram is told, or a person: looked at now and then, so that a change needs no new connection. */
export class Upkeep {
  readonly #client: TelegramClient;
  readonly #context: ChannelContext;
  readonly #observed: Observed;
  readonly #stop = new AbortController();
  #timer: Timer | undefined;
  #job: Promise<void> = Promise.resolve();

  constructor(client: TelegramClient, context: ChannelContext, observed: Observed) {
    this.#client = client;
    this.#context = context;
    this.#observed = observed;
  }

  /** Begins, once it is known who the bot is. */
  begin(identity: Identity): void {
    if (this.#stop.signal.aborted) return;
    this.#timer?.cancel();
    const menu = new CommandMenu(this.#client, this.#context, identity.self.id);
    let isBusy = false;
    const look = () => {
      this.#observed.advise(privacyAdvice(identity, this.#context));
      if (isBusy) return;
      isBusy = true;
      this.#job = menu.sync(this.#stop.signal).finally(() => (isBusy = false));
    };
    look();
    this.#timer = this.#context.clock.every(SETTINGS_LOOK_MS, look);
  }

  /** Nothing is under way when it resolves. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#stop.abort();
    await this.#job;
  }
}

function privacyAdvice({ readsGroups }: Identity, { current }: Pick<ChannelContext, "current">) {
  if (readsGroups) return undefined;
  const groups = Object.values(telegramSettings(current()).groups ?? {});
  const reads = groups.some(
    (group) =>
      group.requireMention === false ||
      Object.values(group.topics ?? {}).some((topic) => topic.requireMention === false),
  );
  if (!reads) return undefined;
  return {
    kind: "permissions",
    message:
      "A group is to be answered without a mention, but Telegram shows the bot only messages that name it.",
    fix: "@BotFather: /setprivacy, Disable; then remove the bot from the group and add it again, or make it an administrator",
  };
}
