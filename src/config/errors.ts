import type { PlacedIssue } from "./snapshot.ts";

/** Why a config write was refused. */
export type ConfigErrorCode =
  | "base-hash-required"
  | "stale"
  | "syntax"
  | "invalid"
  | "placeholder"
  | "dropped-entries"
  | "path"
  | "read-only"
  | "newer-writer"
  | "gateway-mode-removed"
  | "size-drop"
  | "symlink"
  | "include-owner"
  | "busy"
  | "io";

/** A refused or failed config write; the message is meant for the person or client that asked for it. */
export class ConfigError extends Error {
  readonly code: ConfigErrorCode;
  readonly issues: readonly PlacedIssue[];

  constructor(code: ConfigErrorCode, message: string, issues: readonly PlacedIssue[] = [], cause?: unknown) {
    super(message, { cause });
    this.name = "ConfigError";
    this.code = code;
    this.issues = issues;
  }

  /** `details` of the error response; `undefined` when the message says it all. */
  get details(): Record<string, unknown> | undefined {
    if (this.issues.length === 0) return undefined;
    return {
      issues: this.issues.map(({ path, message, allowedValues }) => ({
        path,
        message,
        ...(allowedValues !== undefined && { allowedValues }),
      })),
    };
  }
}

/** `invalid config: <path>: <message>` for the first issue, `<root>` for the top; all issues ride along. */
export function invalidConfig(issues: readonly PlacedIssue[]): ConfigError {
  const first = issues[0];
  const text = first === undefined ? "unknown reason" : `${first.path || "<root>"}: ${first.message}`;
  return new ConfigError("invalid", `invalid config: ${text}`, issues);
}
