import type { RunId, SessionKey } from "../../protocol/index.ts";
import type { QueueMode, RunRepository } from "../../store/index.ts";
import type { FailureKind } from "../models/index.ts";
import type { Attachment, Sender } from "../sender.ts";

/** A tool the HTTP caller runs itself; a call to it ends the run with the call pending. */
export interface ClientTool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ClientToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** One turn somebody asked for. Everything but `observer` and `signal` is JSON, so that it survives a restart. */
export interface RunRequest {
  /** Idempotency namespace: `chat`, `agent`, `http` or a channel id. */
  readonly namespace: string;
  /** The caller's idempotency key. */
  readonly runId: RunId;
  readonly sessionKey: SessionKey;
  readonly agentId: string;
  readonly message: string;
  readonly attachments?: readonly Attachment[];
  readonly sender: Sender;
  /** Model of this turn alone, as `provider/model`; no fallback then. */
  readonly model?: string;
  /** The configured model of the chat it came from; a session's own choice goes before it. */
  readonly chatModel?: string;
  readonly thinking?: string;
  /** Longest run; the configured one otherwise. 0 for none. */
  readonly timeoutMs?: number;
  /** Put after the system prompt. */
  readonly extraSystemPrompt?: string;
  readonly clientTools?: readonly ClientTool[];
  readonly toolChoice?: "auto" | "none" | "required" | { readonly name: string };
  /** `temperature`, `top_p`, `stop`, `max_tokens` …, as the provider names them. */
  readonly sampling?: Readonly<Record<string, unknown>>;
  readonly queueMode?: QueueMode;
  /** Global lane; `main` unless told. */
  readonly lane?: "main" | "subagent" | "cron" | "background";
  /** How the session came to be, if this run creates it. */
  readonly createdVia?: string;
  /** `chat` runs speak to clients with `chat` status events first; `agent` runs do not. */
  readonly kind: "chat" | "agent" | "http" | "channel";
  /** Text of the user message that stays out of the model's turn (labels and the like). */
  readonly label?: string;
  /** The result of client tools, by call id: continues a run that ended on them. */
  readonly clientToolResults?: readonly { readonly id: string; readonly output: string }[];
  /**
   * The first run of the same message, which no model answered: the transcript has what was said then, and it is not
   * written again.
   */
  readonly retryOf?: RunId;
  /** Hears the run as it goes; not kept over a restart. */
  readonly observer?: RunObserver;
}

/** What somebody close to the run hears, in order. */
export interface RunObserver {
  /** The run has left the queue. */
  started?(): void;
  /** The model did not answer and is asked again. */
  retrying?(reason: string): void;
  /** `full` is everything of this assistant message so far; `replaced` when it did not just grow by `delta`. */
  text?(piece: { readonly delta: string; readonly full: string; readonly replaced: boolean }): void;
  /** An assistant message is complete (there can be several around tool calls). */
  message?(text: string, final: boolean): void;
  tool?(call: {
    readonly id: string;
    readonly name: string;
    readonly phase: "start" | "end";
    readonly isError?: boolean;
  }): void;
}

export interface RunUsage {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly total: number;
  readonly cost: number;
}

/** One thing that is sent as an answer, its directives read. */
export interface RunPayload {
  /** Empty for a thing that only goes with the answer. */
  readonly text: string;
  /** Path or address of what goes with it. */
  readonly mediaUrl: string | null;
  /** `[[reply_to:<id>]]` */
  readonly replyToId?: string;
  /** `[[reply_to_current]]` */
  readonly replyToCurrent?: true;
  /** `[[audio_as_voice]]` */
  readonly audioAsVoice?: true;
}

/** How a run ended; JSON, kept for repeats of its idempotency key. */
export interface RunOutcome {
  readonly runId: RunId;
  readonly sessionKey: SessionKey;
  readonly sessionId: string;
  readonly agentId: string;
  /** Who is answered owns the gateway; the owner's private files may be sent to them. */
  readonly isForOwner?: true;
  /** The run that brings the answer of a turn several runs shared; absent when it is this one. */
  readonly answeredBy?: RunId;
  /** `aborted`: somebody ended it; `timeout`: its time was up; `interrupted`: the gateway stopped under it. */
  readonly status: "ok" | "error" | "aborted" | "timeout" | "interrupted";
  readonly startedAt: number;
  readonly endedAt: number;
  /** `stop`, `length`, `toolUse`, or who ended it: `rpc`, `stop`, `aborted` … */
  readonly stopReason: string;
  /** What is shown: empty when it stayed silent. */
  readonly text: string;
  readonly payloads: readonly RunPayload[];
  readonly provider: string;
  readonly model: string;
  readonly responseModel?: string;
  /** Thinking level of the turn. */
  readonly thinking?: string;
  readonly contextTokens: number;
  readonly usage: RunUsage;
  readonly lastCallUsage: RunUsage;
  readonly assistantTurns: number;
  readonly toolNames: readonly string[];
  readonly clientToolCalls?: readonly ClientToolCall[];
  readonly error?: {
    readonly kind: FailureKind | "internal" | "interrupted";
    readonly message: string;
    readonly status?: number;
    readonly coolingDown?: boolean;
    /** The gateway could not store the turn; it can again once the disk is freed or the file let go. */
    readonly isLocal?: boolean;
    /** The same for a person: what happened, and what mends it. */
    readonly display?: string;
    /** The same for people who need not see what a provider said word for word. */
    readonly brief?: string;
  };
  /** The provider had been asked, for example when the time was up. */
  readonly providerStarted?: boolean;
  /** What a run whose time was up was waiting for. */
  readonly timeoutPhase?: "queue" | "preparation" | "provider" | "tool";
  /** Why another model than the first answered. */
  readonly failovers?: readonly {
    readonly from: string;
    readonly to: string;
    readonly kind: FailureKind;
    readonly message: string;
  }[];
}

/** What became of a request. */
export type Submission =
  /** Accepted, and durable. */
  | {
      readonly state: "accepted";
      readonly sessionId: string;
      readonly acceptedAt: number;
      readonly created: boolean;
      readonly interruptedActiveRun: boolean;
      /** Another run of the session goes first. */
      readonly queued: boolean;
      /** It joins the run under way, if that still speaks to its model; else it waits. */
      readonly steered?: boolean;
      readonly done: Promise<RunOutcome>;
    }
  | { readonly state: "in_flight"; readonly done: Promise<RunOutcome> }
  | { readonly state: "settled"; readonly outcome: RunOutcome }
  /** The same key was used for something else. */
  | { readonly state: "conflict" }
  /** The queue of the session is full and its drop policy refuses the newest, or the gateway is `stopping`. */
  | { readonly state: "refused"; readonly reason: string; readonly stopping?: true };

/** A run that has not ended. */
export interface ActiveRun {
  readonly runId: RunId;
  readonly sessionKey: SessionKey;
  readonly agentId: string;
  readonly acceptedAt: number;
  readonly startedAt: number | undefined;
  readonly kind: RunRequest["kind"];
  /** Text of the assistant message in progress. */
  readonly text: string;
}

/** All turns of the gateway. */
export interface Runs {
  submit(request: RunRequest): Promise<Submission>;
  /**
   * Ends runs of a session, and forgets what waits behind them; one run only when `runId` is given. Resolves when they
   * have said so (200 ms at most, tools included), with the ids of those ended.
   */
  abort(
    key: SessionKey,
    options: { readonly runId?: RunId; readonly reason: string; readonly clearQueue: boolean },
  ): Promise<readonly RunId[]>;
  /** The outcome of a run of any namespace, when it is over within `timeoutMs`. */
  wait(runId: RunId, timeoutMs: number, signal?: AbortSignal): Promise<RunOutcome | undefined>;
  /** What is known of a request, outcomes that the store could not take yet included. @throws StoreError */
  lookup(namespace: string, runId: RunId): ReturnType<RunRepository["lookup"]>;
  /** Says something to the model of the running turn; false when none runs. */
  steer(key: SessionKey, message: string, sender: Sender): Promise<boolean>;
  active(key?: SessionKey): readonly ActiveRun[];
  /** Messages that wait their turn. */
  queued(
    key: SessionKey,
  ): readonly { readonly runId: RunId; readonly message: string; readonly acceptedAt: number }[];
  /** Shortens the transcript with a summary. `focus` says what must be kept. @throws Error when there is nothing to do */
  compact(
    key: SessionKey,
    focus?: string,
  ): Promise<{
    readonly summary: string;
    /** The first event that is still shown to the model as it was. */
    readonly firstKeptEntryId: string;
    readonly tokensBefore: number;
  }>;
  readonly activeCount: number;
}
