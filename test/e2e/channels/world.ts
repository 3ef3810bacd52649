import { FakeModelProvider } from "../../fakes/model-provider/index.ts";
import { type Bot, FakeTelegram, type Person } from "../../fakes/telegram/index.ts";
import {
  type GatewayProcess,
  type RunResult,
  runOpenclaw,
  spawnGateway,
  tempHome,
  type TempHome,
  until,
  type WireClient,
} from "../../support/index.ts";

type Json = Readonly<Record<string, unknown>>;

interface AccountRow extends Json {
  readonly lifecycle?: string;
  readonly lastStartAt: number | null;
}

/** Where the configuration stands in the home. */
export const CONFIG_FILE = ".openclaw/openclaw.json";

/** Somebody who writes to a bot again and again, each time the answer to what was said before has come. */
export class Talker {
  #said = 0;
  #isOver = false;
  readonly #talk: Promise<void>;

  constructor(
    readonly person: Person,
    readonly bot: Bot,
    telegram: FakeTelegram,
  ) {
    this.#talk = this.#talkTo(telegram);
  }

  get said(): number {
    return this.#said;
  }

  /** Words that were answered, oldest first. */
  get answered(): string[] {
    return this.person
      .chat(this.bot)
      .texts(this.bot)
      .filter((text) => text.startsWith("word-"));
  }

  /** Settles when the talk has gone on by so many answers since now. */
  async goesOn(answers = 3): Promise<void> {
    const before = this.answered.length;
    await until(
      `${answers} more answers of ${this.bot.username}`,
      () => this.answered.length >= before + answers,
    );
  }

  /** Says nothing more; settles with every word that was said once the last one is answered. */
  async end(): Promise<string[]> {
    this.#isOver = true;
    await this.#talk;
    return Array.from({ length: this.#said }, (_, index) => `word-${index + 1}.`);
  }

  async #talkTo(telegram: FakeTelegram): Promise<void> {
    while (!this.#isOver) {
      this.#said += 1;
      const word = `word-${this.#said}.`;
      this.person.says(`ECHO ${word}`, { in: this.person.chat(this.bot) });
      await telegram.journal.when(`${word} to be answered`, () => this.answered.includes(word), 30_000);
    }
  }
}

/** The compiled gateway with two Telegram bots as two accounts (`main`, `work`), and a model that says back what it is told. */
export class TwoBots implements AsyncDisposable {
  #gateway: GatewayProcess | undefined;
  #operator: WireClient | undefined;

  private constructor(
    readonly telegram: FakeTelegram,
    readonly model: FakeModelProvider,
    readonly home: TempHome,
    readonly main: Bot,
    readonly work: Bot,
    readonly ann: Person,
  ) {}

  static async start(): Promise<TwoBots> {
    const telegram = await FakeTelegram.start();
    const model = await FakeModelProvider.start({ models: ["mock-1"] });
    const home = await tempHome();
    const main = telegram.bot();
    const work = telegram.bot();
    const world = new TwoBots(telegram, model, home, main, work, telegram.user({ firstName: "Ann" }));
    try {
      await world.write(world.accounts);
      world.#gateway = await spawnGateway({ home });
      world.#operator = await world.gateway.operator();
      for (const bot of [main, work]) await world.connected(bot);
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

  /** Both accounts as they are at first. */
  get accounts(): { readonly main: Json; readonly work: Json } {
    const allowFrom = [this.ann.id];
    return {
      main: { botToken: this.main.token, dmPolicy: "allowlist", allowFrom },
      work: { botToken: this.work.token, dmPolicy: "allowlist", allowFrom },
    };
  }

  /** Writes the configuration as a person with an editor would. */
  async write(accounts: Json, rest: Json = {}, section: Json = {}): Promise<void> {
    await this.home.write(CONFIG_FILE, {
      gateway: { mode: "local", reload: { debounceMs: 20 } },
      models: { providers: { mock: this.model.providerConfig() } },
      agents: { defaults: { model: { primary: "mock/mock-1" } } },
      // What is said to both bots at once are two conversations.
      session: { dmScope: "per-account-channel-peer" },
      ...rest,
      channels: { telegram: { apiRoot: this.telegram.apiRoot, ...section, accounts } },
    });
  }

  talker(bot: Bot): Talker {
    return new Talker(this.ann, bot, this.telegram);
  }

  /**
   * Settles when a bot was connected more often than `before` and is asked for updates on the newest connection. That a poll
   * waits says nothing: one that was broken off looks like it.
   */
  connected(bot: Bot, before = 0): Promise<unknown> {
    const last = (method: string) =>
      this.telegram.journal.calls.findLastIndex((call) => call.token === bot.token && call.method === method);
    return this.telegram.journal.when(
      `${bot.username} to be asked for updates`,
      () => this.connects(bot) > before && last("getUpdates") > last("deleteWebhook"),
    );
  }

  /** Changes the configuration, and waits until the gateway has said `words` of it. */
  async rewrite(words: string, ...change: Parameters<TwoBots["write"]>): Promise<void> {
    const mark = this.gateway.output().length;
    await this.write(...change);
    await until(`the gateway to say ${words}`, () => this.gateway.output().slice(mark).includes(words));
  }

  /** How often the gateway connected a bot: each connection takes a webhook away first. */
  connects(bot: Bot): number {
    return this.telegram.journal.of("deleteWebhook").filter(({ token }) => token === bot.token).length;
  }

  /** Polls of a bot that the gateway broke off. */
  broken(bot: Bot): number {
    return this.telegram.journal
      .of("getUpdates")
      .filter(({ token, outcome }) => token === bot.token && outcome === "lost").length;
  }

  async call(method: string, params: Json = {}): Promise<Json> {
    if (!this.#operator) throw new Error("the gateway is down");
    return (await this.#operator.call(method, params)) as Json;
  }

  /** The account as `channels.status` shows it; undefined when there is none. */
  async account(id: string): Promise<AccountRow | undefined> {
    const { channelAccounts } = await this.call("channels.status");
    const rows = (channelAccounts as { telegram?: AccountRow[] }).telegram ?? [];
    return rows.find(({ accountId }) => accountId === id);
  }

  async is(id: string, lifecycle: string | undefined): Promise<void> {
    await until(`${id} to be ${lifecycle}`, async () => (await this.account(id))?.lifecycle === lifecycle);
  }

  /** Runs a command of the program against this gateway. */
  openclaw(args: readonly string[], stdin?: string): Promise<RunResult> {
    return runOpenclaw(args, {
      home: this.home.path,
      env: {
        OPENCLAW_GATEWAY_PORT: String(this.gateway.port),
        OPENCLAW_GATEWAY_TOKEN: String(this.gateway.token),
      },
      ...(stdin !== undefined && { stdin }),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway?.[Symbol.asyncDispose]();
    await this.telegram.stop();
    await this.model.stop();
    await this.home[Symbol.asyncDispose]();
  }
}
