import type { Measured } from "../figures.ts";
import { residentMb } from "../process.ts";
import { startTelegramBench } from "./gateway.ts";

const CHATS = 5_000;
const PATIENCE_MS = 180_000;

/** Garbage of what just happened is collected, and its memory given back, within this time. */
const SETTLE_MS = 10_000;

/** What the gateway weighs after so many people have each written once. */
export async function chats(): Promise<Measured> {
  await using bench = await startTelegramBench();
  const said = await bench.telegram.burst(CHATS, CHATS, PATIENCE_MS);
  const unanswered = said.filter(({ answeredAt }) => answeredAt === undefined).length;
  if (unanswered > 0) throw new Error(`${unanswered} of ${CHATS} chats got no answer`);
  await Bun.sleep(SETTLE_MS);
  const resident = await residentMb(bench.gateway.pid);
  return resident === undefined ? {} : { "telegram-chats-rss": resident };
}
