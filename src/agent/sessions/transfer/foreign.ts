/** A session of another OpenClaw before anything of it is believed. */
export interface ForeignSession {
  /** File it is from, for people. */
  readonly source: string;
  readonly agentId: string;
  /** As it was written; undefined for a transcript that no index names. */
  readonly key: string | undefined;
  readonly sessionId: string;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly lives: readonly ForeignLife[];
}

/** One of its transcripts. */
export interface ForeignLife {
  readonly sessionId: string;
  /** Epoch ms; undefined to take what the transcript says. */
  readonly startedAt: number | undefined;
  /** Bytes of its file, when it is one. */
  readonly bytes: number | undefined;
  /** The lines, parsed as JSON. @throws Error for a person, when they cannot be read */
  readonly lines: () => Promise<readonly unknown[]>;
}

/** Sessions found in one place, and what could not be made out there. */
export interface ForeignSessions {
  readonly sessions: readonly ForeignSession[];
  readonly problems: readonly string[];
}
