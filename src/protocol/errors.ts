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

/** What each code says to a client, for the docs. */
export const ERROR_MEANINGS: Readonly<Record<ErrorCode, string>> = {
  INVALID_REQUEST: "The request cannot be taken as it is; sending it again will not help.",
  NOT_PAIRED: "The device is not approved, or not for what it asks; `details.requestId` names the request.",
  FORBIDDEN: "The connection lacks a scope; `details.missingScope` names it.",
  UNAVAILABLE: "Not now; with `retryable`, try again after `retryAfterMs`.",
  NOT_LINKED: "The channel has no account that is logged in.",
  AGENT_TIMEOUT: "The agent did not finish in time.",
  APPROVAL_NOT_FOUND: "The approval is unknown, decided or expired.",
};

export const ErrorShape = Type.Object(
  {
    code: Type.String({ minLength: 1 }),
    message: Type.String({ minLength: 1 }),
    details: Type.Optional(Type.Unknown()),
    retryable: Type.Optional(Type.Boolean()),
    retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  { additionalProperties: false, title: "ErrorShape", description: "Why a request failed." },
);

export type ErrorShape = Static<typeof ErrorShape>;

/** `details` of a `FORBIDDEN` error. */
export const MissingScopeDetails = Type.Object(
  {
    code: Type.Literal("MISSING_SCOPE"),
    missingScope: Type.String({ minLength: 1 }),
    requiredScopes: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
  },
  { additionalProperties: false, title: "MissingScopeDetails", description: "Which scope was missing." },
);

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
