import type { RunEvents, RunFacts, Sessions, WireMessage } from "../../agent/index.ts";
import type { Clock } from "../../lib/clock.ts";
import { agentEvents, chatEvents, type RunId, sessionEvents, type SessionKey } from "../../protocol/index.ts";
import type { SessionRecord, StoredEvent } from "../../store/index.ts";
import type { Client } from "../method.ts";
import type { LazyPublisher } from "../wire/broadcast.ts";
import { MAX_REMEMBERED_RECORDS } from "./limits.ts";
import { liveRow, type LiveSessions } from "./live-row.ts";
import { Remembered } from "./remembered.ts";
import { Subscriptions } from "./subscriptions.ts";

export interface TurnBroadcastDeps {
  readonly publisher: LazyPublisher;
  readonly clock: Clock;
  /** Asked only once something happens: the runs that report here are made after this. */
  readonly agent: () => LiveSessions & { readonly sessions: Pick<Sessions, "wireMessage"> };
}

/** What happens in turns and to sessions, told to the connections that hear of it; nothing is built for nobody. */
export class TurnBroadcast implements RunEvents {
  readonly subscriptions = new Subscriptions();
  /** The newest record of sessions that are in use, for the rows in tool frames. */
  private readonly records = new Remembered<SessionKey, SessionRecord>(MAX_REMEMBERED_RECORDS);

  constructor(private readonly deps: TurnBroadcastDeps) {}

  agent(run: RunFacts, stream: string, data: Readonly<Record<string, unknown>>, seq: number): void {
    const { sessionKey } = run;
    if (stream === "tool") {
      this.tool(run, data, seq);
      return;
    }
    this.tell(
      agentEvents.agent,
      () => this.runFrame(run, stream, data, seq),
      (client) => this.subscriptions.hearsRun(client, sessionKey),
    );
  }

  chat(
    run: Pick<RunFacts, "runId" | "sessionKey" | "agentId">,
    seq: number,
    frame: Readonly<Record<string, unknown>>,
  ): void {
    const { runId, sessionKey, agentId } = run;
    this.tell(
      chatEvents.chat,
      () => ({ runId, sessionKey, agentId, seq, ...frame }),
      (client) => this.subscriptions.hearsRun(client, sessionKey),
    );
  }

  sessionMessage(record: SessionRecord, stored: StoredEvent, messageSeq: number, runId?: RunId): void {
    this.records.set(record.key, record);
    this.tell(
      sessionEvents.sessionMessage,
      () => this.messageFrame(record, stored, messageSeq, runId),
      (client) => this.subscriptions.hearsSession(client, record.key),
    );
  }

  sessionChanged(
    record: SessionRecord,
    change: {
      readonly reason?: string;
      readonly phase?: string;
      readonly runId?: RunId;
      readonly deleted?: boolean;
    },
  ): void {
    const { key: sessionKey, agentId, sessionId } = record;
    const { deleted, ...told } = change;
    if (deleted) this.records.delete(sessionKey);
    else this.records.set(sessionKey, record);
    this.tell(
      sessionEvents.sessionsChanged,
      () => ({
        sessionKey,
        agentId,
        ...told,
        ts: this.deps.clock.now(),
        ...(deleted ? { sessionId } : this.withRow(record)),
      }),
      (client) => this.subscriptions.hearsRows(client),
    );
  }

  sessionOperation(
    record: SessionRecord,
    operation: {
      readonly operationId: string;
      readonly operation: string;
      readonly phase: "start" | "end";
      readonly completed?: boolean;
    },
  ): void {
    const { key: sessionKey, agentId } = record;
    this.tell(
      sessionEvents.sessionOperation,
      () => ({ ...operation, sessionKey, agentId, ts: this.deps.clock.now() }),
      (client) => this.subscriptions.hearsRows(client) || this.subscriptions.hearsSession(client, sessionKey),
    );
  }

  /** Models or commands are not what they were. */
  metadataChanged(): void {
    this.tell(
      chatEvents.chatMetadataChanged,
      () => ({}),
      () => true,
    );
  }

  /** Undefined for transcript events that are not shown. */
  private messageFrame(
    record: SessionRecord,
    stored: StoredEvent,
    messageSeq: number,
    runId?: RunId,
  ): unknown {
    const message = this.deps.agent().sessions.wireMessage(stored, messageSeq);
    if (!message) return undefined;
    return {
      sessionKey: record.key,
      ...(message["role"] === "user" && { senderIsOwner: senderIsOwner(message) }),
      agentId: record.agentId,
      message,
      messageId: stored.event.id,
      messageSeq,
      ...this.withRow(record),
      ...(runId !== undefined && endsRun(message) && { runId }),
    };
  }

  /** Tool frames go out under one of two names, each with the session's row. */
  private tool(run: RunFacts, data: Readonly<Record<string, unknown>>, seq: number): void {
    const { sessionKey } = run;
    let built: unknown;
    const build = (): unknown => (built ??= this.toolFrame(run, data, seq));
    this.tell(agentEvents.agent, build, (client) => this.subscriptions.hearsTools(client, sessionKey));
    this.tell(agentEvents.sessionTool, build, (client) =>
      this.subscriptions.hearsToolsApart(client, sessionKey),
    );
  }

  private toolFrame(run: RunFacts, data: Readonly<Record<string, unknown>>, seq: number): unknown {
    const record = this.records.get(run.sessionKey);
    const frame = this.runFrame(run, "tool", data, seq);
    return record ? { ...frame, ...this.withRow(record) } : frame;
  }

  private runFrame(run: RunFacts, stream: string, data: Readonly<Record<string, unknown>>, seq: number) {
    const { runId, sessionKey, sessionId, agentId, lane } = run;
    return {
      runId,
      stream,
      data,
      sessionKey,
      ...(stream === "lifecycle" && { sessionId, lane }),
      agentId,
      seq,
      ts: this.deps.clock.now(),
      isHeartbeat: false,
    };
  }

  /** The row, and its fields once more beside it: older clients read them there. */
  private withRow(record: SessionRecord): Readonly<Record<string, unknown>> {
    const session = liveRow(this.deps.agent(), record);
    const { key: _key, agentId: _agentId, snapshotAt: _snapshotAt, ...fields } = session;
    return { session, label: null, ...fields };
  }

  private tell(
    event: Parameters<LazyPublisher["publishLazily"]>[0],
    build: () => unknown,
    only: (client: Client) => boolean,
  ): void {
    this.deps.publisher.publishLazily(event, build, { only });
  }
}

function senderIsOwner(message: WireMessage): boolean {
  const marks: unknown = message["__openclaw"];
  return typeof marks === "object" && marks !== null && Reflect.get(marks, "senderIsOwner") === true;
}

/** Answers that call tools are steps of a run and not what it comes to. */
function endsRun(message: WireMessage): boolean {
  return message["role"] === "assistant" && message["stopReason"] !== "toolUse";
}
