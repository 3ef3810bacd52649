import type { RunEvents } from "../../../src/agent/index.ts";

/** One thing clients would have been told. */
export interface Told {
  readonly event: "agent" | "chat" | "session.message" | "sessions.changed" | "session.operation";
  readonly runId?: string;
  readonly session?: string;
  readonly seq?: number;
  /** Stream, state, reason or phase: what kind of frame it is. */
  readonly what: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Keeps what clients would have been told, in order. */
export class Recording implements RunEvents {
  readonly told: Told[] = [];

  agent(...[run, stream, data, seq]: Parameters<RunEvents["agent"]>): void {
    const phase =
      stream === "lifecycle" || stream === "tool" || stream === "item" ? `:${String(data.phase)}` : "";
    const model = stream === "lifecycle" && data.phase === "model" && data.provider === null ? ":none" : "";
    const { runId, sessionKey: session } = run;
    this.told.push({ event: "agent", runId, session, seq, what: `${stream}${phase}${model}`, data });
  }

  chat(...[run, seq, frame]: Parameters<RunEvents["chat"]>): void {
    const { runId, sessionKey: session } = run;
    this.told.push({ event: "chat", runId, session, seq, what: String(frame.state), data: frame });
  }

  sessionMessage(...[, stored, messageSeq, runId]: Parameters<RunEvents["sessionMessage"]>): void {
    const message = stored.event.message as Record<string, unknown> | undefined;
    this.told.push({
      event: "session.message",
      ...(runId && { runId }),
      what: String(message?.role ?? stored.event.type),
      data: { ...stored.event, messageSeq },
    });
  }

  sessionChanged(...[record, change]: Parameters<RunEvents["sessionChanged"]>): void {
    this.told.push({
      event: "sessions.changed",
      ...(change.runId && { runId: change.runId }),
      what: change.reason ?? change.phase ?? "",
      data: { ...change, entry: record.entry },
    });
  }

  sessionOperation(...[, operation]: Parameters<RunEvents["sessionOperation"]>): void {
    this.told.push({
      event: "session.operation",
      what: `${operation.operation}:${operation.phase}`,
      data: operation,
    });
  }

  /** Frames as `event what seq`, one a line, for comparing orders; deltas by their text. */
  script(runId?: string): string[] {
    return this.told
      .filter((told) => runId === undefined || told.runId === undefined || told.runId === runId)
      .map(({ event, what, seq }) => [event, what, ...(seq === undefined ? [] : [seq])].join(" "));
  }

  /** The `chat` frames of a run that end it. */
  ends(runId: string): Told[] {
    return this.told.filter(
      (told) =>
        told.event === "chat" && told.runId === runId && ["final", "aborted", "error"].includes(told.what),
    );
  }
}
