import { type Measured, median } from "../figures.ts";
import { residentMb } from "../process.ts";
import { spawnGateway, tempHome } from "../../support/index.ts";
import { fillSession, withStore } from "./filled-store.ts";
import { startBench } from "./gateway.ts";
import { p50 } from "./long-transcript.ts";
import { firstHello, START_TOKEN } from "./start.ts";
import { TurnClient } from "./turn-client.ts";

const LIVE_SESSIONS = 1_000;
const AT_ONCE = 16;
const BEFORE = 100;

/** Garbage of what just happened is collected, and its memory given back, within this time. */
const SETTLE_MS = 10_000;

/** What each further session costs that has had a turn; the first ones pay for what is made once. */
export async function liveSessions(): Promise<Measured> {
  await using bench = await startBench();
  const client = new TurnClient(bench.client);
  const talk = async (from: number, to: number): Promise<void> => {
    let next = from;
    const loops = Array.from({ length: AT_ONCE }, async () => {
      for (let index = next++; index < to; index = next++) await client.turn(`live-${index}`, "Say hello");
    });
    await Promise.all(loops);
    await Bun.sleep(SETTLE_MS);
  };
  await talk(0, BEFORE);
  const before = await residentMb(bench.gateway.pid);
  await talk(BEFORE, BEFORE + LIVE_SESSIONS);
  const after = await residentMb(bench.gateway.pid);
  if (before === undefined || after === undefined) return {};
  return { "live-session": Math.max(0, ((after - before) * 1_000) / LIVE_SESSIONS) };
}

const STORED_SESSIONS = 10_000;
const STARTS = 7;

/** A home with many conversations: starting must not care, and a page of the list must come at once. */
export async function manySessions(): Promise<Measured> {
  await using home = await tempHome();
  await withStore(home, async (store) => {
    for (let index = 0; index < STORED_SESSIONS; index += 1) await fillSession(store, `stored-${index}`, 2);
  });
  const starts: number[] = [];
  for (let start = 0; start < STARTS; start += 1) starts.push(await firstHello(home));
  await using gateway = await spawnGateway({ home, token: START_TOKEN });
  await using client = await gateway.operator();
  return {
    "sessions-start": median(starts),
    "sessions-list-p50": await p50(() => client.call("sessions.list", { limit: 100 })),
  };
}
