/** Wire version this gateway speaks; `hello-ok.protocol` always carries it. */
export const PROTOCOL_VERSION = 4;

/** Oldest wire version accepted, for every role. */
export const MIN_PROTOCOL_VERSION = 3;

/** True when the client's `[min, max]` range contains a version this gateway accepts. */
export function acceptsProtocolRange(min: number, max: number): boolean {
  return min <= PROTOCOL_VERSION && max >= MIN_PROTOCOL_VERSION && min <= max;
}
