import type { SessionRecord, StoredEvent } from "../../store/index.ts";
import type { QueueSettings } from "./lanes/queue-settings.ts";
import type { Waiting } from "./lanes/session-queue.ts";
import { DROPPED_SUMMARY_CHARS } from "./limits.ts";
import type { ActiveRun, RunOutcome, RunRequest } from "./run.ts";

export interface Acceptance {
  readonly request: RunRequest;
  readonly fingerprint: string;
  readonly acceptedAt: number;
  /** Id of the user message in the transcript; given at acceptance, so that no repeat writes it twice. */
  readonly userEventId: string;
  /** Taken up from an earlier process. */
  readonly resumed: boolean;
}

/** A run this process has accepted and that is not over. */
export class LiveRun implements Waiting {
  readonly request: RunRequest;
  readonly fingerprint: string;
  readonly acceptedAt: number;
  readonly userEventId: string;
  readonly resumed: boolean;
  readonly settings: QueueSettings;
  /** Settles when the run is over; never rejects. */
  readonly done: Promise<RunOutcome>;
  readonly kinship: string;
  /** The session as last seen. */
  record: SessionRecord;
  startedAt: number | undefined;
  /** Text of the assistant message in progress. */
  text = "";
  /** The session came to be with this run. */
  readonly created: boolean;
  /** The user message stands in the transcript. */
  written = false;
  /** It was written by this process and nobody has been told yet. */
  untold: StoredEvent | undefined;
  readonly #resolve: (outcome: RunOutcome) => void;
  #isRetired = false;

  constructor(
    accepted: Acceptance,
    entered: { readonly record: SessionRecord; readonly created: boolean },
    settings: QueueSettings,
  ) {
    const { promise, resolve } = Promise.withResolvers<RunOutcome>();
    this.done = promise;
    this.#resolve = resolve;
    this.request = accepted.request;
    this.fingerprint = accepted.fingerprint;
    this.acceptedAt = accepted.acceptedAt;
    this.userEventId = accepted.userEventId;
    this.resumed = accepted.resumed;
    this.settings = settings;
    this.record = entered.record;
    this.created = entered.created;
    this.kinship = kinshipOf(accepted.request);
  }

  /** Its outcome is settled; it is told in this very moment, or has been. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  get lane(): string {
    return this.request.lane ?? "main";
  }

  /** A person in a chat is told by an answer alone; a client that waits is told at once when its message has no place. */
  get mayReturn(): boolean {
    return this.request.kind === "channel" && !this.#isRetired;
  }

  /** What is left of it when it falls out of the queue. */
  get summary(): string {
    const text = this.request.message.replace(/\s+/g, " ").trim();
    return text.length > DROPPED_SUMMARY_CHARS ? `${text.slice(0, DROPPED_SUMMARY_CHARS)}…` : text;
  }

  /** It asks for nothing but an answer, so it can join a turn that is under way. */
  get isPlain(): boolean {
    const { kind, model, thinking, clientTools, clientToolResults, toolChoice, sampling, extraSystemPrompt } =
      this.request;
    return (
      kind !== "http" &&
      [model, thinking, clientTools, clientToolResults, toolChoice, sampling, extraSystemPrompt].every(
        (special) => special === undefined,
      )
    );
  }

  /** The outcome is settled: the run counts as active no more. */
  retire(): void {
    this.#isRetired = true;
  }

  /** Makes the outcome known; a second one is ignored. */
  conclude(outcome: RunOutcome): void {
    this.#isRetired = true;
    this.#resolve(outcome);
  }

  snapshot(): ActiveRun {
    const { runId, sessionKey, agentId, kind } = this.request;
    return {
      runId,
      sessionKey,
      agentId,
      acceptedAt: this.acceptedAt,
      startedAt: this.startedAt,
      kind,
      text: this.text,
    };
  }
}

/**
 * Tools are chosen for a sender, so only messages of the same one may share a turn: a stranger's words must not reach
 * a model that holds the owner's tools.
 */
function kinshipOf({ sender, agentId, lane }: RunRequest): string {
  const { id, isOwner, isAdmin, isAuthorized, channel, accountId, to, threadId } = sender;
  return JSON.stringify([
    agentId,
    lane,
    id,
    isOwner,
    isAdmin,
    isAuthorized,
    channel,
    accountId,
    to,
    threadId,
  ]);
}
