import { type Static, Type } from "@sinclair/typebox";

/**
 * Every code a response frame can carry. `NOT_LINKED` and `AGENT_TIMEOUT` belong to channel and agent methods.
 */
export const ERROR_CODES = [
  "INVALID_REQUEST",
  "NOT_PAIRED",
  "FORBIDDEN",
  "UNAVAILABLE",
  "NOT_LINKED",
  "AGENT_TIMEOUT",
  "APPROVAL_NOT_FOUND",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export const ErrorShape = Type.Object(
  {
    code: Type.String({ minLength: 1 }),
    message: Type.String({ minLength: 1 }),
    details: Type.Optional(Type.Unknown()),
    retryable: Type.Optional(Type.Boolean()),
    retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false, title: "Error", description: "Why a request failed." },
);

export type ErrorShape = Static<typeof ErrorShape>;

export interface ErrorExtras {
  readonly details?: Record<string, unknown> | undefined;
  readonly retryable?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** A failure that goes to the client as it is; throw it from a handler to answer `ok:false`. */
export class ProtocolError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;
  readonly retryable: boolean | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, extras: ErrorExtras = {}) {
    super(message);
    this.name = "ProtocolError";
    this.code = code;
    this.details = extras.details;
    this.retryable = extras.retryable;
    this.retryAfterMs = extras.retryAfterMs;
  }

  /** The error as it stands on the wire; absent extras are absent there too. */
  toShape(): ErrorShape {
    return {
      code: this.code,
      message: this.message,
      ...(this.details !== undefined && { details: this.details }),
      ...(this.retryable !== undefined && { retryable: this.retryable }),
      ...(this.retryAfterMs !== undefined && { retryAfterMs: this.retryAfterMs }),
    };
  }
}

/** The caller sent something this method cannot take. */
export function invalidRequest(message: string, details?: Record<string, unknown>): ProtocolError {
  return new ProtocolError("INVALID_REQUEST", message, details ? { details } : {});
}

/** The caller asked for something right that cannot be done now. */
export function unavailable(message: string, extras: ErrorExtras = {}): ProtocolError {
  return new ProtocolError("UNAVAILABLE", message, extras);
}

/** The caller lacks a scope; the text and details are what shipped clients match on. */
export function missingScope(scope: string, required: readonly string[] = [scope]): ProtocolError {
  return new ProtocolError("FORBIDDEN", `missing scope: ${scope}`, {
    details: { code: "MISSING_SCOPE", missingScope: scope, requiredScopes: [...required] },
  });
}
