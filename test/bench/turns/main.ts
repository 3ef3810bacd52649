import { cpus } from "node:os";
import type { Measured } from "../figures.ts";
import { renderReport } from "../report.ts";
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
export async function measureTurns(names: readonly string[]): Promise<Measured> {
  const unknown = names.filter((name) => !(name in scenarios));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(", ")}`);
  const measured: Measured = {};
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.error(`measuring ${name}`);
    Object.assign(measured, await scenario());
  }
  return measured;
}

if (import.meta.main) {
  const measured = await measureTurns(process.argv.slice(2));
  console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}, Bun ${Bun.version}\n`);
  console.log(renderReport(measured, {}));
}
