import type { ChannelAction, ActionResult } from "../../../src/channels/action.ts";
import type {
  Channel,
  ChannelAccount,
  ChannelConnection,
  ChannelContext,
  ConnectionStatus,
} from "../../../src/channels/channel.ts";
import { TargetError } from "../../../src/channels/channel.ts";
import { type OpenClawConfig, validateConfig } from "../../../src/config/index.ts";
import {
  type OutboundPart,
  type Receipt,
  SendError,
  type Target,
} from "../../../src/channels/outbound-message.ts";

type TelegramSettings = NonNullable<NonNullable<OpenClawConfig["channels"]>["telegram"]>;

/** An account as a test configures it. */
export interface Configured {
  readonly id: string;
  readonly enabled?: boolean;
  readonly configured?: boolean;
  readonly fingerprint?: string;
  readonly name?: string;
  readonly settings?: Partial<TelegramSettings>;
}

/** What a section that says nothing means. */
function defaults(): TelegramSettings {
  const { telegram } = validateConfig({ channels: { telegram: {} } }).config.channels ?? {};
  if (!telegram) throw new Error("the section was not read");
  return telegram;
}

/** A connection that does what a test says. */
export class RecordingConnection implements ChannelConnection {
  readonly ended: Promise<void>;
  readonly end: () => void;
  readonly sent: { readonly part: OutboundPart; readonly target: Target }[] = [];
  readonly acts: ChannelAction[] = [];
  /** Answers of `act`, by action; a thrown one is a failure. */
  act_: (action: ChannelAction) => ActionResult = () => ({});
  /** What a call leads to; the default is that it arrives. */
  send_: ((part: OutboundPart, target: Target) => Promise<Receipt>) | undefined;
  probe_: () => Promise<Readonly<Record<string, unknown>>> = async () => ({ bot: "mock_bot" });
  state: ConnectionStatus = {
    lifecycle: "starting",
    connected: false,
    mode: "polling",
    reconnectAttempts: 0,
  };
  isStopped = false;
  private readonly finish: () => void;
  private readonly stopping: Promise<void>;

  constructor(
    readonly context: ChannelContext,
    private readonly recorder: RecordingChannel,
  ) {
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    this.end = ended.resolve;
    const stopping = Promise.withResolvers<void>();
    this.stopping = stopping.promise;
    this.finish = stopping.resolve;
  }

  /** Says what is observed from now on. */
  say(state: Partial<ConnectionStatus>): void {
    this.state = { ...this.state, ...state };
    this.context.changed();
  }

  status(): ConnectionStatus {
    return this.state;
  }

  /** Lets a held stop come to its end. */
  letStop(): void {
    this.finish();
  }

  async stop(): Promise<void> {
    if (!this.recorder.holdsStops) this.finish();
    await this.stopping;
    if (!this.isStopped) this.recorder.open.delete(this);
    this.isStopped = true;
    this.end();
  }

  async send(part: OutboundPart, target: Target): Promise<Receipt> {
    this.sent.push({ part, target });
    if (this.send_) return this.send_(part, target);
    return { messageId: String(this.sent.length), chatId: target.chatId, at: 1 };
  }

  async typing(): Promise<void> {}

  async react(): Promise<void> {}

  async acknowledgePress(): Promise<void> {}

  fetchMedia(): Promise<never> {
    return Promise.reject(new Error("no media"));
  }

  async act(action: ChannelAction): Promise<ActionResult> {
    this.acts.push(action);
    return this.act_(action);
  }

  probe(): Promise<Readonly<Record<string, unknown>>> {
    return this.probe_();
  }
}

/** A channel that connects to nothing and remembers everything. */
export class RecordingChannel implements Channel {
  readonly meta: Channel["meta"];
  readonly capabilities: Channel["capabilities"] = {
    chatKinds: ["direct", "group"],
    edit: true,
    reactions: true,
    topics: true,
    polls: true,
    nativeCommands: false,
    buttons: true,
    drafts: false,
    media: ["image"],
  };
  configured: readonly Configured[] = [];
  /** Every connection there ever was. */
  readonly connections: RecordingConnection[] = [];
  /** Those that have not stopped. */
  readonly open = new Set<RecordingConnection>();
  /** Accounts whose start fails, and how. */
  readonly failing = new Map<string, Error>();
  /** Stops wait for `letStop`. */
  holdsStops = false;
  /** Most connections of one account that were open at once. */
  mostAtOnce = 0;

  constructor(id = "telegram") {
    this.meta = {
      id,
      label: "Telegram",
      detailLabel: "Telegram Bot",
      systemImage: "paperplane",
      idLabel: "user id",
    };
  }

  /** The newest connection of an account. @throws Error when there is none */
  of(id: string): RecordingConnection {
    const found = this.connections.findLast(({ context }) => context.account.id === id);
    if (!found) throw new Error(`${id} was never connected`);
    return found;
  }

  accounts(): readonly ChannelAccount[] {
    return this.configured.map(
      ({ id, enabled = true, configured = true, fingerprint = "1", name, settings = {} }) => ({
        channel: this.meta.id,
        id,
        enabled,
        configured,
        tokenSource: configured ? "config" : "none",
        settings: { ...defaults(), ...settings },
        fingerprint,
        ...(name !== undefined && { name }),
        ...(!configured && { problem: "It has no token; set botToken." }),
      }),
    );
  }

  target(text: string): Target {
    const [, prefix, chatId, topicId] = /^(?:(\w+):)?(-?\d+|@\w+)(?::topic:(\d+))?$/.exec(text) ?? [];
    const isForeign = prefix !== undefined && prefix !== this.meta.id && prefix !== "tg";
    if (chatId === undefined || isForeign)
      throw new TargetError(`"${text}" is no chat of ${this.meta.label}`);
    const chatKind = chatId.startsWith("-") ? "group" : "direct";
    return {
      chatId,
      ...(topicId !== undefined && { topicId }),
      ...(!chatId.startsWith("@") && { chatKind }),
    };
  }

  formatTarget({ chatId, topicId }: Target): string {
    return topicId === undefined ? chatId : `${chatId}:topic:${topicId}`;
  }

  senderId(entry: string): string | undefined {
    return /^\d+$/.exec(entry)?.[0];
  }

  render({ text, media = [] }: Parameters<Channel["render"]>[0]): readonly OutboundPart[] {
    if (text === "" && media.length === 0) throw new SendError("refused", "there is nothing to send");
    return [{ text, media: media.map(({ source }) => source) }];
  }

  renderPoll({ question, options }: Parameters<Channel["renderPoll"]>[0]): OutboundPart {
    return { question, options: [...options] };
  }

  plain(): undefined {
    return undefined;
  }

  async start(context: ChannelContext): Promise<ChannelConnection> {
    const failure = this.failing.get(context.account.id);
    if (failure) throw failure;
    const connection = new RecordingConnection(context, this);
    this.connections.push(connection);
    this.open.add(connection);
    const same = [...this.open].filter((one) => one.context.account.id === context.account.id);
    this.mostAtOnce = Math.max(this.mostAtOnce, same.length);
    return connection;
  }
}
