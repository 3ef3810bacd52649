import { join } from "node:path";
import type { AgentRuntime } from "../../agent/index.ts";
import {
  AccessGate,
  BindingRouter,
  CHANNELS,
  ChannelAccounts,
  ChannelStatus,
  ChatLiveReplies,
  CommandOwner,
  countQueues,
  DurableDeliveries,
  Inbound,
  MessageQueue,
  Pairing,
} from "../../channels/index.ts";
import type { GatewayDeps } from "../gateway-deps.ts";
import type { EventLoopMonitor } from "../state/event-loop.ts";
import type { SystemEvents } from "../state/system-events.ts";
import { Injector } from "../turns/saying/injector.ts";
import { Notes } from "../turns/saying/notes.ts";
import type { TurnBroadcast } from "../turns/turn-broadcast.ts";
import { AgentDelivery } from "./agent-delivery.ts";
import { moveChatSettings } from "./chat-moves.ts";
import { GatewayConversations } from "./gateway-conversations.ts";
import { CONNECTIONS_BUDGET_MS, INBOUND_BUDGET_MS, OUTBOX_BUDGET_MS } from "./limits.ts";

/** What channels need of the gateway that is not among its own dependencies. */
export interface ChannelSurroundings {
  readonly agent: AgentRuntime;
  readonly turns: TurnBroadcast;
  readonly systemEvents: SystemEvents;
  readonly eventLoop: EventLoopMonitor;
  /** `OPENCLAW_SKIP_CHANNELS=1`. */
  readonly skip: boolean;
}

/** The channels of one gateway: builds the rooms, starts them in order, stops them so that nothing is half done. */
export class ChannelWorld {
  readonly accounts: ChannelAccounts;
  readonly conversations: GatewayConversations;
  readonly deliveries: DurableDeliveries;
  readonly inbound: Inbound;
  readonly pairing: Pairing;
  readonly owner: CommandOwner;
  readonly status: ChannelStatus;
  readonly queue: MessageQueue;
  readonly agentDelivery: AgentDelivery;

  constructor(
    private readonly deps: GatewayDeps,
    private readonly around: ChannelSurroundings,
  ) {
    const { clock, config, ids, logging, secrets, store } = deps;
    const log = logging.log.child("channels");
    this.accounts = this.buildAccounts();
    this.conversations = this.buildConversations();
    this.owner = new CommandOwner({ config, log });
    this.pairing = new Pairing({ repository: store.channelPairing, owner: this.owner, ids, log });
    this.deliveries = new DurableDeliveries({ store, accounts: this.accounts, secrets, clock, log });
    this.inbound = this.buildInbound();
    this.status = new ChannelStatus({
      accounts: this.accounts,
      clock,
      queues: () => countQueues(store.inbox, store.outbox),
      eventLoop: () => around.eventLoop.report(),
    });
    this.queue = new MessageQueue({
      store,
      deliveries: this.deliveries,
      resume: () =>
        void this.inbound
          .refresh()
          .catch((error: unknown) => log.error("a message could not be taken up again", { error })),
    });
    this.agentDelivery = new AgentDelivery({
      accounts: this.accounts,
      deliveries: this.deliveries,
      lastRoute: async (key) => (await around.agent.sessions.get(key))?.entry.lastRoute,
    });
  }

  /** Takes up what an earlier process left, then connects. @throws StoreError */
  async start(): Promise<void> {
    await this.deliveries.start();
    await this.inbound.start();
    // Connecting takes as long as the platforms take, and the gateway answers meanwhile.
    this.accounts
      .start()
      .catch((error: unknown) => this.log.error("accounts could not be started", { error }));
  }

  /** Takes the configuration that is in force now; only accounts that changed are touched. */
  reconfigure(): void {
    this.accounts
      .reconfigure(this.configured())
      .catch((error: unknown) => this.log.error("accounts could not be changed", { error }));
  }

  /** To be called once the agents have ended: settles what they answered, sends it, then ends the connections. */
  async stop(): Promise<void> {
    await this.inbound.stop(INBOUND_BUDGET_MS);
    await this.deliveries.stop(OUTBOX_BUDGET_MS);
    await this.accounts.stop(CONNECTIONS_BUDGET_MS);
  }

  private get log() {
    return this.deps.logging.log.child("channels");
  }

  private configured() {
    return { config: this.deps.runtime.current, variables: this.deps.config.current.variables };
  }

  private buildAccounts(): ChannelAccounts {
    const { clock, ids, logging, secrets, store } = this.deps;
    const { agent, skip } = this.around;
    return new ChannelAccounts(
      {
        channels: CHANNELS.map(({ channel }) => channel),
        skip,
        egress: agent.egress,
        clock,
        ids,
        log: logging.log,
        secrets,
        kv: store.kv,
        intake: {
          receive: (account, batch) => this.inbound.receive(account, batch),
          cursor: (channel, identity) => store.inbox.cursor(channel, identity),
          ready: (channel, accountId, signal) => this.inbound.ready(channel, accountId, signal),
        },
        commands: () => agent.commands.all.map(({ name, summary }) => ({ name, summary })),
      },
      this.configured(),
    );
  }

  private buildConversations(): GatewayConversations {
    const { clock, ids, logging, runtime, store } = this.deps;
    const { agent, turns, systemEvents } = this.around;
    const notes = new Notes({ transcripts: store.transcripts, clock, ids });
    return new GatewayConversations({
      agent,
      runs: store.runs,
      systemEvents,
      injector: new Injector({ agent, turns, clock, notes }),
      config: () => runtime.current,
      log: logging.log.child("channels"),
    });
  }

  private buildInbound(): Inbound {
    const { clock, config, logging, paths, runtime, store } = this.deps;
    const { accounts, conversations, deliveries, pairing } = this;
    const current = () => runtime.current;
    const log = logging.log.child("channels");
    return new Inbound({
      inbox: store.inbox,
      accounts,
      conversations,
      deliveries,
      gate: new AccessGate({
        config: current,
        channel: (id) => accounts.channel(id),
        identity: (agentId) => conversations.identity(agentId),
        pairing,
        clock,
        log,
      }),
      router: new BindingRouter({
        config: current,
        conversations,
        defaultAccountId: (channel) => accounts.account(channel)?.id,
        log,
      }),
      live: new ChatLiveReplies({ config: current, clock, log }),
      moveChat: (move) => moveChatSettings(config, move),
      config: current,
      mediaDir: join(paths.stateDir, "media", "inbound"),
      clock,
      log: logging.log,
    });
  }
}
