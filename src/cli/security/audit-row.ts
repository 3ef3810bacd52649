import type { AuditFacts } from "./facts.ts";

/** `critical`: somebody else can use or change this gateway now. `warn`: one mistake away from it. `info`: good to know. */
export type AuditSeverity = "critical" | "warn" | "info";

export const SEVERITIES: readonly AuditSeverity[] = ["critical", "warn", "info"];

/** One thing that an audit looks for. */
export interface AuditRow {
  /** Stable; used by suppressions and `--json`. `<…>` in it stands for what a sighting names. */
  readonly checkId: string;
  readonly title: string;
  /** Why it matters, for the documentation. */
  readonly reason: string;
  /** What a person does about it. */
  readonly remediation: string;
  /** What was seen; nothing when all is well. Only looks. */
  look(facts: AuditFacts): Seen | readonly Seen[] | undefined;
}

/** One place where a row applies. */
export interface Seen {
  /** The row's id with its `<…>` filled in. */
  readonly checkId?: string;
  readonly severity: AuditSeverity;
  /** The facts: path, value, mode; never a secret. */
  readonly detail: string;
  /** In place of the row's. */
  readonly remediation?: string;
  /** What `--fix` does about it: safe, and the same every time. */
  readonly fix?: AuditFix;
}

export type AuditFix =
  | { readonly kind: "chmod"; readonly path: string; readonly mode: number }
  | { readonly kind: "config"; readonly path: readonly (string | number)[]; readonly value: string };

/** A row that applied. */
export interface AuditFinding {
  readonly checkId: string;
  readonly severity: AuditSeverity;
  readonly title: string;
  readonly detail: string;
  readonly remediation: string;
  readonly fix?: AuditFix | undefined;
}
