import { cpus } from "node:os";
import type { Measured } from "../figures.ts";
import { renderReport } from "../report.ts";
import { burst } from "./burst.ts";
import { chats } from "./chats.ts";
import { latency } from "./latency.ts";

// The figures of Telegram, beside their budgets; Telegram and the model are fakes in processes of their own.
// Usage: bun test/bench/telegram/main.ts [scenario…]

const scenarios = { latency, burst, chats };

/** Measures the named scenarios, or all; what is asked for and unknown is an error. */
export async function measureTelegram(names: readonly string[]): Promise<Measured> {
  const unknown = names.filter((name) => !(name in scenarios));
  if (unknown.length > 0) throw new Error(`no such scenario: ${unknown.join(", ")}`);
  const measured: Measured = {};
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.error(`measuring telegram ${name}`);
    Object.assign(measured, await scenario());
  }
  return measured;
}

if (import.meta.main) {
  const measured = await measureTelegram(process.argv.slice(2));
  console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}, Bun ${Bun.version}\n`);
  console.log(renderReport(measured, {}));
}
