import { type Measured, percentile } from "../figures.ts";
import { cpuSeconds, residentMb } from "../process.ts";
import { startTelegramBench } from "./gateway.ts";

const WARM_UP = 30;
const MESSAGES = 200;
const PATIENCE_MS = 60_000;

/** Chats that talk at once where the rate is measured, and what each says. */
const CHATS = 32;
const ROUNDS = 30;

/** Idle: the first garbage is collected, and the poll waits. */
const SETTLE_MS = 5_000;

/** One message at a time, then many chats at once; and what the gateway weighs before the first. */
export async function latency(): Promise<Measured> {
  await using bench = await startTelegramBench();
  await Bun.sleep(SETTLE_MS);
  const idle = await residentMb(bench.gateway.pid);
  await bench.telegram.converse(1, WARM_UP, PATIENCE_MS);
  await bench.arrivals();
  const talk = await bench.telegram.converse(1, MESSAGES, PATIENCE_MS);
  const arrivals = await bench.arrivals();
  const asked = talk.map(
    ({ mark, saidAt }) => (arrivals.find(([text]) => text.includes(mark))?.[1] ?? NaN) - saidAt,
  );
  const sent = talk.map(({ answer = "", answeredAt = NaN }) => answeredAt - Number(answer.trim()));
  const reply = talk.map(({ saidAt, answeredAt = NaN }) => answeredAt - saidAt);
  const before = await cpuSeconds(bench.gateway.pid);
  const many = await bench.telegram.converse(CHATS, ROUNDS, PATIENCE_MS);
  const after = await cpuSeconds(bench.gateway.pid);
  const times = many.flatMap(({ answeredAt }) => answeredAt ?? []);
  const seconds = (Math.max(...times) - Math.min(...many.map(({ saidAt }) => saidAt))) / 1_000;
  return {
    ...(idle !== undefined && { "telegram-rss-idle": idle }),
    "telegram-asked-p50": percentile(asked, 0.5),
    "telegram-sent-p50": percentile(sent, 0.5),
    "telegram-reply-p50": percentile(reply, 0.5),
    "telegram-rate": times.length / seconds,
    ...(before !== undefined &&
      after !== undefined && { "telegram-cpu": ((after - before) * 1_000) / times.length }),
  };
}
