import { type Measured, median, percentile } from "../figures.ts";
import { cpuSeconds, residentMb } from "../process.ts";
import { asDevice, connectMany, type Peer } from "./connect.ts";
import { Audience } from "./fan-out.ts";
import { handshakes, roundTrips, throughput } from "./requests.ts";

// A process of its own, so that the load does not run on the gateway's event loop.
// Usage: bun load/main.ts URL TOKEN PID → one JSON object of figures on stdout. Fails when anything is refused.

const [url = "", token = "", given = ""] = process.argv.slice(2);
const peer: Peer = { url, token };
const pid = Number(given);

const ROUNDS = 3;

/** Garbage of what just happened is collected, and its memory given back, within this time. */
const SETTLE_MS = 10_000;
const HANDSHAKES = 1_000;
const CONNECTIONS_BEFORE = 1_000;
const IDLE_CONNECTIONS = 2_000;

async function medianOf(rounds: number, measure: () => Promise<number>): Promise<number> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) samples.push(await measure());
  return median(samples);
}

/** What a gateway that has met a thousand clients is left with. */
async function memoryAfterHandshakes(): Promise<Measured> {
  for (let made = 0; made < HANDSHAKES; made += 16) {
    for (const socket of await connectMany(peer, 16)) socket.close();
  }
  await Bun.sleep(SETTLE_MS);
  const rss = await residentMb(pid);
  return rss === undefined ? {} : { "rss-handshakes": rss };
}

/** What each further connection costs; the first ones pay for what is made once. */
async function memoryPerConnection(): Promise<Measured> {
  const first = await connectMany(peer, CONNECTIONS_BEFORE);
  await Bun.sleep(SETTLE_MS);
  const before = await residentMb(pid);
  const more = await connectMany(peer, IDLE_CONNECTIONS);
  await Bun.sleep(SETTLE_MS);
  const after = await residentMb(pid);
  for (const socket of [...first, ...more]) socket.close();
  if (before === undefined || after === undefined) return {};
  return { "idle-connection": ((after - before) * 1000) / IDLE_CONNECTIONS };
}

async function healthLatency(): Promise<Measured> {
  return { "health-p50": percentile(await roundTrips(peer, 2_000, 10_000), 0.5) };
}

async function healthLoad(): Promise<Measured> {
  const cpu: number[] = [];
  let used: Promise<number | undefined>[] = [];
  const rate = await medianOf(ROUNDS, async () => {
    used = [];
    const load = { connections: 16, inFlight: 8, warmUpMs: 500, durationMs: 1_000 };
    const { answers, ms } = await throughput(peer, load, () => used.push(cpuSeconds(pid)));
    const [from, to] = await Promise.all(used);
    if (from !== undefined && to !== undefined) cpu.push(((to - from) * 1e6) / answers);
    return (answers * 1000) / ms;
  });
  return { "health-throughput": rate, ...(cpu.length > 0 && { "health-cpu": median(cpu) }) };
}

async function freshHandshakes(): Promise<Measured> {
  await handshakes(peer, 8, 300);
  return {
    handshakes: await medianOf(ROUNDS, () => handshakes(peer, 8, 1_000)),
    "handshakes-device": await medianOf(ROUNDS, () => handshakes(peer, 8, 1_000, asDevice)),
  };
}

async function fanOut(): Promise<Measured> {
  const audience = await Audience.gather(peer, 200);
  await audience.stream(200, 16);
  const rate = await medianOf(ROUNDS, () => audience.stream(2_000, 16));
  await audience.delays(20);
  const delays = await audience.delays(200);
  audience.leave();
  return {
    "fanout-rate": rate,
    "fanout-p50": percentile(delays, 0.5),
    "fanout-p99": percentile(delays, 0.99),
  };
}

// The memory of a fresh gateway first.
const scenarios = [
  memoryAfterHandshakes,
  healthLatency,
  healthLoad,
  freshHandshakes,
  fanOut,
  memoryPerConnection,
];
const measured: Measured = {};
for (const scenario of scenarios) Object.assign(measured, await scenario());
console.log(JSON.stringify(measured));
process.exit(0);
