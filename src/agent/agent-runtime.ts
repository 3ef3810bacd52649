import { uptime } from "node:os";
import { type ConfigStore, displayPath, type OpenClawConfig, type Paths } from "../config/index.ts";
import { ChildJournal } from "../lib/child-journal.ts";
import type { Clock } from "../lib/clock.ts";
import { Egress, proxyFromEnv } from "../lib/egress/index.ts";
import type { Ids } from "../lib/ids.ts";
import type { Logger } from "../lib/logger.ts";
import type { SecretRegistry } from "../lib/redact.ts";
import type { Store } from "../store/index.ts";
import type { AgentPart } from "./agent-part.ts";
import { ChatCommandTable } from "./commands/index.ts";
import { ConfigModelDefaults } from "./model-defaults.ts";
import { KnownModels } from "./known-models.ts";
import { ModelRoom, type StoredReferences } from "./models/index.ts";
import { hostFacts, WorkspacePrompts } from "./prompt/index.ts";
import { ConfiguredRoster, RosterEditor } from "./roster/index.ts";
import { AgentRuns, queueSettings, type RunEvents } from "./runs/index.ts";
import { SessionMaintenance, StoredSessions } from "./sessions/index.ts";
import {
  type BrowserPort,
  type CanvasPanels,
  type CommandNotice,
  type GatewayView,
  type MessageSender,
  ToolCatalog,
  ToolInvoker,
} from "./tools/index.ts";

/** What the agents of a gateway are made from. */
export interface AgentDeps {
  /** The configuration in force, secrets resolved. */
  readonly config: () => OpenClawConfig;
  /** The files behind it, for what is changed by command. */
  readonly configStore: ConfigStore<OpenClawConfig>;
  /** Environment of this process with what the state folder's `.env` and the configuration add. */
  readonly variables: () => Readonly<Record<string, string>>;
  readonly paths: Paths;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** Reads what stored credentials refer to. */
  readonly references: StoredReferences;
  /** Keeps the keys of providers out of logs and answers. */
  readonly secrets: SecretRegistry;
  /** Hears what happens in turns. */
  readonly events: RunEvents;
  /** As `/status` names this program. */
  readonly product: string;
  readonly version: string;
  /** Where the gateway is reached; undefined while nobody listens. */
  readonly address: () => string | undefined;
  /** Epoch ms, and the same on the monotonic clock. */
  readonly startedAt: { readonly epochMs: number; readonly monotonicMs: number };
  /** What tools reach of the rest of the gateway. */
  readonly ports: MessageSender &
    GatewayView & { readonly notice: CommandNotice; readonly panels: CanvasPanels };
  /** The browser that the gateway controls. */
  readonly browser: BrowserPort;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** The agents of one gateway: builds the rooms, takes up what a dead process left, ends what runs. */
export class AgentRuntime implements AgentPart {
  readonly roster: ConfiguredRoster;
  readonly editor: RosterEditor;
  readonly sessions: StoredSessions;
  readonly models: ModelRoom;
  readonly prompts: WorkspacePrompts;
  readonly tools: ToolCatalog;
  /** Tools that people run outside turns. */
  readonly invoker: ToolInvoker;
  readonly runs: AgentRuns;
  readonly commands: ChatCommandTable;
  /** The way out of what this part does for others. */
  readonly egress: Egress;
  private readonly known: KnownModels;
  private readonly maintenance: SessionMaintenance;

  constructor(private readonly deps: AgentDeps) {
    const { config, configStore, variables, paths, store, clock, ids, log } = deps;
    this.egress = new Egress({ clock, proxy: proxyFromEnv(variables()) });
    this.roster = new ConfiguredRoster({ config, paths });
    this.editor = new RosterEditor({ config: configStore, paths, clock });
    this.models = this.buildModels();
    this.known = new KnownModels({ config, models: this.models, log });
    this.sessions = new StoredSessions({
      store,
      clock,
      ids,
      config,
      defaultAgentId: () => this.roster.defaultId,
      modelOf: (agentId) => this.known.of(agentId),
    });
    this.prompts = new WorkspacePrompts({
      roster: this.roster,
      config,
      kv: store.kv,
      clock,
      log: log.child("agent/prompt"),
      env: variables(),
      host: hostFacts(variables()),
    });
    this.tools = this.buildTools();
    this.invoker = this.buildInvoker();
    this.runs = this.buildRuns();
    this.commands = this.buildCommands();
    this.maintenance = this.buildMaintenance();
  }

  /** Takes up the turns that the last process left; they run in the background. @throws StoreError */
  async start(): Promise<void> {
    await this.runs.resume();
    this.maintenance.start();
  }

  /** Ends turns within `budgetMs`; what does not end is taken up at the next start. */
  async stop(budgetMs: number): Promise<void> {
    await this.maintenance.stop();
    await this.runs.stop(budgetMs);
    await this.tools.stop();
  }

  /** What answers in a new session of the default agent; null when it cannot be known. */
  async defaultModel(): Promise<{
    modelProvider: string | null;
    model: string | null;
    contextTokens: number | null;
  }> {
    const { defaultId } = this.roster;
    await this.known.learn(defaultId);
    const { provider = null, model = null, contextTokens = null } = this.known.of(defaultId) ?? {};
    return { modelProvider: provider, model, contextTokens };
  }

  private buildModels(): ModelRoom {
    const { config, variables, store, clock, log, secrets, references, paths, version, startedAt, address } =
      this.deps;
    return new ModelRoom({
      config,
      variables,
      store,
      egress: this.egress,
      clock,
      log: log.child("agent/models"),
      secrets,
      references,
      guide: {
        version,
        startedAt: startedAt.epochMs,
        address,
        timeZone: () =>
          config().agents.defaults.userTimezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
        configPath: displayPath(paths.configPath, paths.home),
      },
    });
  }

  private buildTools(): ToolCatalog {
    const { config, variables, paths, store, clock, ids, ports, browser, redact } = this.deps;
    const { egress, roster, sessions } = this;
    return new ToolCatalog({
      config,
      places: paths,
      children: new ChildJournal(paths.childrenDir),
      env: variables(),
      egress,
      messages: ports,
      gateway: ports,
      browser,
      notice: ports.notice,
      panels: ports.panels,
      roster,
      sessions,
      transcripts: store.transcripts,
      runs: () => this.runs,
      models: () => this.models,
      status: (agentId, key) => this.commands.status(agentId, key),
      redact,
      clock,
      ids,
    });
  }

  private buildInvoker(): ToolInvoker {
    const { config, store, ids, log } = this.deps;
    const { tools, roster, sessions, models, prompts } = this;
    return new ToolInvoker({
      tools,
      config,
      roster,
      sessions,
      models,
      workspace: (agentId) => prompts.workspace(agentId),
      idempotency: store.idempotency,
      ids,
      log: log.child("agent/tools"),
    });
  }

  private buildRuns(): AgentRuns {
    const { config, store, clock, ids, log, events } = this.deps;
    const { sessions, models, tools, prompts, roster } = this;
    return new AgentRuns({
      config: {
        get current() {
          return config();
        },
      },
      store,
      sessions,
      models,
      tools,
      prompts,
      roster,
      events,
      clock,
      ids,
      logger: log,
    });
  }

  private buildCommands(): ChatCommandTable {
    const { config, configStore, store, clock, product, startedAt } = this.deps;
    const { roster, sessions, runs, models, tools, prompts, editor } = this;
    return new ChatCommandTable({
      roster,
      sessions,
      runs,
      models,
      listModels: (query) => models.list({ view: "default", ...query }),
      tools,
      prompts,
      usage: store.usage,
      defaults: new ConfigModelDefaults(configStore, editor),
      queue: (entry, sender) => queueSettings(config().messages, entry, { sender }),
      config,
      clock,
      product,
      startedAt: startedAt.monotonicMs,
      systemUptimeMs: () => uptime() * 1000,
    });
  }

  private buildMaintenance(): SessionMaintenance {
    const { config, store, clock, log, events } = this.deps;
    const { runs } = this;
    return new SessionMaintenance({
      store,
      config,
      clock,
      log: log.child("agent/sessions"),
      isBusy: (key) => runs.active(key).length > 0 || runs.queued(key).length > 0,
      changed: (record, act) =>
        events.sessionChanged(record, { reason: act, ...(act === "delete" && { deleted: true }) }),
    });
  }
}
