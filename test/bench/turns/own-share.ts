import { type Measured, percentile } from "../figures.ts";
import { cpuSeconds } from "../process.ts";
import { startBench } from "./gateway.ts";
import { TurnClient } from "./turn-client.ts";

const WARM_UP = 50;
const TURNS = 300;

/** Turns go round these, so that no history grows long. */
const SESSIONS = 20;

/** What the gateway adds to a turn: before the model is asked, and between the model's first word and the client. */
export async function ownShare(): Promise<Measured> {
  await using bench = await startBench();
  const client = new TurnClient(bench.client);
  const asked = new Map<string, number>();
  const chunk: number[] = [];
  const turns = async (count: number, name: string): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      const message = `TIMES n=3 ms=1 ${name}-${index}`;
      const { sentAt, firstAt, firstText } = await client.turn(`bench-${index % SESSIONS}`, message);
      asked.set(message, sentAt);
      chunk.push(firstAt - Number(firstText.trim()));
    }
  };
  await turns(WARM_UP, "warm");
  await bench.arrivals();
  chunk.length = 0;
  asked.clear();
  const before = await cpuSeconds(bench.gateway.pid);
  await turns(TURNS, "turn");
  const after = await cpuSeconds(bench.gateway.pid);
  const own = (await bench.arrivals()).map(
    ([said, arrivedAt]) => arrivedAt - (asked.get(spokenOf(said)) ?? Number.NaN),
  );
  return {
    "turn-own-p50": percentile(own, 0.5),
    "chunk-p50": percentile(chunk, 0.5),
    ...(before !== undefined && after !== undefined && { "turn-cpu": ((after - before) * 1_000) / TURNS }),
  };
}

/** Without the time that stands before what a person said. */
function spokenOf(text: string): string {
  return text.slice(Math.max(0, text.indexOf("TIMES")));
}
