import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AgentRuns,
  ConfiguredRoster,
  ModelRoom,
  type Models,
  type RunRequest,
  StoredSessions,
  type Tools,
} from "../../../src/agent/index.ts";
import { validateConfig } from "../../../src/config/index.ts";
import { Egress } from "../../../src/lib/egress/index.ts";
import { type Clock, systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { type Logger, silentLogger } from "../../../src/lib/logger.ts";
import type { RunId, SessionKey } from "../../../src/protocol/index.ts";
import { openStore, type Store } from "../../../src/store/index.ts";
import { FakeModelProvider, type FakeOptions } from "../../fakes/model-provider/index.ts";
import { Recording } from "./recording.ts";
import { prompts, toolsOf } from "./stand-ins.ts";

export const KEY = "agent:main:test" as SessionKey;

export interface HouseOptions {
  readonly tools?: Tools;
  /** As it would stand in the file. */
  readonly config?: { readonly messages?: object; readonly agents?: { readonly defaults?: object } };
  readonly contextWindow?: number;
  /** Models that take no images. */
  readonly blind?: readonly string[];
  readonly provider?: FakeOptions;
  readonly log?: Logger;
  /** The real one, unless the test moves time itself. */
  readonly clock?: Clock;
  /** Stands between the runs and the models. */
  readonly models?: (models: Models) => Models;
}

/** Runs on a real store and a model provider over real HTTP. */
export class House implements AsyncDisposable {
  readonly events = new Recording();
  readonly runs: AgentRuns;

  private constructor(
    readonly store: Store,
    readonly provider: FakeModelProvider,
    private readonly dir: string,
    options: HouseOptions,
  ) {
    const { config, ok, issues } = validateConfig(configOf(provider, options));
    if (!ok) throw new Error(JSON.stringify(issues));
    const [ids, log] = [randomIds, options.log ?? silentLogger];
    const clock = options.clock ?? systemClock;
    const guide = {
      version: "1",
      startedAt: 0,
      address: () => undefined,
      timeZone: () => "UTC",
      configPath: "",
    };
    this.runs = new AgentRuns({
      config: { current: config },
      store,
      sessions: new StoredSessions({
        store,
        clock,
        ids,
        config: () => config,
        defaultAgentId: () => "main",
        modelOf: () => undefined,
      }),
      models: (options.models ?? ((models) => models))(
        new ModelRoom({
          config: () => config,
          variables: () => ({}),
          store,
          egress: new Egress({ clock }),
          clock,
          log,
          guide,
        }),
      ),
      tools: options.tools ?? toolsOf(),
      prompts,
      roster: new ConfiguredRoster({
        config: () => config,
        paths: { home: dir, stateDir: dir, workspaceDir: dir },
      }),
      events: this.events,
      clock,
      ids,
      logger: log,
    });
  }

  static async open(options: HouseOptions = {}): Promise<House> {
    const dir = mkdtempSync(join(tmpdir(), "openclaw-runs-"));
    const store = await openStore({ path: join(dir, "store.sqlite"), clock: systemClock, log: silentLogger });
    return new House(store, await FakeModelProvider.start(options.provider), dir, options);
  }

  /** Another gateway on the same store, after this one died: nothing was settled or closed in order. */
  async reborn(options: HouseOptions = {}): Promise<House> {
    return new House(this.store, this.provider, this.dir, options);
  }

  /** Submits a message and expects it to be accepted. */
  async say(message: string, request: Partial<RunRequest> = {}) {
    const submission = await this.runs.submit(ask(message, request));
    if (submission.state !== "accepted") throw new Error(`not accepted: ${JSON.stringify(submission)}`);
    return submission;
  }

  /** Messages of the transcript as `role: text`. */
  async transcript(key: SessionKey = KEY): Promise<string[]> {
    const record = await this.store.sessions.get(key);
    const events = record ? await this.store.transcripts.read(record.sessionId) : [];
    return events.map(({ event }) => {
      const message = event.message as { role: string; content: unknown } | undefined;
      if (!message) return `${event.type}: ${String(event.content ?? event.summary ?? "")}`;
      return `${message.role}: ${contentText(message.content)}`;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runs.stop(0);
    await this.provider.stop();
    await this.store.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function configOf(
  provider: FakeModelProvider,
  { config = {}, contextWindow = 32_000, blind = [] }: HouseOptions,
) {
  const { agents = {} } = config;
  const mock = provider.providerConfig();
  const models = (mock.models as { id: string }[]).map((model) => ({
    ...model,
    contextWindow,
    ...(blind.includes(model.id) && { input: ["text"] }),
  }));
  return {
    ...config,
    models: { providers: { mock: { ...mock, models } } },
    agents: { ...agents, defaults: { model: "mock/mock-1", ...agents.defaults } },
  };
}

let asked = 0;

/** A message of the gateway's owner. */
export function ask(message: string, request: Partial<RunRequest> = {}): RunRequest {
  asked += 1;
  return {
    namespace: "chat",
    runId: `run-${asked}` as RunId,
    sessionKey: KEY,
    agentId: "main",
    message,
    sender: {
      id: "gateway-owner",
      isOwner: true,
      isAuthorized: true,
      isAdmin: true,
      channel: "webchat",
      client: { id: "test", mode: "test" },
    },
    kind: "chat",
    ...request,
  };
}

function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  return (content as { type: string; text?: string; name?: string }[])
    .map((part) => part.text ?? (part.type === "toolCall" ? `<${part.name}>` : `<${part.type}>`))
    .join("|");
}
