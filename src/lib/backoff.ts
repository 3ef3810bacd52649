/** Failures beyond which the pause no longer grows in any case: doubled so often, a millisecond is twelve days. */
const MOST_DOUBLINGS = 30;

/** The pause after so many failures in a row (from 1): `firstMs`, doubled with each further one, at most `maxMs`. */
export function doublingMs(failures: number, firstMs: number, maxMs = Number.POSITIVE_INFINITY): number {
  const doublings = Math.min(Math.max(0, failures - 1), MOST_DOUBLINGS);
  return Math.min(firstMs * 2 ** doublings, maxMs);
}
