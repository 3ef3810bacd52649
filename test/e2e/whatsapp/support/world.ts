import { FakeModelProvider } from "../../../fakes/model-provider/index.ts";
import {
  type Chat,
  FakeWhatsapp,
  type Person,
  type Phone,
  type Received,
} from "../../../fakes/whatsapp/index.ts";
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
import { linkAccount } from "./link.ts";

type Json = Readonly<Record<string, unknown>>;

/** What one test may take on a busy machine, the start of the gateway included. */
export const PATIENCE_MS = 30_000;

export interface WhatsappWorldOptions {
  /** Laid over `channels.whatsapp`. */
  readonly whatsapp?: Json;
  /** Beside `channels.whatsapp`. */
  readonly channels?: Json;
  /** Laid over the configuration, top-level key by top-level key. */
  readonly config?: Json;
  /** The account is configured and not linked. */
  readonly unlinked?: boolean;
  /** Sets the scene before the gateway starts; what it returns is laid over `channels.whatsapp` too. */
  readonly before?: (whatsapp: FakeWhatsapp) => Json | void;
}

/** The row of an account in `channels.status`. */
export interface AccountRow extends Json {
  readonly accountId: string;
  readonly lifecycle?: string;
  readonly lastError?: string | null;
  readonly reconnectAttempts?: number;
  readonly queue?: Readonly<Record<"waiting" | "deadInbound" | "queued" | "unknown" | "dead", number>>;
}

/**
 * The compiled gateway linked to a phone, between a WhatsApp of our own and a fake model. The owner, Al, may write to it;
 * everybody else is a stranger.
 */
export class WhatsappWorld implements AsyncDisposable {
  #gateway: GatewayProcess | undefined;
  #operator: WireClient | undefined;

  private constructor(
    readonly whatsapp: FakeWhatsapp,
    readonly model: FakeModelProvider,
    readonly home: TempHome,
    /** Whose device the gateway is. */
    readonly phone: Phone,
    readonly al: Person,
    readonly options: WhatsappWorldOptions,
  ) {}

  static async start(options: WhatsappWorldOptions = {}): Promise<WhatsappWorld> {
    const whatsapp = await FakeWhatsapp.start();
    const model = await FakeModelProvider.start({ models: ["mock-1"] });
    const home = await tempHome();
    const phone = whatsapp.phone("+15550000000", { name: "Home" });
    const al = whatsapp.person("+15550000001", { name: "Al" });
    const world = new WhatsappWorld(whatsapp, model, home, phone, al, options);
    try {
      await world.configure(options.before?.(whatsapp) ?? {});
      if (options.unlinked !== true) await linkAccount(home, whatsapp, phone);
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

  /** Writes the configuration, and waits until a gateway that runs has taken it over. */
  async configure(whatsapp: Json = {}): Promise<void> {
    const { options, model } = this;
    const gateway = this.#gateway;
    const mark = gateway?.output().length;
    await this.home.write(".openclaw/openclaw.json", {
      gateway: { mode: "local" },
      models: { providers: { mock: model.providerConfig() } },
      agents: { defaults: { model: { primary: "mock/mock-1" } } },
      commands: { ownerAllowFrom: ["whatsapp:+15550000001"] },
      ...options.config,
      channels: {
        ...options.channels,
        whatsapp: {
          dmPolicy: "allowlist",
          allowFrom: ["+15550000001"],
          ...options.whatsapp,
          ...whatsapp,
        },
      },
    });
    // Said in the same breath in which it comes into force: no message is taken between.
    const isTaken = () => gateway?.output().slice(mark).includes("evaluating reload (channels.whatsapp");
    if (gateway) await until("the configuration to be taken over", isTaken);
  }

  /** Starts the gateway and waits until its device is there. */
  async up(): Promise<void> {
    this.#gateway = await spawnGateway({ home: this.home, env: this.whatsapp.env });
    if (this.options.unlinked === true) return;
    await this.online().catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.#gateway?.output() ?? ""}`);
    });
  }

  /** Settles when the device is connected and ready. */
  online(): Promise<unknown> {
    return this.whatsapp.journal.when("the device to be there", () => this.phone.companion.isActive, 15_000);
  }

  /** Ends the gateway: `SIGKILL` at once, or in order. */
  async down(signal?: "SIGKILL"): Promise<void> {
    const gateway = this.#gateway;
    this.#gateway = undefined;
    this.#operator = undefined;
    if (!gateway) return;
    if (signal) gateway.signal(signal);
    await (signal ? gateway.exited : gateway.stop());
    this.whatsapp.breakConnections();
    // What came off the line before is dealt with first; till then the device looks as if it were there.
    await this.whatsapp.journal.when("the device to be gone", () =>
      [...this.phone.companions.values()].every(({ isOnline }) => !isOnline),
    );
  }

  /** Waits until somebody's phone shows the nth message of ours with exactly this text, and returns it. */
  shown(
    text: string,
    { person = this.al, chat = this.phone, nth = 1, timeoutMs }: Shown = {},
  ): Promise<Received> {
    const seen = () => person.received(chat).filter((message) => message.text === text);
    return this.whatsapp.journal
      .when(`${text} to be shown`, () => seen()[nth - 1], timeoutMs)
      .catch((error: unknown) => {
        const shown = JSON.stringify(person.texts(chat));
        throw new Error(`${String(error)}\nshown: ${shown}\n${this.#gateway?.output() ?? ""}`);
      });
  }

  /** Somebody asks the fake model to say something back, and it is shown; what was said before in the chat is over then. */
  async echo(words: string, person: Person = this.al): Promise<Received> {
    const before = person.received(this.phone).filter(({ text }) => text === words).length;
    await person.says(`ECHO ${words}`, { in: this.phone });
    return await this.shown(words, { person, nth: before + 1 });
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
  async account(): Promise<AccountRow> {
    const status = await this.call("channels.status");
    const [row] = (status.channelAccounts as { whatsapp: AccountRow[] }).whatsapp;
    if (!row) throw new Error(`no account: ${JSON.stringify(status)}`);
    return row;
  }

  /** Waits until the account's row is as wanted, and returns it. */
  async accountWhen(
    what: string,
    wanted: (row: AccountRow) => boolean,
    timeoutMs?: number,
  ): Promise<AccountRow> {
    let last: AccountRow | undefined;
    return until(
      what,
      async () => {
        last = await this.account();
        return wanted(last) && last;
      },
      timeoutMs,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\nlast: ${JSON.stringify(last)}\n${this.#gateway?.output() ?? ""}`);
    });
  }

  /** Nothing waits: neither at WhatsApp, nor in the inbox, nor in the outbox. */
  async settled(): Promise<void> {
    const { outbox } = this.phone.companion;
    await this.whatsapp.journal.when("all to be confirmed", () => outbox.pending.length === 0);
    await this.accountWhen(
      "everything to be answered",
      ({ queue }) => queue === undefined || queue.waiting + queue.queued === 0,
    );
  }

  /** `statusIssues` as texts: `kind: message fix`. */
  async issues(): Promise<string[]> {
    const { statusIssues } = await this.call("channels.status");
    return (statusIssues as { kind: string; message: string; fix?: string }[]).map(
      ({ kind, message, fix }) => `${kind}: ${message} ${fix ?? ""}`,
    );
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
    await this.whatsapp.stop();
    await this.model.stop();
    await this.home[Symbol.asyncDispose]();
  }
}

interface Shown {
  readonly person?: Person;
  readonly chat?: Chat;
  readonly nth?: number;
  readonly timeoutMs?: number;
}
