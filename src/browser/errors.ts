/** What tells programs more than the message: a code of the `act` contract, or a stable reason. */
export interface BrowserErrorFacts {
  readonly code?: string;
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A request that browser control cannot fulfil; `status` is what HTTP calls it, the message is for a person. */
export class BrowserError extends Error {
  constructor(
    readonly status: 400 | 403 | 404 | 409 | 500 | 501 | 503 | 504 | 507,
    message: string,
    readonly facts: BrowserErrorFacts = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "BrowserError";
  }
}
