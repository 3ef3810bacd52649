import type {
  AssistantMessageEventStream,
  Model as EngineModel,
  Api,
  SimpleStreamOptions,
  TranscriptContext,
} from "@earendil-works/pi-ai";
import type { SessionEntry } from "../../store/index.ts";

/** `provider/model`, split at the first slash. */
export interface ModelRef {
  readonly provider: string;
  readonly model: string;
}

export const THINKING_LEVELS = [
  "off",
  "minimal",
  "low",
  "medium",
  "high",
  "xhigh",
  "adaptive",
  "max",
  "ultra",
] as const;
export type ThinkingLevel = (typeof THINKING_LEVELS)[number];

/** A model as lists show it. */
export interface ModelInfo extends ModelRef {
  readonly name: string;
  readonly alias?: string;
  readonly contextWindow: number;
  /** Most input tokens to use of it. */
  readonly contextTokens: number;
  readonly maxTokens?: number;
  readonly reasoning: boolean;
  readonly input: readonly ("text" | "image")[];
  /** Dollars for a million tokens; absent when not known. */
  readonly cost?: { input: number; output: number; cacheRead: number; cacheWrite: number };
  readonly thinkingLevels: readonly ThinkingLevel[];
  readonly thinkingDefault: ThinkingLevel;
  /** A credential (or a local server) for it is there. */
  readonly available: boolean;
  /** `default`, `fallback`, `configured`, `image`, `local`, `builtin` … */
  readonly tags: readonly string[];
  /** Where it comes from. */
  readonly source: "config" | "catalog" | "local" | "builtin";
}

/** Which models one turn may use, in order. */
export interface ModelPlan {
  readonly candidates: readonly [ModelRef, ...ModelRef[]];
  /** A person picked the first one: no other model answers in its place. */
  readonly strict: boolean;
  /** Pinned auth profile, if any. */
  readonly profileId?: string;
}

export const FAILURE_KINDS = [
  "rate_limit",
  "auth",
  "billing",
  "overloaded",
  "timeout",
  "server",
  "network",
  "format",
  "refusal",
  "context_overflow",
  "unknown",
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** Why a model call failed, for people and for the HTTP API. */
export interface ModelFailure {
  readonly kind: FailureKind;
  /** Without secrets. */
  readonly message: string;
  /** Status the provider answered with. */
  readonly status?: number;
  /** Every candidate is cooling down: nothing was sent. */
  readonly coolingDown?: boolean;
  /** There was no credential to send anything with; the message tells how to get one. */
  readonly unsigned?: boolean;
}

/** What happens while a turn's model call is being made; in order. */
export interface ModelCallWatcher {
  /** A request is about to go to this model, signed with this credential. */
  attempt?(ref: ModelRef, model: EngineModel<Api>, profileId?: string): void;
  /** Another candidate, profile or try follows. `to` is the same model for a retry. */
  failedOver?(change: { from: ModelRef; to: ModelRef; failure: ModelFailure; retryInMs?: number }): void;
}

export interface ModelCall {
  readonly plan: ModelPlan;
  readonly context: TranscriptContext;
  readonly options: SimpleStreamOptions;
  readonly agentId: string;
  readonly watcher: ModelCallWatcher;
}

/** A reference that names no usable model; the message lists what would do. */
export class UnknownModelError extends Error {}

/** A thinking level that the model does not have; the message lists those it has. */
export class ThinkingLevelError extends Error {}

/** The models of this gateway: who answers, with which credential, and who is asked when that one fails. */
export interface Models {
  /** Reads `provider/model`, an alias or a bare name (`x@profile` allowed). @throws UnknownModelError */
  resolve(text: string, agentId: string): Promise<ModelRef & { readonly profileId?: string }>;
  /** Model order of a turn: the request's own choice, the session's, the chat's, the agent's, the defaults, the built-in one. @throws UnknownModelError */
  plan(input: {
    readonly agentId: string;
    readonly entry: SessionEntry | undefined;
    /** Choice of this request alone. */
    readonly requested?: string;
    /** The configured model of the chat (`channels.modelByChannel`): stands where the agent's would. */
    readonly chatModel?: string | undefined;
    /**
     * What the call is for: a `turn` (the default); a `utility`, such as a title or a summary; an `image` that a model
     * must look at, when the one of the turn cannot.
     */
    readonly purpose?: "turn" | "utility" | "image";
  }): Promise<ModelPlan>;
  /** Everything known of a model; an id a custom provider did not list still has sensible values. */
  info(ref: ModelRef, agentId?: string): Promise<ModelInfo>;
  /** The engine's description, with address and limits, for a request to it. @throws UnknownModelError */
  engineModel(ref: ModelRef): Promise<EngineModel<Api>>;
  /** The thinking level of a turn: inline, session, agent, model, defaults, provider. @throws Error listing the valid ones */
  thinking(input: {
    readonly ref: ModelRef;
    readonly agentId: string;
    readonly entry: SessionEntry | undefined;
    readonly requested?: string;
  }): Promise<ThinkingLevel>;
  /**
   * Calls the models of a plan until one answers: same-model retries with back-off, another credential, the next
   * candidate. Never throws; a failure ends the stream with `error`, and `failureOf` tells why. A stream that is
   * begun anew after its connection was cut starts from an empty message again.
   */
  stream(call: ModelCall): AssistantMessageEventStream;
  /** Why the last message of a stream failed. */
  failureOf(message: { readonly errorMessage?: string }): ModelFailure;
}
