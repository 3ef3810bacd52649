import type {
  AgentRuntime,
  CommandNotice,
  GatewayView,
  MessageSender,
  OutboundMessage,
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
import type { RunId, SessionKey } from "../../protocol/index.ts";
import type { TranscriptRepository } from "../../store/index.ts";
import type { ChannelWorld } from "../channels/channel-world.ts";
import { OWNER_ID } from "./client-sender.ts";
import { SEND_PATIENCE_MS } from "./limits.ts";
import { Injector } from "./saying/injector.ts";
import { Notes } from "./saying/notes.ts";
import type { TurnBroadcast } from "./turn-broadcast.ts";

export interface AgentPortsDeps {
  /** Asked only once a tool runs: the tools are made before the gateway is whole. */
  readonly agent: () => AgentRuntime;
  /** Asked only once a tool runs, like the agents. */
  readonly channels: () => ChannelWorld;
  readonly turns: TurnBroadcast;
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
  constructor(private readonly deps: AgentPortsDeps) {}

  /** Channels with an account that is connected. */
  channels(): readonly string[] {
    const { accounts } = this.deps.channels();
    const ids = accounts.channels().map(({ meta }) => meta.id);
    return ids.filter((id) => accounts.views(id).some(({ connection }) => connection !== undefined));
  }

  async send({ channel, to, accountId, threadId, replyTo, text, silent, sessionKey }: OutboundMessage) {
    const { accounts, deliveries } = this.deps.channels();
    const target = accounts.channel(channel)?.target(to);
    if (!target) throw new Error(`There is no channel "${channel}".`);
    const outcome = await deliveries.deliver(
      {
        channel,
        ...(accountId !== undefined && { accountId }),
        target: threadId === undefined ? target : { ...target, topicId: threadId },
        origin: "send",
        sessionKey,
        content: {
          kind: "message",
          message: {
            text,
            ...(replyTo !== undefined && { replyToId: replyTo }),
            ...(silent === true && { silent }),
          },
        },
      },
      SEND_PATIENCE_MS,
    );
    if (outcome.state !== "sent")
      throw new Error("error" in outcome ? outcome.error : "The message was not sent.");
    return { messageId: outcome.receipts[0]?.messageId };
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
