import {
  ChatCommandTable,
  type CommandContext,
  type CommandDeps,
  ConfiguredRoster,
  type ModelInfo,
  type ModelRef,
  type Sender,
  UnknownModelError,
} from "../../../src/agent/index.ts";
import { type OpenClawConfig, openClawRules } from "../../../src/config/index.ts";
import type { SessionKey } from "../../../src/protocol/index.ts";
import type { SessionEntry, SessionEntryPatch, SessionRecord, UsageSum } from "../../../src/store/index.ts";
import { ManualClock } from "../../support/index.ts";
import { toolNamed } from "../prompt/rig.ts";

export const KEY = "agent:main:main" as SessionKey;
const NOW = Date.UTC(2026, 10, 21, 0, 11);

export const OPERATOR: Sender = {
  id: "gateway-owner",
  isOwner: true,
  isAuthorized: true,
  isAdmin: true,
  channel: "webchat",
  client: { id: "openclaw-control-ui", mode: "webchat" },
};

/** Al on Telegram, let in by the channel. */
export const AL: Sender = {
  id: "777",
  name: "Al",
  username: "al",
  isOwner: false,
  isAuthorized: true,
  isAdmin: false,
  channel: "telegram",
  to: "777",
};

const SUM: UsageSum = {
  bucket: "all",
  calls: 3,
  input: 12_000,
  output: 340,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 12_340,
  cost: { input: 0.01, output: 0.005, cacheRead: 0, cacheWrite: 0, total: 0.015 },
  missingCost: 0,
};

function model(ref: string, more: Partial<ModelInfo> = {}): ModelInfo {
  const [provider = "", name = ""] = ref.split("/");
  return {
    provider,
    model: name,
    name,
    contextWindow: 128_000,
    contextTokens: 128_000,
    reasoning: true,
    input: ["text"],
    thinkingLevels: ["off", "low", "high"],
    thinkingDefault: "low",
    available: true,
    tags: [],
    source: "config",
    ...more,
  };
}

const MODELS = [
  model("mock/mock-1", { alias: "mini" }),
  model("mock/mock-2"),
  model("other/big", { available: false }),
];

/** Chat commands on parts that remember what was asked of them. */
export class CommandRig {
  readonly calls: string[] = [];
  readonly clock = new ManualClock(NOW);
  session: SessionRecord | undefined;
  /** What runs, for `/stop` and `/steer`. */
  running: string[] = [];
  readonly #config: OpenClawConfig;
  readonly table: ChatCommandTable;

  constructor(config: object = {}, entry?: SessionEntry) {
    const verdict = openClawRules.validate(config);
    if (!verdict.ok) throw new Error(JSON.stringify(verdict.issues));
    this.#config = verdict.config;
    if (entry) this.session = this.#record(entry);
    this.table = new ChatCommandTable(this.#deps());
  }

  /** The answer to a message. */
  async say(message: string, change: Partial<CommandContext> = {}) {
    return this.table.handle(message, {
      agentId: "main",
      sessionKey: KEY,
      session: this.session,
      sender: AL,
      isGroup: false,
      ...change,
    });
  }

  /** The text of the answer, or how the model is asked. */
  async text(message: string, change: Partial<CommandContext> = {}): Promise<string | undefined> {
    const reply = await this.say(message, change);
    return reply?.kind === "text" ? reply.text : reply && JSON.stringify(reply);
  }

  get entry(): SessionEntry {
    return this.session?.entry ?? {};
  }

  #record(entry: SessionEntry): SessionRecord {
    return { key: KEY, agentId: "main", sessionId: "s1", createdAt: NOW, updatedAt: NOW, entry };
  }

  #patch(patch: SessionEntryPatch): SessionRecord {
    const entry = Object.fromEntries(
      Object.entries({ ...this.entry, ...patch }).filter(
        ([, value]) => value !== null && value !== undefined,
      ),
    );
    this.session = this.#record(entry);
    return this.session;
  }

  #plan(entry: SessionEntry | undefined): ModelRef {
    return { provider: entry?.providerOverride ?? "mock", model: entry?.modelOverride ?? "mock-1" };
  }

  #deps(): CommandDeps {
    const unused = (): never => {
      throw new Error("no command needs this");
    };
    const find = (ref: ModelRef) =>
      MODELS.find((one) => one.provider === ref.provider && one.model === ref.model);
    return {
      roster: new ConfiguredRoster({
        config: () => this.#config,
        paths: { home: "/h", stateDir: "/s", workspaceDir: "/s/workspace" },
      }),
      config: () => this.#config,
      clock: this.clock,
      product: "OpenClaw 2026.11.1 (abc1234)",
      startedAt: NOW - 29_000,
      systemUptimeMs: () => 19 * 60_000 + 46_000,
      queue: (entry) => ({ mode: entry?.queueMode ?? "steer", cap: 20, drop: "summarize", debounceMs: 500 }),
      usage: { sum: async () => [SUM] },
      defaults: {
        setAgentModel: async (agentId, ref) => void this.calls.push(`agent ${agentId} ${ref}`),
        setDefaultModel: async (ref) => void this.calls.push(`default ${ref}`),
      },
      sessions: {
        canonical: unused,
        agentOf: unused,
        main: unused,
        isGroup: unused,
        list: unused,
        remove: unused,
        context: unused,
        wireMessage: unused,
        row: unused,
        bySessionId: unused,
        keepLast: unused,
        history: unused,
        historySince: unused,
        message: unused,
        preview: unused,
        titles: unused,
        search: unused,
        get: async () => this.session,
        enter: async ({ createdVia }) => {
          this.calls.push(`enter ${createdVia}`);
          return { record: this.session ?? this.#patch({}), created: true, renewed: undefined };
        },
        patch: async (_key, patch) => this.#patch(patch),
        reset: async (_key, reason) => {
          this.calls.push(`reset ${reason}`);
          return this.session;
        },
        maySend: () => this.entry.sendPolicy !== "deny",
      },
      runs: {
        submit: unused,
        wait: unused,
        lookup: unused,
        activeCount: 0,
        active: () => [],
        queued: () => [],
        abort: async (_key, { reason, clearQueue }) => {
          this.calls.push(`abort ${reason}${clearQueue ? " all" : ""}`);
          return this.running.splice(0) as never[];
        },
        steer: async (_key, message) => {
          this.calls.push(`steer ${message}`);
          return this.running.length > 0;
        },
        compact: async (_key, focus) => {
          if (!this.session) throw new Error("there is nothing to compact");
          this.calls.push(`compact ${focus ?? "-"}`);
          return { summary: "s", firstKeptEntryId: "kept", tokensBefore: 12_345 };
        },
      },
      models: {
        engineModel: unused,
        stream: unused,
        failureOf: unused,
        resolve: async (text) => {
          const [name = "", profileId] = text.split("@");
          const found = MODELS.find((one) => `${one.provider}/${one.model}` === name || one.alias === name);
          if (!found) throw new UnknownModelError(`Unknown model "${text}".`);
          return {
            provider: found.provider,
            model: found.model,
            ...(profileId !== undefined && { profileId }),
          };
        },
        plan: async ({ entry }) => ({ candidates: [this.#plan(entry)], strict: false }),
        info: async (ref) => find(ref) ?? unused(),
        thinking: async ({ entry }) => (entry?.thinkingLevel === "high" ? "high" : "low"),
      },
      listModels: async ({ provider }) => MODELS.filter((one) => (provider ?? one.provider) === one.provider),
      tools: {
        all: [],
        groups: {},
        effective: ({ sender }) => ["read", ...(sender.isOwner ? ["exec"] : [])].map(toolNamed),
        stop: async () => undefined,
      },
      prompts: {
        workspace: unused,
        build: unused,
        timestamp: unused,
        userMessage: unused,
        report: async ({ tools }) => ({
          workspace: "/s/workspace",
          sections: [{ name: "identity", budgetChars: 2_000, stable: true, truncated: false, chars: 400 }],
          files: [
            {
              name: "AGENTS.md",
              path: "/s/workspace/AGENTS.md",
              missing: false,
              rawChars: 800,
              chars: 800,
              truncated: false,
            },
          ],
          tools: tools.map(({ name }) => ({ name, chars: 100 })),
          promptChars: 400,
          toolsChars: 100 * tools.length,
          totalChars: 400 + 100 * tools.length,
        }),
      },
    };
  }
}
