import type { Session } from "../session.ts";

/** In the order of their weight. */
export const SEVERITIES = ["info", "warning", "error"] as const;

export type Severity = (typeof SEVERITIES)[number];

/** What a check found. */
export interface Finding {
  /** `info` is no fault; `error` keeps the gateway from starting or from doing its work. */
  readonly severity: Severity;
  /** What is wrong and why it matters; one sentence or two. */
  readonly message: string;
  /** File or folder. */
  readonly path?: string;
  /** Dotted configuration path, port, process: what is meant when it is no file. */
  readonly target?: string;
  /** What a person does about it. */
  readonly fixHint?: string;
  /** More about it, line by line; shown and in `--json`. */
  readonly details?: readonly string[];
  readonly repair?: Repair;
}

/** How `--fix` mends a finding. */
export interface Repair {
  /** What will be done: `Restore …`. */
  readonly summary: string;
  /** Shown before it is done. */
  readonly preview?: readonly string[];
  /** It replaces something that a person wrote, so a person has to agree: at the terminal, or with `--yes`. */
  readonly needsConsent?: boolean;
  /** The gateway on this state must not run meanwhile: ours is stopped and started again, another is named. */
  readonly needsStop?: boolean;
  /** What is in the way of it now, once the gateway is down; it is left alone then. */
  readonly obstacle?: () => Promise<string | undefined>;
  /** Does it and says what was done. Throws when it cannot. */
  apply(): Promise<string>;
}

/** How somebody wants to have it looked at. */
export interface Look {
  /** Beyond this user's own things, and where it takes longer. */
  readonly deep: boolean;
  /** Also mend what somebody may have meant. */
  readonly force: boolean;
  /** A missing gateway token is to be made. */
  readonly generateToken: boolean;
  /** What repairs of this run have left for later checks to know. */
  readonly aftermath: Set<"legacy-service-removed">;
}

/** One row of the table of checks. */
export interface Check {
  /** Stable; used by `--only`, `--skip` and `--json`. */
  readonly id: string;
  readonly title: string;
  /** Why it is looked at. */
  readonly reason: string;
  /** It looks for what is left of the past, which no deployment waits for: `--lint` leaves it out unless `--all`. */
  readonly ofThePast?: true;
  /** Findings, or why the check does not apply now. Throws when it cannot look. */
  run(session: Session, look: Look): Promise<readonly Finding[] | NotNow>;
}

/** The check does not apply in this situation. */
export interface NotNow {
  readonly skipped: string;
}
