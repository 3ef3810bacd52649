import type { Clock } from "./clock.ts";

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
