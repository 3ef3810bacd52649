import { normalizeContext } from "@earendil-works/pi-ai";
import { answerTo } from "../../../src/agent/models/guide/answer.ts";
import { askedIn } from "../../../src/agent/models/guide/conversation.ts";
import type { GuideFacts } from "../../../src/agent/models/guide/facts.ts";
import type { Measured } from "../figures.ts";

const NOW = Date.UTC(2026, 10, 21, 14, 5);

const FACTS: GuideFacts = {
  version: "0.0.0-bench",
  startedAt: NOW - 3_725_000,
  address: () => "http://127.0.0.1:18789",
  timeZone: () => "UTC",
  configPath: "~/.openclaw/openclaw.json",
};

/** What people ask, and what nobody would: long, and shaped so that a pattern may go wrong on it. */
const SAID: readonly string[] = [
  "hello",
  "what time is it, and how do I connect telegram?",
  "please ".repeat(5_000),
  "a".repeat(50_000),
  `config ${"a.".repeat(20_000)}`,
  "?".repeat(50_000),
  "what is ".repeat(6_000),
  "how do I ".repeat(5_000),
  `say ${"x ".repeat(25_000)}`,
  "hello, ".repeat(7_000),
  "\n".repeat(50_000),
];

/** The longest the built-in guide thinks about anything; nobody else is served meanwhile. */
export async function guide(): Promise<Measured> {
  let slowest = { said: "", ms: 0 };
  for (const said of SAID) {
    const context = normalizeContext({
      messages: [{ role: "user", content: said, timestamp: 0 }],
      tools: [],
    });
    const began = performance.now();
    answerTo(askedIn(context), FACTS, NOW);
    const ms = performance.now() - began;
    if (ms > slowest.ms) slowest = { said, ms };
  }
  console.error(`slowest answer of the guide: to ${JSON.stringify(slowest.said.slice(0, 20))}`);
  return { "guide-worst": slowest.ms };
}
