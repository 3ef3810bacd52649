import {
  type Channel,
  type ChannelAccount,
  type ChannelConnection,
  type ConnectionStatus,
  type OutboundMessage,
  type Receipt,
  SendError,
  type SendRate,
  type Target,
} from "../../../../src/channels/index.ts";
import type { Accounts } from "../../../../src/channels/accounts/index.ts";
import { validateConfig } from "../../../../src/config/index.ts";

/** A call as the platform got it. */
export interface Call {
  readonly text: string;
  readonly chatId: string;
  readonly topicId?: string;
  readonly isPlain: boolean;
  readonly accountId: string;
}

/** What a platform does about a call; throws when there is no receipt. */
export type Platform = (call: Call, signal: AbortSignal) => Promise<void> | void;

/** One channel whose calls are kept, with accounts that come and go. A message is cut at `|`; `*` is markup. */
export class RecordingChannel implements Accounts {
  /** Calls that arrived. */
  readonly arrived: Call[] = [];
  /** Calls that were made. */
  readonly calls: Call[] = [];
  readonly traffic: string[] = [];
  platform: Platform = () => {};
  status: Partial<ConnectionStatus> = {};
  rates: { readonly account: readonly SendRate[]; readonly chat: readonly SendRate[] } | undefined;
  readonly #connected = new Set<string>();
  readonly #listeners = new Set<(channel: string, accountId: string) => void>();
  #messages = 0;

  constructor(readonly accountIds: readonly string[] = ["default"]) {
    for (const id of accountIds) this.#connected.add(id);
  }

  connect(accountId = "default"): void {
    this.#connected.add(accountId);
    this.tell(accountId);
  }

  disconnect(accountId = "default"): void {
    this.#connected.delete(accountId);
    this.tell(accountId);
  }

  tell(accountId = "default"): void {
    for (const listener of this.#listeners) listener("test", accountId);
  }

  texts(chatId?: string): string[] {
    return this.arrived
      .filter((call) => chatId === undefined || call.chatId === chatId)
      .map(({ text }) => text);
  }

  channel(id: string): Channel | undefined {
    return id === "test" ? this.#channel() : undefined;
  }

  channels(): readonly Channel[] {
    return [this.#channel()];
  }

  account(channel: string, accountId = "default"): ChannelAccount | undefined {
    if (channel !== "test" || !this.accountIds.includes(accountId)) return undefined;
    return {
      channel,
      id: accountId,
      enabled: true,
      configured: true,
      tokenSource: "config",
      settings: settings(),
      fingerprint: "",
    };
  }

  connection(channel: string, accountId: string): ChannelConnection | undefined {
    if (channel !== "test" || !this.#connected.has(accountId)) return undefined;
    const never = async () => {
      throw new Error("the outbox asks for sends alone");
    };
    return {
      status: () => ({
        lifecycle: "ready",
        connected: true,
        mode: "test",
        reconnectAttempts: 0,
        ...this.status,
      }),
      ended: Promise.withResolvers<void>().promise,
      send: (part, target, signal) => this.#send(part, target, signal, accountId),
      typing: never,
      react: never,
      acknowledgePress: never,
      fetchMedia: never,
      act: never,
      probe: never,
      stop: async () => {},
    };
  }

  onChange(listener: (channel: string, accountId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  noteTraffic(_: string, accountId: string, direction: "in" | "out"): void {
    this.traffic.push(`${accountId} ${direction}`);
  }

  async #send(
    part: Readonly<Record<string, unknown>>,
    target: Target,
    signal: AbortSignal,
    accountId: string,
  ): Promise<Receipt> {
    const call = { ...target, text: String(part["text"]), isPlain: part["plain"] === true, accountId };
    this.calls.push(call);
    await this.platform(call, signal);
    this.arrived.push(call);
    return { messageId: String(++this.#messages), chatId: target.chatId, at: 1 };
  }

  #channel(): Channel {
    const { rates } = this;
    return {
      meta: { id: "test", label: "Test", detailLabel: "Test", systemImage: "circle", idLabel: "id" },
      capabilities: {
        chatKinds: ["direct"],
        edit: false,
        reactions: false,
        topics: true,
        polls: true,
        nativeCommands: false,
        buttons: false,
        drafts: false,
        media: [],
      },
      ...(rates !== undefined && { rates: { account: rates.account, chat: () => rates.chat } }),
      accounts: () => [],
      target: (text) => ({ chatId: text }),
      formatTarget: ({ chatId }) => chatId,
      senderId: (entry) => entry,
      render: partsOf,
      renderPoll: ({ question }) => ({ text: question }),
      plain: (part) => (String(part["text"]).includes("*") ? { ...part, plain: true } : undefined),
      start: async () => {
        throw new Error("the outbox starts nothing");
      },
    };
  }
}

function partsOf(message: OutboundMessage): readonly { readonly text: string }[] {
  if (message.text === "") throw new SendError("refused", "There is nothing to send.");
  return message.text.split("|").map((text) => ({ text }));
}

/** What a section that says nothing means. */
function settings(): ChannelAccount["settings"] {
  const { telegram } = validateConfig({ channels: { telegram: {} } }).config.channels ?? {};
  if (telegram === undefined) throw new Error("an empty section is a section");
  return telegram;
}
