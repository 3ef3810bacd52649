import type { Session } from "../session.ts";

export type Severity = "info" | "warning" | "error";

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
  /** Does it and says what was done. Throws when it cannot. */
  apply(): Promise<string>;
}

/** One row of the table of checks. */
export interface Check {
  /** Stable; used by `--only`, `--skip` and `--json`. */
  readonly id: string;
  readonly title: string;
  /** Why it is looked at. */
  readonly reason: string;
  /** Findings, or why the check does not apply now. Throws when it cannot look. */
  run(session: Session): Promise<readonly Finding[] | NotNow>;
}

/** The check does not apply in this situation. */
export interface NotNow {
  readonly skipped: string;
}
