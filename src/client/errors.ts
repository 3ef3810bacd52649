import type { ErrorShape } from "../protocol/index.ts";

/** How a connection failed: nobody there, closed by the other side, or no answer in time. */
export type TransportFailure = "unreachable" | "closed" | "timeout";

/** The gateway could not be reached, or the connection ended before the answer. */
export class GatewayTransportError extends Error {
  readonly kind: TransportFailure;
  /** System code such as `ECONNREFUSED`, when there is one. */
  readonly code: string | undefined;
  /** WebSocket close code, when the other side closed. */
  readonly closeCode: number | undefined;
  /** The close reason, or the cause in a few words. */
  readonly reason: string;

  constructor(
    kind: TransportFailure,
    message: string,
    detail: { code?: string; closeCode?: number; reason?: string } = {},
  ) {
    super(message);
    this.name = "GatewayTransportError";
    this.kind = kind;
    this.code = detail.code;
    this.closeCode = detail.closeCode;
    this.reason = detail.reason ?? message;
  }
}

/** The gateway answered, and the answer was no. */
export class GatewayRequestError extends Error {
  readonly method: string;
  readonly code: string;
  readonly details: unknown;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  /** What came with the refusal; a failed agent turn carries its outcome here. */
  readonly payload: unknown;

  constructor(method: string, shape: ErrorShape, payload?: unknown) {
    super(shape.message);
    this.name = "GatewayRequestError";
    this.method = method;
    this.code = shape.code;
    this.details = shape.details;
    this.retryable = shape.retryable ?? false;
    this.retryAfterMs = shape.retryAfterMs;
    this.payload = payload;
  }

  /** `details.code` of the refusal, for example `AUTH_TOKEN_MISMATCH`. */
  get detailCode(): string | undefined {
    const details = this.details;
    if (typeof details !== "object" || details === null || !("code" in details)) return undefined;
    return typeof details.code === "string" ? details.code : undefined;
  }
}

/** No credential was given, and none may be borrowed for this target. */
export class GatewayCredentialsRequiredError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "GatewayCredentialsRequiredError";
  }
}
