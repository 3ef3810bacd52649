import type { Measured } from "../figures.ts";
import { startBench } from "./gateway.ts";
import { TurnClient } from "./turn-client.ts";

const AT_ONCE = 64;
const WARM_UP_MS = 1_500;
const DURATION_MS = 5_000;

/** 40 tokens, 5 ms apart: an answer takes the model 200 ms. */
const MESSAGE = "TOKENS n=40 ms=5";

/** Sessions that are answered all the time, all at once: turns that end in a second. */
export async function streamingTurns(): Promise<Measured> {
  await using bench = await startBench();
  const client = new TurnClient(bench.client);
  let done = 0;
  let running = true;
  const loops = Array.from({ length: AT_ONCE }, async (_, index) => {
    // A session of its own for every few turns, so that no history grows long.
    for (let turn = 0; running; turn += 1) {
      await client.turn(`bench-${index}-${Math.floor(turn / 5)}`, MESSAGE);
      done += 1;
    }
  });
  await Bun.sleep(WARM_UP_MS);
  const before = done;
  const started = performance.now();
  await Bun.sleep(DURATION_MS);
  const rate = ((done - before) * 1_000) / (performance.now() - started);
  running = false;
  await Promise.all(loops);
  return { "turn-rate": rate };
}
