/** Machine-readable reasons a secret is not to be had; never the secret, never the provider's own words. */
export type SecretFailureCode =
  | "INVALID_REF"
  | "PROVIDER_MISSING"
  | "NOT_ALLOWED"
  | "NOT_FOUND"
  | "AMBIGUOUS_DUPLICATE_KEY"
  | "UNTRUSTED_PATH"
  | "TIMEOUT"
  | "TOO_LARGE"
  | "BAD_ANSWER"
  | "FAILED"
  | "PLACEHOLDER";

/** Why one secret could not be resolved. */
export class SecretFailure extends Error {
  readonly code: SecretFailureCode;

  constructor(code: SecretFailureCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "SecretFailure";
    this.code = code;
  }
}

/** A secret the gateway cannot do without is not to be had; nothing was swapped. */
export class StrictSecretError extends Error {
  readonly path: string;
  readonly failure: SecretFailure;

  constructor(path: string, failure: SecretFailure) {
    super(
      `${path}: the secret it refers to could not be resolved (${failure.message}). ` +
        `Fix the reference or its provider, then run: openclaw secrets reload`,
      { cause: failure },
    );
    this.name = "StrictSecretError";
    this.path = path;
    this.failure = failure;
  }
}
