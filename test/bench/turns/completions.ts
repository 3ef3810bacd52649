import type { Measured } from "../figures.ts";
import { startBench } from "./gateway.ts";

const AT_ONCE = 8;
const WARM_UP_MS = 1_500;
const DURATION_MS = 4_000;

/** The OpenAI-compatible endpoint with a model that answers at once. */
export async function chatCompletions(): Promise<Measured> {
  await using bench = await startBench();
  const { httpUrl, token } = bench.gateway;
  const body = JSON.stringify({ model: "openclaw", messages: [{ role: "user", content: "Say hello" }] });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  let done = 0;
  let running = true;
  const loops = Array.from({ length: AT_ONCE }, async () => {
    while (running) {
      const response = await fetch(`${httpUrl}/v1/chat/completions`, { method: "POST", headers, body });
      const text = await response.text();
      if (!response.ok) throw new Error(`refused: ${response.status} ${text}`);
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
  return { "completions-rate": rate };
}
