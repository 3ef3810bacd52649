import { isRecord } from "../../../lib/records.ts";
import { WEBHOOK_HOST, WEBHOOK_PATH, WEBHOOK_PORT } from "../account/addresses.ts";
import { configPathOf } from "../account/config-path.ts";
import type { Identity } from "../link/identity.ts";
import { LocalFault } from "../link/reactions.ts";
import type { Receiver, ReceiverDeps, ReceiverEnd } from "../link/receiver.ts";
import { rest } from "../../../lib/rest.ts";
import { runRounds, showIdentity } from "../link/rounds.ts";
import { UPDATE_KINDS } from "../normalise/index.ts";
import type { TelegramSettings } from "../render/index.ts";
import { ROOM_PATIENCE_MS, WEBHOOK_LOOK_MS } from "./limits.ts";
import { type Listener, type ListenerSettings, listenForUpdates } from "./listener.ts";

/** Telegram calls a listener of ours; meanwhile it is asked how that goes. */
export class WebhookReceiver implements Receiver {
  readonly #deps: ReceiverDeps;
  readonly #settings: TelegramSettings;
  #identity: Identity | undefined;
  #listener: Listener | undefined;
  #isSet = false;
  /** When Telegram last got something through, epoch ms. */
  #deliveredAt = 0;

  constructor(deps: ReceiverDeps, settings: TelegramSettings) {
    this.#deps = deps;
    this.#settings = settings;
  }

  async run(signal: AbortSignal): Promise<ReceiverEnd> {
    const round = async (either: AbortSignal): Promise<void> => {
      const identity = (this.#identity ??= await this.#deps.identify(either));
      showIdentity(this.#deps, identity);
      this.#listener ??= this.#listen(identity);
      if (!this.#isSet) {
        await this.#set(either);
        this.#isSet = true;
        this.#deps.prepared(identity);
      }
      await this.#look(either);
      await rest(this.#deps.context.clock, WEBHOOK_LOOK_MS, either);
    };
    try {
      return await runRounds(this.#deps, { round, shaken: () => (this.#isSet = false) }, signal);
    } finally {
      await this.#listener?.stop();
    }
  }

  #listen({ self }: Identity): Listener {
    const { context, observed, intake } = this.#deps;
    const { webhookSecret } = this.#settings;
    const settings: ListenerSettings = {
      host: this.#settings.webhookHost ?? WEBHOOK_HOST,
      port: this.#settings.webhookPort ?? WEBHOOK_PORT,
      path: this.#settings.webhookPath ?? WEBHOOK_PATH,
      secret: typeof webhookSecret === "string" ? webhookSecret.trim() : "",
    };
    const take = async (update: unknown): Promise<void> => {
      observed.alive();
      observed.heard();
      try {
        await this.#room();
        await intake.take([update], self);
        this.#deliveredAt = context.clock.now();
      } catch (error) {
        context.log.warn("an update could not be stored; Telegram keeps it", { error: String(error) });
        throw error;
      }
    };
    try {
      return listenForUpdates(settings, { clock: context.clock, take });
    } catch (error) {
      throw this.#taken(settings, error);
    }
  }

  /** Waits a moment until there is room for more. @throws Error when there is none: Telegram keeps what is not taken */
  async #room(): Promise<void> {
    const { clock, ready } = this.#deps.context;
    const late = new AbortController();
    const timer = clock.after(ROOM_PATIENCE_MS, () => late.abort());
    try {
      await ready(late.signal);
    } finally {
      timer.cancel();
    }
    if (late.signal.aborted) throw new Error("too many messages wait already");
  }

  #taken({ host, port }: ListenerSettings, error: unknown): LocalFault {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const message = `The listener for Telegram cannot use ${host}:${port} (${code}).`;
    return new LocalFault(message, {
      kind: "webhook",
      message,
      fix: `Free the port, or take another: openclaw config set ${this.#path()}.webhookPort <port>`,
    });
  }

  async #set(signal: AbortSignal): Promise<void> {
    const { webhookUrl = "", webhookSecret, webhookCertPath } = this.#settings;
    const certificate = webhookCertPath === undefined ? undefined : Bun.file(webhookCertPath);
    if (certificate !== undefined && !(await certificate.exists())) {
      const message = `The certificate ${webhookCertPath} for Telegram's webhook does not exist.`;
      const fix = `openclaw config set ${this.#path()}.webhookCertPath <file>`;
      throw new LocalFault(message, { kind: "webhook", message, fix });
    }
    const { client } = this.#deps;
    await client.call(
      "setWebhook",
      {
        url: webhookUrl.trim(),
        ...(typeof webhookSecret === "string" && { secret_token: webhookSecret.trim() }),
        ...(certificate && { certificate: client.upload(certificate, "webhook.pem") }),
        allowed_updates: UPDATE_KINDS,
        drop_pending_updates: false,
      },
      signal,
    );
  }

  /** What Telegram says of its deliveries. */
  async #look(signal: AbortSignal): Promise<void> {
    const { client, observed } = this.#deps;
    const answer: unknown = await client.call("getWebhookInfo", {}, signal);
    const info = isRecord(answer) ? answer : {};
    const url = this.#settings.webhookUrl?.trim() ?? "";
    if (info["url"] !== url)
      throw this.#fault("Telegram's webhook was set to another address; it is set again.");
    const failedAt = typeof info["last_error_date"] === "number" ? info["last_error_date"] * 1000 : 0;
    const waiting = typeof info["pending_update_count"] === "number" ? info["pending_update_count"] : 0;
    if (waiting === 0 || failedAt <= this.#deliveredAt) {
      observed.works();
      return;
    }
    const said =
      typeof info["last_error_message"] === "string" ? info["last_error_message"].slice(0, 200) : "no reason";
    const { error, issue } = this.#undelivered(`Telegram cannot deliver to ${url}: ${said}`);
    observed.fails({ lifecycle: "recovering", error, issue });
  }

  #undelivered(error: string) {
    const host = `${this.#settings.webhookHost ?? WEBHOOK_HOST}:${this.#settings.webhookPort ?? WEBHOOK_PORT}`;
    const path = this.#settings.webhookPath ?? WEBHOOK_PATH;
    const fix = `See that the address leads to http://${host}${path} and has a certificate Telegram trusts, or poll instead: openclaw config unset ${this.#path()}.webhookUrl`;
    return { error, issue: { kind: "webhook", message: error, fix } };
  }

  #fault(message: string): LocalFault {
    return new LocalFault(message, {
      kind: "conflict",
      message,
      fix: "Stop the other program that uses this bot, or give this gateway a bot of its own: @BotFather /newbot",
    });
  }

  #path(): string {
    return configPathOf(this.#deps.context.account.id);
  }
}
