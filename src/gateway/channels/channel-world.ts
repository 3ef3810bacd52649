import { join } from "node:path";
import { AnswerFiles, type AgentRuntime } from "../../agent/index.ts";
import {
  AccessGate,
  AccountLinks,
  Addressing,
  BindingRouter,
  ChannelAccounts,
  ChannelStatus,
  ChatLiveReplies,
  CommandOwner,
  configFindings,
  countQueues,
  Directory,
  DurableDeliveries,
  History,
  Inbound,
  MessageQueue,
  Messages,
  Pairing,
  registerChannels,
  type RegisteredChannel,
} from "../../channels/index.ts";
import { inboundMediaDir } from "../../config/index.ts";
import type { Jail } from "../../lib/path-jail/index.ts";
import type { GatewayDeps } from "../gateway-deps.ts";
import type { EventLoopMonitor } from "../state/event-loop.ts";
import type { SystemEvents } from "../state/system-events.ts";
import { Injector } from "../turns/saying/injector.ts";
import { Notes } from "../turns/saying/notes.ts";
import type { TurnBroadcast } from "../turns/turn-broadcast.ts";
import { AgentDelivery } from "./agent-delivery.ts";
import { moveChatSettings } from "./chat-moves.ts";
import { enableAccount } from "./logins/enabling.ts";
import { Linkings } from "./logins/linkings.ts";
import { Logins } from "./logins/logins.ts";
import { ConnectionNews } from "./connection-news.ts";
import { GatewayConversations } from "./gateway-conversations.ts";
import type { RestartSentinels } from "../state/restart-sentinel.ts";
import { OutgoingFiles } from "./outgoing-files.ts";
import { RestartNotice } from "./restart-notice.ts";
import { CONNECTIONS_BUDGET_MS, INBOUND_BUDGET_MS, OUTBOX_BUDGET_MS } from "./limits.ts";

/** What channels need of the gateway that is not among its own dependencies. */
export interface ChannelSurroundings {
  readonly agent: AgentRuntime;
  readonly turns: TurnBroadcast;
  readonly systemEvents: SystemEvents;
  readonly eventLoop: EventLoopMonitor;
  /** `OPENCLAW_SKIP_CHANNELS=1`. */
  readonly skip: boolean;
  /** An account is in another state than before. */
  readonly changed: () => void;
}

/** The channels of one gateway: builds the rooms, starts them in order, stops them so that nothing is half done. */
export class ChannelWorld {
  readonly registered: readonly RegisteredChannel[];
  readonly accounts: ChannelAccounts;
  readonly directory: Directory;
  readonly addressing: Addressing;
  readonly messages: Messages;
  readonly conversations: GatewayConversations;
  readonly deliveries: DurableDeliveries;
  readonly inbound: Inbound;
  readonly pairing: Pairing;
  readonly owner: CommandOwner;
  readonly status: ChannelStatus;
  readonly queue: MessageQueue;
  readonly agentDelivery: AgentDelivery;
  readonly linkings: Linkings;
  readonly logins: Logins;
  private readonly news: ConnectionNews;
  private readonly files: AnswerFiles;
  private readonly injector: Injector;

  constructor(
    private readonly deps: GatewayDeps,
    private readonly around: ChannelSurroundings,
  ) {
    const { clock, config, ids, logging, secrets, store } = deps;
    const log = logging.log.child("channels");
    this.files = new AnswerFiles({
      roster: around.agent.roster,
      places: deps.paths,
      mediaDir: this.mediaDir,
    });
    const files = new OutgoingFiles(() => this.mediaJails());
    this.registered = registerChannels({
      openMedia: (path, maxBytes) => files.open(path, maxBytes),
      random: Math.random,
      keys: store.channelKeys,
      processEnv: deps.env.raw,
      places: deps.paths,
    });
    this.linkings = new Linkings(this.registered, () => ({
      keys: store.channelKeys,
      egress: around.agent.egress,
      processEnv: deps.env.raw,
      clock,
      log,
    }));
    this.accounts = this.buildAccounts();
    this.news = new ConnectionNews({
      views: () => this.accounts.channels().flatMap(({ meta }) => this.accounts.views(meta.id)),
      clock,
      changed: around.changed,
    });
    const notes = new Notes({ transcripts: store.transcripts, clock, ids });
    this.injector = new Injector({ ...around, clock, notes });
    this.conversations = this.buildConversations();
    this.owner = new CommandOwner({ config, log });
    this.pairing = new Pairing({
      repository: store.channelPairing,
      owner: this.owner,
      ids,
      log,
      profile: deps.paths.profile,
    });
    this.deliveries = new DurableDeliveries({ store, accounts: this.accounts, secrets, clock, log });
    const router = new BindingRouter({
      config: () => deps.runtime.current,
      conversations: this.conversations,
      defaultAccountId: (channel) => this.accounts.account(channel)?.id,
      log,
    });
    this.inbound = this.buildInbound(router);
    this.directory = new Directory({ sessions: store.sessions, pairing: store.channelPairing });
    this.addressing = new Addressing({
      accounts: this.accounts,
      directory: this.directory,
      config: () => deps.runtime.current,
    });
    this.messages = this.buildMessages(router);
    this.status = this.buildStatus();
    this.queue = new MessageQueue({
      store,
      deliveries: this.deliveries,
      resume: () =>
        void this.inbound
          .refresh()
          .catch((error: unknown) => log.error("a message could not be taken up again", { error })),
    });
    this.logins = new Logins({
      channels: this.registered.map(({ channel }) => channel),
      linkings: this.linkings,
      accounts: this.accounts,
      enable: (channel, accountId) => enableAccount(config, channel, accountId),
      clock,
      ids,
      log,
    });
    this.agentDelivery = new AgentDelivery({
      accounts: this.accounts,
      deliveries: this.deliveries,
      replies: (outcome) => this.conversations.replies(outcome),
      lastRoute: async (key) => (await around.agent.sessions.get(key))?.entry.lastRoute,
    });
  }

  /** Takes up what an earlier process left, then connects. @throws StoreError */
  async start(): Promise<void> {
    this.accounts.onChange(() => this.news.hear());
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
    this.news.stop();
    await this.logins.stop();
    await this.inbound.stop(INBOUND_BUDGET_MS);
    await this.deliveries.stop(OUTBOX_BUDGET_MS);
    await this.accounts.stop(CONNECTIONS_BUDGET_MS);
  }

  /** What says after a restart what the gateway before was asked to have said. */
  restartNotice(sentinels: RestartSentinels): RestartNotice {
    const { agent, systemEvents } = this.around;
    const { agentDelivery: delivery, deliveries, injector, log } = this;
    return new RestartNotice({ sentinels, agent, systemEvents, injector, delivery, deliveries, log });
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
        channels: this.registered.map(({ channel }) => channel),
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
          ready: async (channel, accountId, signal) => {
            await this.inbound.ready(channel, accountId, signal);
            await this.deliveries.room(channel, accountId, signal);
          },
        },
        commands: () => agent.commands.all.map(({ name, summary }) => ({ name, summary })),
      },
      this.configured(),
    );
  }

  private buildConversations(): GatewayConversations {
    const { clock, logging, runtime, store } = this.deps;
    const { agent, systemEvents } = this.around;
    return new GatewayConversations({
      agent,
      runs: store.runs,
      clock,
      systemEvents,
      injector: this.injector,
      files: this.files,
      config: () => runtime.current,
      log: logging.log.child("channels"),
    });
  }

  private buildMessages(router: BindingRouter): Messages {
    const { logging, store } = this.deps;
    const { accounts, addressing, conversations, deliveries } = this;
    return new Messages({
      accounts,
      addressing,
      deliveries,
      conversations,
      history: new History({ router, sessions: store.sessions, transcripts: store.transcripts }),
      idempotency: store.idempotency,
      mediaJails: (agentId) => this.mediaJails(agentId),
      log: logging.log.child("channels"),
    });
  }

  private buildStatus(): ChannelStatus {
    const { clock, runtime, store } = this.deps;
    const { agent, eventLoop } = this.around;
    return new ChannelStatus({
      accounts: this.accounts,
      clock,
      queues: () => countQueues(store.inbox, store.outbox),
      eventLoop: () => eventLoop.report(),
      links: new AccountLinks({ linking: (channel) => this.linkings.of(channel), clock, log: this.log }),
      findings: (accounts) => configFindings(accounts, runtime.current, (id) => agent.roster.has(id)),
      outages: () => this.inbound.status().outages,
      trouble: () => this.inbound.status().store ?? this.deliveries.storeTrouble,
    });
  }

  /** Folders that files may be sent from: the workspace of an agent (of all of them unless told), and what is on its way. */
  private mediaJails(agentId?: string): Promise<readonly Jail[]> {
    const { roster } = this.around.agent;
    const agents = agentId === undefined || !roster.has(agentId) ? roster.list() : [roster.get(agentId)];
    return this.files.jails(agents.map(({ workspace }) => workspace));
  }

  private get mediaDir(): string {
    return join(this.deps.paths.stateDir, "media");
  }

  private buildInbound(router: BindingRouter): Inbound {
    const { clock, config, logging, runtime, store } = this.deps;
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
      router,
      live: new ChatLiveReplies({ config: current, clock, log }),
      moveChat: (move) => moveChatSettings(config, move),
      config: current,
      mediaDir: inboundMediaDir(this.deps.paths.stateDir),
      clock,
      log: logging.log,
    });
  }
}
