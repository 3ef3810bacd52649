import type { ChannelConnection, Drafts } from "../../../src/channels/channel.ts";
import { ChatLiveReplies, type LiveReply, type LiveScene } from "../../../src/channels/live/index.ts";
import { SendError } from "../../../src/channels/outbound-message.ts";
import { validateConfig } from "../../../src/config/index.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { ManualClock } from "../../support/index.ts";

type Failure = ConstructorParameters<typeof SendError>[0];

/** A call the platform got, and how many ms after the start. */
export interface Call {
  readonly at: number;
  readonly call: "typing" | "react" | "open" | "update" | "discard" | "keep";
  readonly chat: string;
  readonly what?: unknown;
}

/** A chat platform that remembers what is shown, with the room that shows it. */
export class LiveRig {
  readonly clock = new ManualClock();
  readonly calls: Call[] = [];
  readonly replies: ChatLiveReplies;
  /** How the next calls of a kind fail, in order. */
  readonly failing: { readonly call: Call["call"]; readonly error: unknown }[] = [];
  /** Drafts do not come back while this is set. */
  held: PromiseWithResolvers<void> | undefined;
  private readonly start = this.clock.monotonic();
  private readonly config: ReturnType<typeof validateConfig>["config"];
  private drafts_ = 0;

  constructor(config: object = {}) {
    const { config: read, issues } = validateConfig({ channels: { telegram: {} }, ...config });
    if (issues.length > 0) throw new Error(JSON.stringify(issues));
    this.config = read;
    this.replies = new ChatLiveReplies({ config: () => this.config, clock: this.clock, log: silentLogger });
  }

  fail(call: Call["call"], failure: Failure, retryAfterMs?: number): void {
    this.failing.push({
      call,
      error: new SendError(failure, failure, retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }

  begin(scene: Partial<Omit<LiveScene, "connection" | "account">> = {}): LiveReply {
    const settings = this.config.channels?.telegram;
    if (!settings) throw new Error("the section was not read");
    const chat = scene.chat ?? { id: "777", kind: "direct" };
    return this.replies.begin({
      account: {
        channel: "telegram",
        id: "default",
        enabled: true,
        configured: true,
        tokenSource: "config",
        settings,
        fingerprint: "1",
      },
      connection: this.connection,
      target: {
        chatId: chat.id,
        chatKind: chat.kind,
        ...(chat.topicId !== undefined && { topicId: chat.topicId }),
      },
      messageId: "100",
      wasMentioned: false,
      keepDraft: (what) => this.act("keep", chat.id, what),
      ...scene,
      chat,
    });
  }

  /** Lets everything that is under way come to its end. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }

  /** Moves time on, a little at a time, so that what follows from one thing happens before the next. */
  async pass(ms: number): Promise<void> {
    const STEP_MS = 50;
    for (let gone = 0; gone < ms; gone += STEP_MS) {
      await this.settle();
      this.clock.advance(Math.min(STEP_MS, ms - gone));
    }
    await this.settle();
  }

  /** What the platform was asked, without typing signs and what is kept. */
  get shown(): readonly (readonly [number, string, unknown])[] {
    return this.calls
      .filter(({ call }) => call !== "typing" && call !== "keep")
      .map(({ at, call, what }) => [at, call, what] as const);
  }

  /** Ms at which the typing sign was shown in a chat. */
  typed(chat = "777"): readonly number[] {
    return this.calls.filter((one) => one.call === "typing" && one.chat === chat).map(({ at }) => at);
  }

  private readonly drafts: Drafts = {
    open: async ({ chatId }, text) => {
      await this.act("open", chatId, text);
      await this.held?.promise;
      this.drafts_ += 1;
      return { id: this.drafts_ };
    },
    update: async ({ chatId }, _draft, text) => {
      await this.act("update", chatId, text);
      await this.held?.promise;
    },
    discard: ({ chatId }, draft) => this.act("discard", chatId, draft),
  };

  private readonly connection: ChannelConnection = {
    drafts: this.drafts,
    ended: new Promise(() => undefined),
    status: () => ({ lifecycle: "ready", connected: true, mode: "test", reconnectAttempts: 0 }),
    typing: ({ chatId }) => this.act("typing", chatId),
    react: ({ chatId }, messageId, emoji) => this.act("react", chatId, `${messageId} ${emoji}`),
    send: () => Promise.reject(new Error("answers are sent by others")),
    act: () => Promise.reject(new Error("nobody acts here")),
    probe: () => Promise.resolve({}),
    fetchMedia: () => Promise.reject(new Error("no media")),
    acknowledgePress: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };

  private async act(call: Call["call"], chat: string, what?: unknown): Promise<void> {
    this.calls.push({
      at: this.clock.monotonic() - this.start,
      call,
      chat,
      ...(what !== undefined && { what }),
    });
    const index = this.failing.findIndex((one) => one.call === call);
    if (index >= 0) throw this.failing.splice(index, 1)[0]?.error;
  }
}

/** A configuration in which `streaming` says this. */
export function streaming(section: object): object {
  return { channels: { telegram: { streaming: section } } };
}

export const GROUP = { id: "-100", kind: "group" } as const;
