import type { Measured } from "../figures.ts";
import { startTelegramBench } from "./gateway.ts";

const CHATS = 40;
const MESSAGES = 200;

/** What is not answered by then never will be. */
const PATIENCE_MS = 20_000;

/** Everybody writes at once: how long until the last answer, and who got none. */
export async function burst(): Promise<Measured> {
  await using bench = await startTelegramBench();
  await bench.telegram.converse(1, 5, PATIENCE_MS);
  const said = await bench.telegram.burst(CHATS, MESSAGES, PATIENCE_MS);
  const answered = said.flatMap(({ answeredAt }) => answeredAt ?? []);
  const begun = Math.min(...said.map(({ saidAt }) => saidAt));
  return {
    "telegram-burst": (Math.max(...answered) - begun) / 1_000,
    "telegram-unanswered": said.length - answered.length,
  };
}
