/** What ends the processes that tests have started and not ended themselves. */
const leftovers = new Set<() => void>();

/**
 * Calls `end` once the tests are over, unless the returned function was called before: a test that fails half-way may not
 * come to the end of what it started.
 */
export function endWithTests(end: () => void): () => void {
  leftovers.add(end);
  // Benchmarks are no tests: they are over when their process is.
  process.once("exit", end);
  return () => {
    leftovers.delete(end);
    process.off("exit", end);
  };
}

/** Ends everything that is left; see `preload.ts`. */
export function endLeftovers(): void {
  for (const end of leftovers) end();
  leftovers.clear();
}
