/**
 * `refused`: the rules forbid it, nothing was sent; `unresolved`: the name has no address; `network`: no connection, or
 * it broke; `timeout`: too slow; `too-large`: more bytes than allowed; `redirects`: sent round and round.
 */
export type EgressErrorKind = "refused" | "unresolved" | "network" | "timeout" | "too-large" | "redirects";

/** An outbound request that came to nothing; the message names the host, never a path, query or credential. */
export class EgressError extends Error {
  constructor(
    readonly kind: EgressErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "EgressError";
  }
}

/** What an error of the system is called: its code, else its name. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
