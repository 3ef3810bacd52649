import type { ChannelKeyRepository } from "../../store/index.ts";
import type { ActionResult, ChannelAction } from "../action.ts";
import type { ChannelConnection, ChannelContext, ConnectionStatus, FetchedMedia } from "../channel.ts";
import type { OpenMedia } from "../files/index.ts";
import type { MediaRef } from "../inbound-event.ts";
import type { OutboundPart, Receipt, Target } from "../outbound-message.ts";
import { notReady, WhatsappCalls } from "./calls/index.ts";
import { keepLine, Observed, type OpenLine, type RecentMessage, sendsReadReceipts } from "./line/index.ts";
import type { WebPlace } from "./socket/index.ts";

export interface ConnectionDeps {
  readonly keys: ChannelKeyRepository;
  readonly place: WebPlace;
  readonly openMedia: OpenMedia;
  /** 0 to 1, for the jitter of pauses. */
  readonly random: () => number;
}

/** A running account. It connects again by itself; what a person must act on, it says and waits. */
export class WhatsappConnection implements ChannelConnection {
  readonly ended: Promise<void>;
  readonly #context: ChannelContext;
  readonly #deps: ConnectionDeps;
  readonly #observed: Observed;
  readonly #stop = new AbortController();
  readonly #kept: Promise<void>;
  #open: { readonly line: OpenLine; readonly calls: WhatsappCalls } | undefined;

  constructor(context: ChannelContext, deps: ConnectionDeps) {
    this.#context = context;
    this.#deps = deps;
    this.#observed = new Observed(context.clock, () => context.changed());
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    const work = keepLine(
      {
        ...deps,
        context,
        observed: this.#observed,
        line: (line) => this.#use(line),
        taken: (message) => this.#taken(message),
      },
      this.#stop.signal,
    );
    this.#kept = work.then(
      (end) => {
        if (end === "gave-up") ended.resolve();
      },
      (error: unknown) => {
        this.#observed.ended(
          { code: 0, message: error instanceof Error ? error.message : String(error) },
          true,
        );
        ended.resolve();
      },
    );
  }

  status(): ConnectionStatus {
    return this.#observed.status();
  }

  async send(part: OutboundPart, target: Target, signal: AbortSignal, name: string): Promise<Receipt> {
    return await this.#calls().send(part, target, signal, name);
  }

  async typing(target: Target): Promise<void> {
    await this.#open?.calls.typing(target);
  }

  async react(target: Target, messageId: string, emoji: string | undefined): Promise<void> {
    await this.#calls().react(target, messageId, emoji);
  }

  /** There are no buttons. */
  async acknowledgePress(): Promise<void> {}

  async fetchMedia(media: MediaRef, maxBytes: number, signal: AbortSignal): Promise<FetchedMedia> {
    return await this.#calls().fetchMedia(media, maxBytes, signal);
  }

  async act(action: ChannelAction): Promise<ActionResult> {
    return await this.#calls().act(action);
  }

  async probe(): Promise<Readonly<Record<string, unknown>>> {
    const { clock } = this.#context;
    const began = clock.monotonic();
    await this.#calls().ping();
    const { self, link } = this.status();
    const elapsedMs = Math.round(clock.monotonic() - began);
    return { ok: true, elapsedMs, ...(self && { self }), ...(link && { linked: link.isLinked }) };
  }

  async unlink(): Promise<void> {
    if (!this.#open) throw new Error("WhatsApp is not connected, so it cannot be told.");
    await this.#open.line.socket.logout();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#kept;
  }

  #use(line: OpenLine | undefined): void {
    this.#open?.calls.close();
    const { place, openMedia } = this.#deps;
    const { egress, clock, current, log } = this.#context;
    this.#open = line && {
      line,
      calls: new WhatsappCalls({
        socket: line.socket,
        place,
        egress,
        openMedia,
        clock,
        log,
        account: current,
        identity: line.own.number,
        recent: line.recent,
        sent: line.sent,
        groupOf: (group) => line.groups.of(group),
      }),
    };
    this.#context.changed();
  }

  /** Only now: whoever wrote it learns that it was read once it cannot be lost. */
  #taken(message: RecentMessage): void {
    if (sendsReadReceipts(message, this.#context)) void this.#open?.calls.read(message);
  }

  /** @throws SendError `not-ready` */
  #calls(): WhatsappCalls {
    if (this.#open) return this.#open.calls;
    const { issue, lastError, link } = this.status();
    const why = issue === undefined ? lastError : `${issue.message} ${issue.fix}`;
    return notReady(why, link?.isLinked === false);
  }
}
