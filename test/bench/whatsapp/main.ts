import { type Measured, percentile } from "../figures.ts";
import { residentMb } from "../process.ts";
import { printFigures } from "../scenarios.ts";
import { startWhatsappBench } from "./gateway.ts";

// The figures of WhatsApp, beside their budgets; WhatsApp, Telegram and the model are fakes in processes of their own.
// Usage: bun test/bench/whatsapp/main.ts

const WARM_UP = 20;
const MESSAGES = 100;
const PEOPLE = 40;
const BURST = 200;
const PATIENCE_MS = 60_000;

/** Idle: the first garbage is collected, and what is only needed to connect is let go. */
const SETTLE_MS = 15_000;

/** What a gateway with both channels weighs idle, one message at a time, and everybody at once. */
export async function measureWhatsapp(): Promise<Measured> {
  console.error("measuring whatsapp");
  await using bench = await startWhatsappBench();
  await Bun.sleep(SETTLE_MS);
  const idle = await residentMb(bench.gateway.pid);
  await bench.whatsapp.converse(1, WARM_UP, PATIENCE_MS);
  const talk = await bench.whatsapp.converse(1, MESSAGES, PATIENCE_MS);
  const said = await bench.whatsapp.burst(PEOPLE, BURST, PATIENCE_MS);
  const answered = said.flatMap(({ answeredAt }) => answeredAt ?? []);
  const begun = Math.min(...said.map(({ saidAt }) => saidAt));
  return {
    ...(idle !== undefined && { "whatsapp-rss-idle": idle }),
    "whatsapp-reply-p50": percentile(
      talk.map(({ saidAt, answeredAt = NaN }) => answeredAt - saidAt),
      0.5,
    ),
    "whatsapp-burst": (Math.max(...answered) - begun) / 1_000,
    "whatsapp-unanswered": said.length - answered.length,
  };
}

if (import.meta.main) {
  const measured = await measureWhatsapp();
  printFigures(measured);
}
