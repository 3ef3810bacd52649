import type { ActionResult, ChannelAction } from "../action.ts";
import type {
  ChannelConnection,
  ChannelContext,
  ConnectionStatus,
  Drafts,
  FetchedMedia,
} from "../channel.ts";
import type { MediaRef } from "../inbound-event.ts";
import { type OutboundPart, type Receipt, SendError, type Target } from "../outbound-message.ts";
import { receivesBy } from "./account/addresses.ts";
import { CallError } from "./client/index.ts";
import { keepLine } from "./link/keeper.ts";
import { MAX_STANDING_PREVIEWS } from "./link/limits.ts";
import type { Leases } from "./link/leases.ts";
import type { Line, LineDeps } from "./link/line.ts";
import { Observed } from "./link/observed.ts";
import { probeBot } from "./link/probe.ts";
import { telegramSettings } from "./render/index.ts";

export interface ConnectionDeps extends Pick<LineDeps, "openMedia" | "random"> {
  readonly leases: Leases;
}

interface Preview {
  readonly target: Target;
  readonly draft: unknown;
}

/** A running account. Its line to Telegram comes and goes by itself; while there is none, nothing is sent. */
export class TelegramConnection implements ChannelConnection {
  /** It never gives up: whatever is wrong, it is tried again, and `status` says what a person could do. */
  readonly ended: Promise<void> = new Promise(() => {});
  readonly drafts: Drafts;
  readonly #context: ChannelContext;
  readonly #observed: Observed;
  readonly #stop = new AbortController();
  readonly #kept: Promise<void>;
  /** Previews to be taken away once there is a line: an earlier process left them in their chats. */
  readonly #standing: Preview[] = [];
  #line: Line | undefined;

  constructor(context: ChannelContext, deps: ConnectionDeps) {
    this.#context = context;
    const { account, clock } = context;
    this.#observed = new Observed(clock, receivesBy(telegramSettings(account)), context.changed);
    this.drafts = {
      open: async (target, text) => await this.#open().calls.drafts.open(target, text),
      update: async (target, draft, text) => await this.#open().calls.drafts.update(target, draft, text),
      discard: async (target, draft) => await this.#discard({ target, draft }),
    };
    this.#kept = keepLine(
      {
        ...deps,
        context,
        observed: this.#observed,
        line: (line) => {
          this.#line = line;
          if (line) for (const preview of this.#standing.splice(0)) void this.#discard(preview);
          context.changed();
        },
      },
      this.#stop.signal,
    );
  }

  async #discard(preview: Preview): Promise<void> {
    if (this.#line) return await this.#line.calls.drafts.discard(preview.target, preview.draft);
    this.#standing.push(preview);
    if (this.#standing.length > MAX_STANDING_PREVIEWS) this.#standing.shift();
  }

  status(): ConnectionStatus {
    return this.#observed.status();
  }

  async send(part: OutboundPart, target: Target, signal: AbortSignal): Promise<Receipt> {
    return await this.#open().calls.send(part, target, signal);
  }

  async typing(target: Target): Promise<void> {
    await this.#line?.calls.typing(target);
  }

  async react(target: Target, messageId: string, emoji: string | undefined): Promise<void> {
    await this.#open().calls.react(target, messageId, emoji);
  }

  async acknowledgePress(pressId: string, text?: string): Promise<void> {
    await this.#line?.calls.acknowledgePress(pressId, text);
  }

  async fetchMedia(media: MediaRef, maxBytes: number, signal: AbortSignal): Promise<FetchedMedia> {
    return await this.#open().calls.fetchMedia(media, maxBytes, signal);
  }

  async act(action: ChannelAction): Promise<ActionResult> {
    return await this.#open().calls.act(action);
  }

  async probe(timeoutMs: number): Promise<Readonly<Record<string, unknown>>> {
    const { clock, current } = this.#context;
    const late = new AbortController();
    const timer = clock.after(timeoutMs, () => late.abort());
    try {
      return await probeBot(this.#open().client, telegramSettings(current()), clock, late.signal);
    } catch (error) {
      if (error instanceof CallError && late.signal.aborted) {
        throw new Error(`Telegram did not answer within ${timeoutMs} ms`, { cause: error });
      }
      throw error;
    } finally {
      timer.cancel();
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#kept;
  }

  /** @throws SendError `not-ready` */
  #open(): Line {
    if (this.#line !== undefined) return this.#line;
    const { lastError } = this.#observed.status();
    throw new SendError(
      "not-ready",
      `Telegram cannot be used now${lastError === undefined ? "" : `: ${lastError}`}`,
    );
  }
}
