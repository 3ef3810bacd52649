import type {
  Channel,
  ChannelAccount,
  ChannelConnection,
  ChannelTurn,
  CommandAnswer,
  Conversations,
  Deliveries,
  DeliveryOutcome,
  DeliveryRequest,
  OutboundMessage,
  TurnOutcome,
  TurnTaken,
} from "../../../src/channels/index.ts";
import type { Admission, ChatRules, Gate } from "../../../src/channels/access/index.ts";
import type { LiveReplies, LiveScene } from "../../../src/channels/live/index.ts";
import type { FetchedMedia } from "../../../src/channels/channel.ts";
import type { RunId, SessionKey } from "../../../src/protocol/index.ts";
import type { NewDelivery, OutboxRow, Store } from "../../../src/store/index.ts";

const never = (): never => {
  throw new Error("not part of this test");
};

/** A connection that remembers what it was asked. */
export class RecordingConnection implements ChannelConnection {
  readonly ended = new Promise<void>(() => undefined);
  readonly acknowledged: string[] = [];
  readonly discarded: unknown[] = [];
  readonly files = new Map<string, FetchedMedia>();
  /** Awaited before a file is given. */
  gate: Promise<void> = Promise.resolve();
  readonly drafts = {
    open: async () => never(),
    update: async () => never(),
    discard: async (_target: unknown, draft: unknown) => void this.discarded.push(draft),
  };
  status = never;
  send = async () => never();
  typing = async () => undefined;
  react = async () => undefined;
  acknowledgePress = async (pressId: string) => void this.acknowledged.push(pressId);
  act = async () => never();
  probe = async () => never();
  stop = async () => undefined;

  async fetchMedia(
    { fileId }: { fileId: string },
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<FetchedMedia> {
    await this.gate;
    signal.throwIfAborted();
    const file = this.files.get(fileId);
    if (!file) throw new Error(`no file ${fileId}`);
    if (file.bytes.length > maxBytes) throw new Error("file is too large");
    return file;
  }
}

/** The channel of these tests. */
export const chatter: Channel = {
  meta: { id: "telegram", label: "Telegram", detailLabel: "", systemImage: "", idLabel: "Telegram user id" },
  capabilities: {
    chatKinds: ["direct", "group", "channel"],
    edit: true,
    reactions: true,
    topics: true,
    polls: true,
    nativeCommands: true,
    buttons: true,
    drafts: true,
    media: [],
  },
  accounts: () => [],
  target: (chatId) => ({ chatId }),
  formatTarget: ({ chatId, topicId }) => (topicId === undefined ? chatId : `${chatId}:topic:${topicId}`),
  senderId: (entry) => entry,
  render: never,
  renderPoll: never,
  plain: () => undefined,
  start: async () => never(),
};

/** An account with these settings. */
export function accountOf(settings: Partial<ChannelAccount["settings"]> = {}): ChannelAccount {
  return {
    channel: "telegram",
    id: "default",
    enabled: true,
    configured: true,
    tokenSource: "config",
    settings: settings as ChannelAccount["settings"],
    fingerprint: "",
  };
}

/** Lets everybody in unless told. */
export class OpenGate implements Gate {
  rule: Partial<ChatRules> = {};
  verdict: (event: Parameters<Gate["admit"]>[1]) => Admission = () => admitted;

  async admit(_account: ChannelAccount, event: Parameters<Gate["admit"]>[1]): Promise<Admission> {
    return this.verdict(event);
  }

  rules(): ChatRules {
    return {
      ingestOnly: false,
      errorPolicy: "always",
      historyLimit: 50,
      ...this.rule,
    };
  }
}

export const admitted: Admission = {
  state: "admitted",
  isOwner: true,
  isAuthorized: true,
  wasMentioned: true,
};

/** What became of a run; outlives the object under test, as the agents' own store does. */
interface Run {
  readonly turn: ChannelTurn;
  outcome?: TurnOutcome;
  readonly waiters: ((outcome: TurnOutcome) => void)[];
}

/** Agents that answer when the test says so, and remember every turn. */
export class RecordingAgents implements Conversations {
  readonly defaultAgentId = "main";
  readonly runs = new Map<RunId, Run>();
  readonly submitted: ChannelTurn[] = [];
  readonly commands: string[] = [];
  readonly notes: string[] = [];
  mute = false;
  /** Answers a turn at once when set. */
  answer: ((turn: ChannelTurn) => TurnOutcome | undefined) | undefined;
  refuse: (() => { reason: string; stopping?: boolean } | undefined) | undefined;
  fail: (() => Error | undefined) | undefined;
  onCommand: (text: string) => CommandAnswer | undefined = () => undefined;

  hasAgent = () => true;
  identity = () => ({ name: "Molty", emoji: "🦞" });
  sessionKey = never;
  activation = async () => undefined;
  maySend = async () => !this.mute;
  mirror = async () => undefined;
  note = (_key: SessionKey, text: string) => void this.notes.push(text);

  async command({ text }: { text: string }): Promise<CommandAnswer | undefined> {
    this.commands.push(text);
    return this.onCommand(text);
  }

  async submit(turn: ChannelTurn): Promise<TurnTaken> {
    await Promise.resolve();
    const failure = this.fail?.();
    if (failure) throw failure;
    const refused = this.refuse?.();
    if (refused) return { state: "refused", ...refused };
    const known = this.runs.get(turn.runId);
    if (!known) {
      this.submitted.push(turn);
      this.runs.set(turn.runId, { turn, waiters: [] });
      const outcome = this.answer?.(turn);
      if (outcome) this.end(turn.runId, outcome);
    }
    return (await this.recall("", turn.runId)) ?? never();
  }

  async recall(_channel: string, runId: RunId): Promise<TurnTaken | undefined> {
    const run = this.runs.get(runId);
    if (!run) return undefined;
    if (run.outcome) return { state: "settled", outcome: run.outcome };
    return { state: "accepted", done: new Promise((resolve) => run.waiters.push(resolve)) };
  }

  /** Ends a run; whoever waits for it hears so. */
  end(runId: RunId, outcome: TurnOutcome): void {
    const run = this.runs.get(runId) ?? never();
    run.outcome = outcome;
    for (const wake of run.waiters.splice(0)) wake(outcome);
  }

  /** Runs that are not over, in order. */
  get running(): readonly RunId[] {
    return [...this.runs].flatMap(([runId, { outcome }]) => (outcome ? [] : [runId]));
  }
}

/** Says one thing. */
export function says(text: string): TurnOutcome {
  return { status: "ok", replies: [{ text }] };
}

/** No provider answered. */
export const unreachable: TurnOutcome = {
  status: "error",
  replies: [],
  failure: { text: "The provider was not reached.", isTransient: true },
};

/** A way out that ends in the outbox: one part for each message, as it was handed over. */
export class RecordingDeliveries implements Deliveries {
  readonly dispatched: OutboxRow[] = [];
  refuse: ((message: OutboundMessage) => Error | undefined) | undefined;

  constructor(private readonly store: Store) {}

  prepare(request: DeliveryRequest): NewDelivery {
    if (request.content.kind !== "message") return never();
    const { message } = request.content;
    const refused = this.refuse?.(message);
    if (refused) throw refused;
    return {
      channel: request.channel,
      accountId: request.accountId ?? "default",
      lane: `${request.target.chatId}:${request.target.topicId ?? ""}`,
      target: request.target,
      parts: [message],
      origin: request.origin,
      summary: message.text,
      ...(request.sessionKey !== undefined && { sessionKey: request.sessionKey }),
      ...(request.runId !== undefined && { runId: request.runId }),
      ...(request.idempotency && { idempotency: request.idempotency }),
    };
  }

  dispatch(rows: readonly OutboxRow[]): void {
    this.dispatched.push(...rows);
  }

  async deliver(request: DeliveryRequest): Promise<DeliveryOutcome> {
    const [put] = await this.store.outbox.put([this.prepare(request)]);
    return { state: "pending", id: put?.row.id ?? 0, receipts: [] };
  }

  async recall(): Promise<DeliveryOutcome | undefined> {
    return undefined;
  }
}

/** Shows nothing, and remembers for what it was asked to. */
export class RecordingLive implements LiveReplies {
  readonly scenes: LiveScene[] = [];
  finished = 0;
  preview: { readonly replaces?: unknown; readonly discard?: unknown } = {};

  begin(scene: LiveScene) {
    this.scenes.push(scene);
    return {
      observer: {},
      finish: async () => {
        this.finished += 1;
        return this.preview;
      },
    };
  }
}
