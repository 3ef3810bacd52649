import { type Measured, median } from "../figures.ts";
import { residentMb } from "../process.ts";
import { startBench } from "./gateway.ts";
import { TurnClient } from "./turn-client.ts";

const STARTS = 7;

/** What a start leaves behind is collected within this time. */
const SETTLE_MS = 1_500;

/** The first turn of a gateway in an empty home: the workspace is made, the engine and the interface are loaded. */
export async function firstTurn(): Promise<Measured> {
  const first: number[] = [];
  const restarted: number[] = [];
  const idle: number[] = [];
  const after: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    await using bench = await startBench();
    await Bun.sleep(SETTLE_MS);
    idle.push((await residentMb(bench.gateway.pid)) ?? Number.NaN);
    first.push(await timeOfTurn(new TurnClient(bench.client)));
    await Bun.sleep(SETTLE_MS);
    after.push((await residentMb(bench.gateway.pid)) ?? Number.NaN);
    await using again = await bench.again();
    restarted.push(await timeOfTurn(new TurnClient(again.client)));
  }
  return {
    "first-turn": median(first),
    "first-turn-used": median(restarted),
    "rss-before-turn": median(idle),
    "rss-first-turn": median(after),
  };
}

async function timeOfTurn(client: TurnClient): Promise<number> {
  const { sentAt, firstAt } = await client.turn("first", "Say hello");
  return firstAt - sentAt;
}
