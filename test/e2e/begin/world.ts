import { existsSync } from "node:fs";
import { FakeModelProvider, say } from "../../fakes/model-provider/index.ts";
import { type Bot, FakeTelegram } from "../../fakes/telegram/index.ts";
import {
  cleanEnv,
  freePort,
  inTerminal,
  openclawBinary,
  type RunResult,
  runOpenclaw,
  tempHome,
  type TempHome,
  type TerminalProgram,
} from "../../support/index.ts";

/** The key of the fake provider; it must never be on a screen. */
export const KEY_OF_MODEL = "sk-begin-0123456789abcdefgh";

/** What the fake model says to everything. */
export const ANSWER = "I am the mock that was connected a minute ago.";

/** An empty home, a provider of models that wants its key, and Telegram with one bot. */
export class BeginWorld implements AsyncDisposable {
  private constructor(
    readonly home: TempHome,
    readonly model: FakeModelProvider,
    readonly telegram: FakeTelegram,
    readonly bot: Bot,
    readonly env: Readonly<Record<string, string>>,
    private readonly binary: string,
  ) {}

  /** `open`: the provider wants no key, as those on one's own machine do. */
  static async open(options: { readonly open?: boolean } = {}): Promise<BeginWorld> {
    const binary = await openclawBinary();
    const model = await FakeModelProvider.start({
      models: ["mock-1"],
      ...(options.open !== true && { apiKey: KEY_OF_MODEL }),
    });
    model.on(() => say([ANSWER]));
    const telegram = await FakeTelegram.start();
    const home = await tempHome();
    // Nobody has set this machine up; only where Telegram is was written before.
    await home.write(".openclaw/openclaw.json", { channels: { telegram: { apiRoot: telegram.apiRoot } } });
    await home.write("bin/.keep", "");
    const env = {
      OPENCLAW_GATEWAY_PORT: String(await freePort()),
      // No supervisor, whatever the machine has.
      OPENCLAW_SERVICE_MANAGER: "systemd",
      PATH: home.at("bin"),
      OLLAMA_HOST: "127.0.0.1:9",
    };
    return new BeginWorld(home, model, telegram, telegram.bot(), env, binary);
  }

  /** Sits down at a terminal and types a command. */
  terminal(...args: readonly string[]): TerminalProgram {
    return this.terminalWith({}, ...args);
  }

  /** The same with more in the environment. */
  terminalWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): TerminalProgram {
    return inTerminal([this.binary, ...args], {
      cwd: this.home.path,
      env: cleanEnv(this.home.path, { ...this.env, ...env }),
    });
  }

  /** The same in a script. */
  script(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<RunResult> {
    return runOpenclaw(args, { home: this.home.path, env: { ...this.env, ...env } });
  }

  /** The configuration, without what differs from run to run. */
  async config(): Promise<unknown> {
    const text = await Bun.file(this.home.at(".openclaw", "openclaw.json")).text();
    return JSON.parse(text.replace(/"token": "[0-9a-f]{48}"/, '"token": "<48 hex digits>"'));
  }

  has(...path: readonly string[]): boolean {
    return existsSync(this.home.at(...path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.model.stop();
    await this.telegram[Symbol.asyncDispose]();
    await this.home[Symbol.asyncDispose]();
  }
}
