/** How long a test waits for something that should happen soon; generous because CI machines are slow. */
export const PATIENCE_MS = 10_000;

const POLL_MS = 10;

/**
 * Waits until `probe` returns something other than `undefined` or `false`, and returns it.
 * Throws with `what` when that has not happened after `timeoutMs`; an error thrown by `probe` ends the wait at once.
 */
export async function until<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  while (true) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await Bun.sleep(POLL_MS);
  }
}

/** `promise`, or an error that names `what` when it is not settled after `timeoutMs`. */
export async function within<T>(what: string, promise: Promise<T>, timeoutMs = PATIENCE_MS): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`waited ${timeoutMs} ms for ${what}`)), timeoutMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
