import { FakeModelProvider } from "../../../fakes/model-provider/index.ts";
import {
  type Bot,
  type Chat,
  FakeTelegram,
  type FakeTelegramOptions,
  type Person,
  type TgMessage,
} from "../../../fakes/telegram/index.ts";
import {
  type GatewayProcess,
  type RunResult,
  runOpenclaw,
  spawnGateway,
  tempHome,
  type TempHome,
  until,
  type WireClient,
} from "../../../support/index.ts";

type Json = Readonly<Record<string, unknown>>;

/** What one test may take on a busy machine, the start of the gateway included. */
export const PATIENCE_MS = 30_000;

/** From a gateway that is ready to one that polls, on a busy machine. */
const START_MS = 20_000;

/** States of messages that are not over, in and out. */
const UNDER_WAY: ReadonlySet<unknown> = new Set(["waiting", "queued", "sending"]);

/** The owner's id on Telegram. */
export const OWNER_ID = 777;

export interface TelegramWorldOptions {
  /** Laid over `channels.telegram`. */
  readonly telegram?: Json;
  /** Beside `channels.telegram`. */
  readonly channels?: Json;
  /** Laid over the configuration, top-level key by top-level key. */
  readonly config?: Json;
  readonly fake?: FakeTelegramOptions;
  readonly env?: Readonly<Record<string, string>>;
  /** Sets the scene before the gateway starts; what it returns is laid over `channels.telegram` too. */
  readonly before?: (telegram: FakeTelegram, bot: Bot) => Json | void;
  /** Use this home, and remove it at the end. */
  readonly home?: TempHome;
  /** Do not wait until the bot asks for updates. */
  readonly polled?: boolean;
}

/** The row of an account in `channels.status`. */
export interface AccountRow extends Json {
  readonly accountId: string;
  readonly lifecycle?: string;
  readonly lastError?: string | null;
  readonly queue?: Readonly<Record<"waiting" | "deadInbound" | "queued" | "unknown" | "dead", number>>;
}

/**
 * The compiled gateway with a Telegram bot, between a fake Telegram and a fake model. The owner, Al, may write to the bot;
 * everybody else is a stranger.
 */
export class TelegramWorld implements AsyncDisposable {
  #gateway: GatewayProcess | undefined;
  #operator: WireClient | undefined;

  private constructor(
    readonly telegram: FakeTelegram,
    readonly model: FakeModelProvider,
    readonly home: TempHome,
    readonly bot: Bot,
    readonly al: Person,
    readonly options: TelegramWorldOptions,
  ) {}

  static async start(options: TelegramWorldOptions = {}): Promise<TelegramWorld> {
    const telegram = await FakeTelegram.start(options.fake);
    const model = await FakeModelProvider.start({ models: ["mock-1"] });
    const home = options.home ?? (await tempHome());
    const bot = telegram.bot();
    const al = telegram.user({ id: OWNER_ID, firstName: "Al", username: "al" });
    const world = new TelegramWorld(telegram, model, home, bot, al, options);
    try {
      await world.configure(options.before?.(telegram, bot) ?? {});
      await world.up();
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
    return world;
  }

  get gateway(): GatewayProcess {
    if (!this.#gateway) throw new Error("the gateway is down");
    return this.#gateway;
  }

  /** The private chat of the owner. */
  get dm(): Chat {
    return this.al.chat(this.bot);
  }

  /** Writes the configuration; a running gateway takes it over by itself. */
  async configure(telegram: Json = {}): Promise<void> {
    const { options, model, bot } = this;
    await this.home.write(".openclaw/openclaw.json", {
      gateway: { mode: "local" },
      models: { providers: { mock: model.providerConfig() } },
      agents: { defaults: { model: { primary: "mock/mock-1" } } },
      commands: { ownerAllowFrom: [`telegram:${OWNER_ID}`] },
      ...options.config,
      channels: {
        ...options.channels,
        telegram: {
          botToken: bot.token,
          apiRoot: this.telegram.apiRoot,
          network: { dangerouslyAllowPrivateNetwork: true },
          dmPolicy: "allowlist",
          allowFrom: [OWNER_ID],
          ...options.telegram,
          ...telegram,
        },
      },
    });
  }

  /** Starts the gateway and waits until the bot asks for updates. */
  async up(): Promise<void> {
    this.#gateway = await spawnGateway({
      home: this.home,
      ...(this.options.env && { env: this.options.env }),
    });
    if (this.options.polled === false) return;
    await this.polled(this.bot, START_MS).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.#gateway?.output() ?? ""}`);
    });
  }

  /** Settles when the bot, or another one, waits for updates. */
  polled(bot: Bot = this.bot, timeoutMs?: number): Promise<unknown> {
    return this.telegram.journal.when("a long poll", () => bot.queue.isPolled, timeoutMs);
  }

  /** Another program polls with the bot's token, and throws the gateway's poll out. */
  async intrude(): Promise<void> {
    // Where the gateway does not wait for updates just now, it would throw the other one out.
    await this.polled();
    await (
      await fetch(`${this.telegram.apiRoot}/bot${this.bot.token}/getUpdates?timeout=1&offset=-100`)
    ).text();
  }

  /** Ends the gateway: `SIGKILL` at once, or in order. */
  async down(signal?: "SIGKILL"): Promise<void> {
    const gateway = this.#gateway;
    this.#gateway = undefined;
    this.#operator = undefined;
    if (!gateway) return;
    if (signal) gateway.signal(signal);
    await (signal ? gateway.exited : gateway.stop());
    // Nothing of the dead process is asked any more.
    this.telegram.breakConnections();
    this.bot.queue.close();
  }

  /** Waits until a chat shows the nth message of the bot with exactly this text, and returns it. */
  shown(text: string, chat: Chat = this.dm, timeoutMs?: number, nth = 1): Promise<TgMessage> {
    return this.telegram.journal
      .when(`${text} to be shown`, () => this.#saying(text, chat)[nth - 1], timeoutMs)
      .catch((error: unknown) => {
        const seen = JSON.stringify(chat.texts());
        throw new Error(`${String(error)}\nshown: ${seen}\n${this.#gateway?.output() ?? ""}`);
      });
  }

  #saying(text: string, chat: Chat): TgMessage[] {
    return chat.shows(this.bot).filter((message) => (message.text ?? message.caption) === text);
  }

  /** Somebody asks the fake model to say something back, and it is shown; what was said before in the chat is over then. */
  echo(words: string, person: Person = this.al): Promise<TgMessage> {
    const chat = person.chat(this.bot);
    const before = this.#saying(words, chat).length;
    person.says(`ECHO ${words}`, { in: chat });
    return this.shown(words, chat, undefined, before + 1);
  }

  /** An operator with all scopes, the same one until the gateway goes down. */
  async operator(): Promise<WireClient> {
    this.#operator ??= await this.gateway.operator();
    return this.#operator;
  }

  async call(method: string, params: Json = {}): Promise<Json> {
    return (await (await this.operator()).call(method, params)) as Json;
  }

  /** The account as `channels.status` shows it now. */
  async account(accountId?: string): Promise<AccountRow> {
    const status = await this.call("channels.status");
    const rows = (status.channelAccounts as { telegram: AccountRow[] }).telegram;
    const row = accountId === undefined ? rows[0] : rows.find((one) => one.accountId === accountId);
    if (!row) throw new Error(`no account ${accountId}: ${JSON.stringify(rows)}`);
    return row;
  }

  /** Waits until the account's row is as wanted, and returns it. */
  async accountWhen(
    what: string,
    wanted: (row: AccountRow) => boolean,
    timeoutMs?: number,
    accountId?: string,
  ): Promise<AccountRow> {
    let last: AccountRow | undefined;
    return until(
      what,
      async () => {
        last = await this.account(accountId);
        return wanted(last) && last;
      },
      timeoutMs,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\nlast: ${JSON.stringify(last)}`);
    });
  }

  /** `statusIssues` as texts: `kind: message`. */
  async issues(): Promise<string[]> {
    const { statusIssues } = await this.call("channels.status");
    return (statusIssues as { kind: string; message: string }[]).map(
      ({ kind, message }) => `${kind}: ${message}`,
    );
  }

  /** Waits until nothing waits at Telegram, in the inbox or in the outbox. */
  async settled(timeoutMs?: number): Promise<void> {
    let last: unknown;
    await until(
      "everything to be answered",
      async () => {
        // In the order of the way: what Telegram has no more is in the inbox by then, or further.
        if (this.bot.queue.pending.length > 0) return false;
        const operator = await this.operator();
        const { counts } = (await operator.call("message.queue.list", { limit: 1 }, timeoutMs)) as {
          readonly counts: readonly { readonly state: string; readonly count: number }[];
        };
        last = counts;
        return counts.every(({ state, count }) => count === 0 || !UNDER_WAY.has(state));
      },
      timeoutMs,
    ).catch((error: unknown) => {
      const { length } = this.bot.queue.pending;
      throw new Error(`${String(error)}\nat Telegram: ${length}, in the queues: ${JSON.stringify(last)}`);
    });
  }

  /** Runs a command of the program against this gateway. */
  openclaw(...args: string[]): Promise<RunResult> {
    const { port, token } = this.gateway;
    return runOpenclaw(args, {
      home: this.home.path,
      env: {
        OPENCLAW_GATEWAY_PORT: String(port),
        ...(token === undefined ? {} : { OPENCLAW_GATEWAY_TOKEN: token }),
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
    await this.telegram.stop();
    await this.model.stop();
    await this.home[Symbol.asyncDispose]();
  }
}
