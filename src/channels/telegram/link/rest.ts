import type { Clock } from "../../../lib/clock.ts";

/** Settles after `ms`, or as soon as one of the signals is aborted. Never rejects. */
export async function rest(clock: Clock, ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  if (ms <= 0 || signals.some((signal) => signal.aborted)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.after(ms, resolve);
  const wake = () => resolve();
  for (const signal of signals) signal.addEventListener("abort", wake, { once: true });
  await promise;
  timer.cancel();
  for (const signal of signals) signal.removeEventListener("abort", wake);
}

/** `first`, doubled with every further failure up to `max`, and up to a part of it more by `random` (0 to 1). */
export function pauseMs(
  failures: number,
  bounds: { readonly first: number; readonly max: number; readonly jitter: number },
  random: number,
): number {
  const plain = Math.min(bounds.first * 2 ** Math.max(0, failures - 1), bounds.max);
  return Math.round(plain * (1 + bounds.jitter * random));
}
