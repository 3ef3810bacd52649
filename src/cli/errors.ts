/** Kinds of failure that `--json` output names in `error.type`. */
export type CliErrorType =
  "cli_error" | "gateway_credentials_required" | "gateway_transport_error" | "gateway_request_error";

export interface CliErrorExtras {
  readonly type?: CliErrorType;
  /** What to do next; printed below the message. */
  readonly hint?: string;
  /** Process exit code; 1 unless the failure has its own. */
  readonly exitCode?: number;
  /** More keys of `error` in `--json` output. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Keys beside `error` in `--json` output. */
  readonly beside?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A failure that a person reads: what happened, and what mends it. */
export class CliError extends Error {
  readonly type: CliErrorType;
  readonly hint: string | undefined;
  readonly exitCode: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly beside: Readonly<Record<string, unknown>>;

  constructor(message: string, extras: CliErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = "CliError";
    this.type = extras.type ?? "cli_error";
    this.hint = extras.hint;
    this.exitCode = extras.exitCode ?? EXIT_FAILURE;
    this.fields = extras.fields ?? {};
    this.beside = extras.beside ?? {};
  }
}

/** The command did what it was asked. */
export const EXIT_OK = 0;

/** Failure, refusal, or an argument that cannot be used. */
export const EXIT_FAILURE = 1;

/** It is under way still, and nobody can say yet how it ends. */
export const EXIT_UNFINISHED = 2;

/** The configuration forbids starting; supervisors do not try again. */
export const EXIT_CONFIG = 78;
