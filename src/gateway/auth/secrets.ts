/** What a redacted config shows in place of a secret; copied back by mistake it must not become one. */
const REDACTED = "__OPENCLAW_REDACTED__";

/** Compares without telling by its time where, or in what length, the two differ. */
export function sameSecret(given: string, expected: string): boolean {
  return crypto.timingSafeEqual(Bun.SHA256.hash(given), Bun.SHA256.hash(expected));
}

/** True when a configured secret can let anyone in: not blank, and not the mark of a redacted one. */
export function isUsableSecret(secret: string | undefined): secret is string {
  return secret !== undefined && secret.trim() !== "" && secret !== REDACTED;
}

/** Lower-case hex SHA-256, for secrets that are kept only to be recognised. */
export function secretHash(secret: string): string {
  return Bun.SHA256.hash(secret, "hex");
}
