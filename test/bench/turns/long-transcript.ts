import { type Measured, percentile } from "../figures.ts";
import { fillSession, withStore } from "./filled-store.ts";
import { startBench } from "./gateway.ts";

const ENTRIES = 10_000;
const WARM_UP = 20;
const ROUNDS = 200;
const KEY = "agent:main:long";

/** A transcript as long as a year of talk: writing to its end, and reading what was said last. */
export async function longTranscript(): Promise<Measured> {
  await using bench = await startBench((home) =>
    withStore(home, (store) => fillSession(store, "long", ENTRIES)),
  );
  const { client } = bench;
  return {
    "long-append-p50": await p50(() => client.call("chat.inject", { sessionKey: KEY, message: "a note" })),
    "long-history-p50": await p50(() => client.call("chat.history", { sessionKey: KEY, limit: 200 })),
  };
}

/** Round trips one after the other, ms. */
export async function p50(ask: () => Promise<unknown>): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const started = performance.now();
    await ask();
    if (round >= WARM_UP) samples.push(performance.now() - started);
  }
  return percentile(samples, 0.5);
}
