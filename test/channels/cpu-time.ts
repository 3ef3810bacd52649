/**
 * The most that a text or a pattern made to be slow may take of the processor, in ms: many times what it takes, and nothing
 * against what it would if the time grew faster than the text, which is hours.
 */
export const CPU_LIMIT_MS = 10_000;

/** Processor time that `work` takes, in ms. Unlike the time that passes meanwhile, it does not grow with what else the machine does. */
export async function cpuTimeOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
