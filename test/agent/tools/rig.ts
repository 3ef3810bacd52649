import { mkdir } from "node:fs/promises";
import {
  type ModelPlan,
  type Models,
  ConfiguredRoster,
  type Sender,
  StoredSessions,
  type Tool,
  ToolCatalog,
  ToolInvoker,
  type ToolContext,
  type ToolResult,
  UnknownModelError,
} from "../../../src/agent/index.ts";
import type {
  CanvasDeed,
  ChatDeed,
  ChatDeedOutcome,
  ChatOffer,
  NestedOutcome,
  NestedRun,
} from "../../../src/agent/tools/ports.ts";
import { type OpenClawConfig, validateConfig } from "../../../src/config/index.ts";
import { type Clock, systemClock } from "../../../src/lib/clock.ts";
import { ChildJournal } from "../../../src/lib/child-journal.ts";
import { Egress } from "../../../src/lib/egress/index.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { redactText, secretRegistry } from "../../../src/lib/redact.ts";
import type { SessionKey } from "../../../src/protocol/index.ts";
import { openStore, type Store, type TranscriptEvent } from "../../../src/store/index.ts";
import { type TempHome, tempHome } from "../../support/index.ts";

export const owner: Sender = {
  id: "gateway-owner",
  isOwner: true,
  isAuthorized: true,
  isAdmin: true,
  channel: "webchat",
};

export const guest: Sender = {
  id: "42",
  isOwner: false,
  isAuthorized: true,
  isAdmin: false,
  channel: "telegram",
  to: "-100",
  accountId: "default",
};

/** All a chat can do. */
export const EVERYTHING: ChatOffer = {
  actions: "send poll react edit delete pin unpin read sticker topic-create topic-edit".split(" "),
  buttons: true,
};

export const MAIN = "agent:main:main" as SessionKey;

export interface RigOptions {
  /** As it would stand in the file. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly proxy?: string;
  /** What can be done in chats. */
  readonly offer?: ChatOffer;
  /** False when browser control is off. */
  readonly browser?: boolean;
}

/** The tools of a gateway on a real store and real folders; turns, models and chats are written down. */
export class ToolRig implements AsyncDisposable {
  readonly runs: NestedRun[] = [];
  readonly sent: unknown[] = [];
  /** What panels were told; undefined while no node shows any. */
  told: CanvasDeed[] | undefined;
  /** What browser control was asked. */
  readonly asked: { readonly path: string; readonly body?: Readonly<Record<string, unknown>> }[] = [];
  /** What browser control answers. */
  browserAnswer: (path: string) => { status: number; body: Readonly<Record<string, unknown>> } = () => ({
    status: 200,
    body: { ok: true },
  });
  readonly notices: { agentId: string; sessionKey: SessionKey; text: string }[] = [];
  readonly updates: ToolResult[] = [];
  /** How turns that other sessions ask for end. */
  answer: (run: NestedRun) => Promise<NestedOutcome> = () => Promise.resolve({ status: "ok", text: "yes" });
  /** What comes of what is done in chats. */
  done: (deed: ChatDeed) => ChatDeedOutcome = () => ({
    state: "done",
    channel: "telegram",
    dryRun: false,
    payload: { ok: true, messageId: "m1", chatId: "-100" },
  });
  readonly roster: ConfiguredRoster;
  readonly sessions: StoredSessions;
  readonly catalog: ToolCatalog;
  readonly invoker: ToolInvoker;
  config: OpenClawConfig;

  private constructor(
    readonly home: TempHome,
    readonly store: Store,
    options: RigOptions,
  ) {
    this.config = configOf(options.config);
    const clock = options.clock ?? systemClock;
    const config = () => this.config;
    const paths = { home: home.path, stateDir: home.at("state"), workspaceDir: home.at("workspace") };
    this.roster = new ConfiguredRoster({ config, paths });
    this.sessions = new StoredSessions({
      store,
      clock,
      ids: randomIds,
      config,
      defaultAgentId: () => this.roster.defaultId,
      modelOf: () => undefined,
    });
    const secrets = secretRegistry();
    this.catalog = new ToolCatalog({
      config,
      clock,
      ids: randomIds,
      env: options.env ?? { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: home.path },
      egress: new Egress({
        clock,
        resolve: () => Promise.resolve(["93.184.216.34"]),
        ...(options.proxy !== undefined && { proxy: { http: options.proxy, noProxy: [] } }),
      }),
      roster: this.roster,
      sessions: this.sessions,
      places: { stateDir: home.at("state"), configPath: home.at("state/openclaw.json") },
      children: new ChildJournal(home.at("state/tmp/children")),
      transcripts: store.transcripts,
      runs: () => ({
        submit: (run) => {
          this.runs.push(run);
          return Promise.resolve({ state: "accepted", done: this.answer(run) });
        },
      }),
      models: () => models,
      panels: {
        available: () => this.told !== undefined,
        tell: (deed) => {
          if (!this.told) return Promise.reject(new Error("no panel"));
          this.told.push(deed);
          return Promise.resolve({ nodeId: "mac" });
        },
      },
      browser: {
        isOn: () => options.browser !== false,
        request: (question) => {
          this.asked.push(question);
          return Promise.resolve(this.browserAnswer(question.path));
        },
      },
      messages: {
        offer: () => options.offer ?? EVERYTHING,
        act: (deed) => {
          this.sent.push(deed);
          return Promise.resolve(this.done(deed));
        },
        show: (message) => {
          this.sent.push(message);
          return Promise.resolve({ messageId: "s1" });
        },
      },
      gateway: {
        status: () => Promise.resolve({ version: "test" }),
        config: (path) =>
          path === "nope" ? Promise.reject(new Error("there is nothing at nope")) : Promise.resolve({ path }),
        schema: (path) => Promise.resolve({ path, type: "string" }),
      },
      status: (agentId, sessionKey) => Promise.resolve(`status of ${agentId} ${sessionKey}`),
      notice: (notice) => this.notices.push(notice),
      redact: (text) => redactText(text, secrets),
    });
    this.invoker = this.freshInvoker();
  }

  /** As another process would make it on the same store. */
  freshInvoker(): ToolInvoker {
    return new ToolInvoker({
      tools: this.catalog,
      config: () => this.config,
      roster: this.roster,
      sessions: this.sessions,
      models,
      workspace: (agentId) => Promise.resolve(this.roster.get(agentId).workspace),
      idempotency: this.store.idempotency,
      ids: randomIds,
      log: silentLogger,
    });
  }

  static async open(options: RigOptions = {}): Promise<ToolRig> {
    const home = await tempHome();
    await mkdir(home.at("workspace"));
    const store = await openStore({ path: home.at("store.sqlite"), clock: systemClock, log: silentLogger });
    return new ToolRig(home, store, options);
  }

  configure(config: Readonly<Record<string, unknown>>): void {
    this.config = configOf(config);
  }

  tool(name: string): Tool {
    const found = this.catalog.all.find((tool) => tool.name === name);
    if (!found) throw new Error(`no tool ${name}`);
    return found;
  }

  context(extra: Partial<ToolContext> = {}): ToolContext {
    const agentId = extra.agentId ?? "main";
    const { workspace, cwd } = this.roster.get(agentId);
    return {
      agentId,
      sessionKey: MAIN,
      sessionId: "s",
      runId: undefined,
      toolCallId: "call-1",
      workspace,
      cwd,
      sender: owner,
      seesImages: true,
      maxResultChars: 32_000,
      signal: new AbortController().signal,
      update: (partial) => void this.updates.push(partial),
      ...extra,
    };
  }

  call(
    name: string,
    args: Record<string, unknown> = {},
    extra: Partial<ToolContext> = {},
  ): Promise<ToolResult> {
    return this.tool(name).execute(args, this.context(extra));
  }

  /** The text a model would read; the message of the error when the call fails. */
  async say(
    name: string,
    args: Record<string, unknown> = {},
    extra: Partial<ToolContext> = {},
  ): Promise<string> {
    try {
      return textOf(await this.call(name, args, extra));
    } catch (error) {
      return `Error: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  /** A session with these messages, as `role: text`. */
  async converse(key: string, lines: readonly string[], entry: Record<string, unknown> = {}): Promise<void> {
    const sessionKey = key as SessionKey;
    const agentId = this.sessions.agentOf(sessionKey);
    const { record } = await this.store.sessions.open(sessionKey, {
      agentId,
      sessionId: randomIds.uuid(),
      entry,
    });
    const events = lines.map((line): TranscriptEvent => {
      const [role = "", ...rest] = line.split(": ");
      const at = { id: randomIds.uuid(), parentId: null, timestamp: new Date(0).toISOString() };
      if (role === "reset") return { ...at, type: "reset" };
      const content = [{ type: "text", text: rest.join(": ") }];
      return { ...at, type: "message", message: { role, content, toolName: "exec" } };
    });
    await this.store.transcripts.append({ key: sessionKey, sessionId: record.sessionId, events });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.catalog.stop();
    await this.store.close();
    await this.home[Symbol.asyncDispose]();
  }
}

export function textOf(result: ToolResult): string {
  return result.content.map((part) => (part.type === "text" ? part.text : `<${part.mimeType}>`)).join("\n");
}

function configOf(config: Readonly<Record<string, unknown>> = {}): OpenClawConfig {
  const checked = validateConfig(config);
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return checked.config;
}

const plan: ModelPlan = { candidates: [{ provider: "mock", model: "mock-1" }], strict: false };

const models: Pick<Models, "plan" | "resolve"> = {
  plan: () => Promise.resolve(plan),
  resolve: (text) => {
    const [provider = "", model = ""] = text.split("/");
    return model === ""
      ? Promise.reject(new UnknownModelError(`no model ${text}`))
      : Promise.resolve({ provider, model });
  },
};
