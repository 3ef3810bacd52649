import type { Measured } from "../figures.ts";
import { measureScenarios, printFigures } from "../scenarios.ts";
import { burst } from "./burst.ts";
import { chats } from "./chats.ts";
import { latency } from "./latency.ts";

// The figures of Telegram, beside their budgets; Telegram and the model are fakes in processes of their own.
// Usage: bun test/bench/telegram/main.ts [scenario…]

const scenarios = { latency, burst, chats };

/** Measures the named scenarios, or all; what is asked for and unknown is an error. */
export function measureTelegram(names: readonly string[]): Promise<Measured> {
  return measureScenarios("telegram", scenarios, names);
}

if (import.meta.main) printFigures(await measureTelegram(process.argv.slice(2)));
