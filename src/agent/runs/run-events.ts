import type { RunId, SessionKey } from "../../protocol/index.ts";
import type { SessionRecord, StoredEvent } from "../../store/index.ts";

/** The run an event is about. */
export interface RunFacts {
  readonly runId: RunId;
  readonly sessionKey: SessionKey;
  readonly sessionId: string;
  readonly agentId: string;
  /** `chat`, `agent`, `http` or `channel`. */
  readonly kind: string;
  readonly lane: string;
}

/** What the gateway is told while turns run. Implemented by the gateway, which decides who hears what. Never throws. */
export interface RunEvents {
  /** One frame of the `agent` event; `seq` counts from 1 in each run and is shared with its `chat` frames. */
  agent(run: RunFacts, stream: string, data: Readonly<Record<string, unknown>>, seq: number): void;
  /** One frame of the `chat` event. */
  chat(
    run: Pick<RunFacts, "runId" | "sessionKey" | "agentId">,
    seq: number,
    frame: Readonly<Record<string, unknown>>,
  ): void;
  /** A message was written to a transcript; `messageSeq` counts the messages of the transcript from 1. */
  sessionMessage(record: SessionRecord, stored: StoredEvent, messageSeq: number, runId?: RunId): void;
  /** A session's row changed: `reason` (`create`, `send`, `patch` …) or `phase` of a run (`start`, `model`, `end`, `error`). */
  sessionChanged(
    record: SessionRecord,
    change: {
      readonly reason?: string;
      readonly phase?: string;
      readonly runId?: RunId;
      readonly deleted?: boolean;
    },
  ): void;
  /** A long operation on a session, such as `compact`, begins or ends. */
  sessionOperation(
    record: SessionRecord,
    operation: {
      readonly operationId: string;
      readonly operation: string;
      readonly phase: "start" | "end";
      readonly completed?: boolean;
    },
  ): void;
}
