import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AgentRuns, type RunRequest, type Tools } from "../../../src/agent/index.ts";
import { validateConfig } from "../../../src/config/index.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import type { RunId, SessionKey } from "../../../src/protocol/index.ts";
import { openStore, type Store } from "../../../src/store/index.ts";
import { FakeModelProvider, type FakeOptions } from "../../fakes/model-provider/index.ts";
import { Recording } from "./recording.ts";
import { modelsOf, prompts, roster, sessionsOn, toolsOf } from "./stand-ins.ts";

export const KEY = "agent:main:test" as SessionKey;

export interface HouseOptions {
  readonly tools?: Tools;
  /** As it would stand in the file. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly contextWindow?: number;
  readonly provider?: FakeOptions;
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
    const { config, ok, issues } = validateConfig(options.config ?? {});
    if (!ok) throw new Error(JSON.stringify(issues));
    this.runs = new AgentRuns({
      config: { current: config },
      store,
      sessions: sessionsOn(store),
      models: modelsOf(provider, options.contextWindow),
      tools: options.tools ?? toolsOf(),
      prompts,
      roster,
      events: this.events,
      clock: systemClock,
      ids: randomIds,
      logger: silentLogger,
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
