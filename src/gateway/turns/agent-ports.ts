import type {
  AgentRuntime,
  CanvasPanels,
  ChatDeed,
  ChatDeedOutcome,
  ChatOffer,
  CommandNotice,
  GatewayView,
  MessageSender,
  Sender,
} from "../../agent/index.ts";
import {
  type ConfigStore,
  lookupSchema,
  type OpenClawConfig,
  parsePath,
  valueAt,
} from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { Logger } from "../../lib/logger.ts";
import { ProtocolError, type RunId, type SessionKey } from "../../protocol/index.ts";
import type { TranscriptRepository } from "../../store/index.ts";
import type { Channel } from "../../channels/index.ts";
import type { ChannelWorld } from "../channels/channel-world.ts";
import { OWNER_ID } from "./client-sender.ts";
import { Injector } from "./saying/injector.ts";
import { Notes } from "./saying/notes.ts";
import type { TurnBroadcast } from "./turn-broadcast.ts";

/** Actions that mean something in a forum alone. */
const IN_FORUMS: readonly string[] = ["topic-create", "topic-edit"];

export interface AgentPortsDeps {
  /** Asked only once a tool runs: the tools are made before the gateway is whole. */
  readonly agent: () => AgentRuntime;
  /** Asked only once a tool runs, like the agents. */
  readonly channels: () => ChannelWorld;
  readonly turns: TurnBroadcast;
  readonly panels: CanvasPanels;
  readonly transcripts: Pick<TranscriptRepository, "append">;
  readonly config: ConfigStore<OpenClawConfig>;
  /** What the gateway says of itself. */
  readonly status: () => Readonly<Record<string, unknown>>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

/** What tools reach of the gateway around them. */
export class AgentPorts implements MessageSender, GatewayView {
  readonly panels: CanvasPanels;

  constructor(private readonly deps: AgentPortsDeps) {
    this.panels = deps.panels;
  }

  offer(agentId: string, sender: Sender): ChatOffer {
    const { accounts, addressing } = this.deps.channels();
    const own = accounts.channel(sender.channel);
    const channels = own ? [own] : addressing.configured();
    const offered = new Set(
      channels.flatMap(({ meta }) => addressing.offer(agentId, meta.id, own && sender.accountId)),
    );
    // What is said in the gateway's own conversations is shown there.
    if (!own) offered.add("send");
    if (own && sender.threadId === undefined) for (const action of IN_FORUMS) offered.delete(action);
    return { actions: [...offered], buttons: channels.some((channel) => this.showsButtons(channel, sender)) };
  }

  private showsButtons({ meta, capabilities, mayPress }: Channel, { chat, accountId }: Sender): boolean {
    const account = chat && this.deps.channels().accounts.account(meta.id, accountId);
    return capabilities.buttons && (!account || !chat || (mayPress?.(account, chat.kind) ?? true));
  }

  async act({ agentId, sessionKey, sender, ...deed }: ChatDeed): Promise<ChatDeedOutcome> {
    const { channel, accountId, to, messageId } = sender;
    const here =
      accountId !== undefined && to !== undefined
        ? { channel, accountId, to, ...(messageId !== undefined && { messageId }) }
        : undefined;
    try {
      const answer = await this.deps.channels().messages.act({
        ...deed,
        requester: { kind: "agent", agentId, sessionKey, isOwner: sender.isOwner, ...(here && { here }) },
      });
      return { state: "done", channel: answer.channel, dryRun: answer.dryRun, payload: answer.payload };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      switch (error.details?.deliveryStatus) {
        case "queued":
          return { state: "queued", reason: error.message };
        case "unknown":
          return { state: "uncertain", reason: error.message };
        default:
          throw new Error(error.message, { cause: error });
      }
    }
  }

  async show({ sessionKey, text }: { readonly sessionKey: SessionKey; readonly text: string }) {
    const { turns, transcripts, clock, ids } = this.deps;
    const agent = this.deps.agent();
    const record = await agent.sessions.get(sessionKey);
    if (!record) throw new Error(`There is no session ${sessionKey}.`);
    const injector = new Injector({ agent, turns, clock, notes: new Notes({ transcripts, clock, ids }) });
    return { messageId: await injector.inject(record, text) };
  }

  async status(): Promise<unknown> {
    return this.deps.status();
  }

  async config(path?: string): Promise<unknown> {
    const { config } = await this.deps.config.redactedView();
    if (path === undefined) return config;
    const steps = parsePath(path);
    const value = steps && valueAt(config, steps);
    if (value === undefined) throw new Error(`The configuration has nothing at ${path}.`);
    return value;
  }

  async schema(path: string): Promise<unknown> {
    const found = lookupSchema(path);
    if (!found) throw new Error(`There is no configuration key ${path}.`);
    return found;
  }

  /** A background command ended: its session is told in a turn of its own. */
  readonly notice: CommandNotice = ({ agentId, sessionKey, text }) => {
    const { ids, log } = this.deps;
    this.deps
      .agent()
      .runs.submit({
        namespace: "agent",
        kind: "agent",
        runId: ids.uuid() as RunId,
        sessionKey,
        agentId,
        message: text,
        sender: { id: OWNER_ID, isOwner: true, isAuthorized: true, isAdmin: false, channel: "webchat" },
        queueMode: "followup",
        createdVia: "exec",
      })
      .catch((error: unknown) => log.error("the end of a background command could not be told", { error }));
  };
}
