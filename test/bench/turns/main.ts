import type { Measured } from "../figures.ts";
import { measureScenarios, printFigures } from "../scenarios.ts";
import { chatCompletions } from "./completions.ts";
import { firstTurn } from "./first-turn.ts";
import { longTranscript } from "./long-transcript.ts";
import { ownShare } from "./own-share.ts";
import { liveSessions, manySessions } from "./sessions.ts";
import { streamingTurns } from "./streams.ts";

// The figures of agent turns, beside their budgets; the model is a fake in a process of its own.
// Usage: bun test/bench/turns/main.ts [scenario…]

const scenarios = {
  firstTurn,
  ownShare,
  streamingTurns,
  chatCompletions,
  longTranscript,
  liveSessions,
  manySessions,
};

/** Measures the named scenarios, or all; what is asked for and unknown is an error. */
export function measureTurns(names: readonly string[]): Promise<Measured> {
  return measureScenarios("turns", scenarios, names);
}

if (import.meta.main) printFigures(await measureTurns(process.argv.slice(2)));
