import { FakeWhatsapp, type Phone } from "../../../fakes/whatsapp/index.ts";
import {
  cleanEnv,
  type GatewayProcess,
  inTerminal,
  PATIENCE_MS,
  openclawBinary,
  type RunResult,
  runOpenclaw,
  spawnGateway,
  tempHome,
  type TempHome,
  type TerminalProgram,
  until,
  type WireClient,
} from "../../../support/index.ts";

/** What one test may take on a busy machine, the start of a gateway included. */
export const LINK_PATIENCE_MS = 60_000;

/** A login waits for a code, for the phone, and for the connection after it. */
const COMMAND_PATIENCE_MS = 3 * PATIENCE_MS;

/** What the gateway says of a login. */
export interface Progress {
  readonly message: string;
  readonly connected?: boolean;
  readonly qrDataUrl?: string;
  readonly qrText?: string;
  readonly sessionKey?: string;
  readonly outcome?: string;
  readonly self?: { readonly id: string };
}

/** One row of `channels.status`. */
export interface LinkedRow {
  readonly accountId: string;
  readonly linked?: boolean;
  readonly authAgeMs?: number | null;
  readonly lifecycle?: string;
  readonly connected?: boolean;
  readonly healthState?: string;
  readonly self?: { readonly id: string; readonly name?: string };
}

/** A gateway whose WhatsApp is one of our own, and a phone that may be linked to it. */
export class LinkWorld implements AsyncDisposable {
  private constructor(
    readonly fake: FakeWhatsapp,
    readonly home: TempHome,
    readonly gateway: GatewayProcess,
    readonly operator: WireClient,
    readonly phone: Phone,
    private readonly binary: string,
  ) {}

  /** With `config` as the configuration; an empty one names no channel. */
  static async open(
    config: object = {},
    { prepare }: { readonly prepare?: (home: TempHome) => Promise<void> } = {},
  ): Promise<LinkWorld> {
    const binary = await openclawBinary();
    const fake = await FakeWhatsapp.start();
    const home = await tempHome();
    await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" }, ...config });
    await prepare?.(home);
    const gateway = await spawnGateway({ home, env: fake.env });
    const operator = await gateway.operator();
    return new LinkWorld(fake, home, gateway, operator, fake.phone("+4366412345", { name: "Ann" }), binary);
  }

  call<T>(method: string, params: object = {}): Promise<T> {
    return this.operator.call(method, params) as Promise<T>;
  }

  /** The answer of a method that waits for somebody, asked by a client of its own. */
  async ask(method: string, params: object = {}): Promise<Progress> {
    const client = await this.gateway.operator();
    try {
      return (await client.call(method, params)) as Progress;
    } finally {
      void client.close();
    }
  }

  /** The code that a login shows at present, other than `shown`. */
  async code(shown?: string): Promise<string> {
    return until("a code", async () => {
      const { qrText } = await this.ask("web.login.wait", { channel: "whatsapp", timeoutMs: 0 });
      return qrText !== undefined && qrText !== shown ? qrText : undefined;
    });
  }

  /** Links the account from beginning to end. */
  async link(params: object = {}): Promise<Progress> {
    const { qrText = "" } = await this.ask("web.login.start", { channel: "whatsapp", ...params });
    await this.phone.scan(qrText);
    const progress = await this.ask("web.login.wait", { channel: "whatsapp", ...params });
    await this.row(({ lifecycle }) => lifecycle === "ready");
    return progress;
  }

  /** The row of an account once it is as wanted. */
  async row(isSo: (row: LinkedRow) => boolean, accountId = "default"): Promise<LinkedRow> {
    return until("the account to be so", async () => {
      const { channelAccounts } = await this.call<{
        readonly channelAccounts: Readonly<Record<string, readonly LinkedRow[]>>;
      }>("channels.status", {});
      const row = channelAccounts.whatsapp?.find((one) => one.accountId === accountId);
      return row && isSo(row) ? row : undefined;
    });
  }

  /** Runs a command that talks to the gateway. */
  run(...args: readonly string[]): Promise<RunResult> {
    return runOpenclaw(args, { home: this.home.path, env: this.env, timeoutMs: COMMAND_PATIENCE_MS });
  }

  /** Types a command that talks to the gateway at a terminal. */
  terminal(...args: readonly string[]): TerminalProgram {
    return inTerminal([this.binary, ...args], {
      cwd: this.home.path,
      env: cleanEnv(this.home.path, this.env),
      columns: 80,
      rows: 50,
    });
  }

  /** What the gateway has logged and printed. */
  get said(): string {
    return this.gateway.output();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    void this.operator.close();
    await this.gateway[Symbol.asyncDispose]();
    await this.fake.stop();
    await this.home[Symbol.asyncDispose]();
  }

  private get env(): Record<string, string> {
    const { port, token = "" } = this.gateway;
    return { ...this.fake.env, OPENCLAW_GATEWAY_PORT: String(port), OPENCLAW_GATEWAY_TOKEN: token };
  }
}
