import type {
  ClientToolCall,
  RunOutcome,
  RunRequest,
  Runs,
  RunUsage,
  Submission,
} from "../../../../../src/agent/index.ts";
import type { RunId, SessionKey } from "../../../../../src/protocol/index.ts";

const USAGE: RunUsage = { input: 60, output: 10, cacheRead: 40, cacheWrite: 0, total: 110, cost: 0 };
const NOTHING: RunUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0, cost: 0 };

export type Script = (request: RunRequest, signal: AbortSignal) => Promise<Partial<RunOutcome>>;

/**
 * Runs that answer as the last words of the message ask, like the peer of the recordings: `say …`, `tool <name> <json>`,
 * `fail <status>`; anything else is echoed. A script of a test's own goes first.
 */
export class ScriptedRuns implements Runs {
  readonly requests: RunRequest[] = [];
  readonly aborted: {
    readonly key: SessionKey;
    readonly runId: RunId | undefined;
    readonly reason: string;
  }[] = [];
  script: Script | undefined;
  /** Answers instead of taking the run. */
  refuse: Exclude<Submission, { state: "accepted" | "in_flight" | "settled" }> | undefined;
  readonly #active = new Map<RunId, AbortController>();
  #coolingDown = false;

  get last(): RunRequest {
    const request = this.requests.at(-1);
    if (!request) throw new Error("no run was asked for");
    return request;
  }

  async submit(request: RunRequest): Promise<Submission> {
    this.requests.push(request);
    if (this.refuse) return this.refuse;
    const controller = new AbortController();
    this.#active.set(request.runId, controller);
    const done = this.#run(request, controller.signal).finally(() => this.#active.delete(request.runId));
    return {
      state: "accepted",
      sessionId: "s1",
      acceptedAt: 0,
      created: true,
      interruptedActiveRun: false,
      queued: false,
      done,
    };
  }

  async #run(request: RunRequest, signal: AbortSignal): Promise<RunOutcome> {
    const base: RunOutcome = {
      runId: request.runId,
      sessionKey: request.sessionKey,
      sessionId: "s1",
      agentId: request.agentId,
      status: "ok",
      startedAt: 0,
      endedAt: 0,
      stopReason: "stop",
      text: "",
      payloads: [],
      provider: "mock",
      model: "mock-1",
      contextTokens: 0,
      usage: USAGE,
      lastCallUsage: USAGE,
      assistantTurns: 1,
      toolNames: [],
    };
    return { ...base, ...(await (this.script ?? this.#asAsked)(request, signal)) };
  }

  readonly #asAsked: Script = async (request) => {
    const { message, clientTools = [] } = request;
    if (this.#coolingDown) return failed({ kind: "auth", message: "cooling down", coolingDown: true });
    const [, status] = /fail (\d+)$/.exec(message) ?? [];
    if (status !== undefined) {
      this.#coolingDown = status === "401";
      const kind = status === "401" ? "auth" : "format";
      return failed({ kind, message: `mock failure ${status}`, status: Number(status) });
    }
    const [, tool, json] = /tool (\w+) (\{[^}]*\})/.exec(message) ?? [];
    if (clientTools.some(({ name }) => name === tool)) return calling(tool ?? "", json ?? "{}");
    const text = /say ([^\n]*)$/.exec(message)?.[1] ?? `echo: ${message}`;
    let full = "";
    for (const delta of text.match(/\s*\S+/g) ?? []) {
      full += delta;
      request.observer?.text?.({ delta, full, replaced: false });
    }
    request.observer?.message?.(text, true);
    return { text };
  };

  async abort(
    key: SessionKey,
    { runId, reason }: { readonly runId?: RunId; readonly reason: string },
  ): Promise<readonly RunId[]> {
    this.aborted.push({ key, runId, reason });
    if (runId !== undefined) this.#active.get(runId)?.abort();
    return runId === undefined ? [] : [runId];
  }

  wait(): Promise<RunOutcome | undefined> {
    return Promise.resolve(undefined);
  }

  lookup(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  steer(): Promise<boolean> {
    return Promise.resolve(false);
  }

  active(): [] {
    return [];
  }

  queued(): [] {
    return [];
  }

  compact(): Promise<never> {
    return Promise.reject(new Error("nothing to compact"));
  }

  get activeCount(): number {
    return this.#active.size;
  }
}

/** An outcome that ends on calls of the caller's tools. */
export function calling(name: string, json: string, text = ""): Partial<RunOutcome> {
  const call: ClientToolCall = { id: "a1b2c3d4e", name, arguments: JSON.parse(json) };
  return { text, stopReason: "toolUse", clientToolCalls: [call] };
}

export function failed(error: NonNullable<RunOutcome["error"]>): Partial<RunOutcome> {
  return { status: "error", stopReason: "error", error, usage: NOTHING };
}
