/** Entropy of a bearer token: 256 bits, far past guessing. */
const TOKEN_BYTES = 32;

/** Randomness as a dependency, so that tests can name the ids they expect. */
export interface Ids {
  /** A random UUID v4, lower case. */
  uuid(): string;
  /** An unguessable bearer token: 32 random bytes as 43 base64url characters. */
  token(): string;
  /** `bytes` random bytes in lower-case hex, twice as many characters; 24 bytes (48 characters) unless told. */
  hex(bytes?: number): string;
}

/** Ids from the operating system's secure generator. */
export const randomIds: Ids = {
  uuid: () => crypto.randomUUID(),
  token: () => randomBytes(TOKEN_BYTES).toString("base64url"),
  hex: (bytes = 24) => randomBytes(bytes).toString("hex"),
};

function randomBytes(count: number): Buffer {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(count)));
}

/** Predictable ids of the real shapes, counting up from 1; for tests only. */
export function sequentialIds(): Ids {
  let last = 0;
  const next = (width: number) => (++last).toString(16).padStart(width, "0");
  return {
    uuid: () => `00000000-0000-4000-8000-${next(12)}`,
    token: () => Buffer.from(next(TOKEN_BYTES * 2), "hex").toString("base64url"),
    hex: (bytes = 24) => next(bytes * 2),
  };
}
