import { type Measured, percentile } from "./figures.ts";
import { onOneCore } from "./process.ts";
import { fanOut, handshakes, type Peer, roundTrips, throughput } from "./load.ts";

// A process of its own, so that the load does not run on the gateway's event loop.
// Usage: bun clients.ts URL TOKEN PID → one JSON object of figures on stdout; a scenario that the peer refuses is left out.

const [url = "", token = "", pid = ""] = process.argv.slice(2);
const gatewayPid = Number(pid);

const SCENARIOS: readonly ((peer: Peer) => Promise<Measured>)[] = [
  async (peer) => {
    const samples = await onOneCore([process.pid, gatewayPid], () => roundTrips(peer, 500, 3_000));
    return { "health-p50": percentile(samples, 0.5) };
  },
  async (peer) => ({
    "health-throughput": await throughput(peer, {
      connections: 16,
      inFlight: 8,
      warmUpMs: 500,
      durationMs: 3_000,
    }),
  }),
  async (peer) => {
    await handshakes(peer, 8, 300);
    return { handshakes: await handshakes(peer, 8, 2_000) };
  },
  async (peer) => {
    const { rate, delays } = await fanOut(peer, 200, 40);
    return { "fanout-rate": rate, "fanout-p99": percentile(delays, 0.99) };
  },
];

const measured: Measured = {};
for (const scenario of SCENARIOS) {
  try {
    Object.assign(measured, await scenario({ url, token }));
  } catch (error) {
    console.error(String(error));
  }
}
console.log(JSON.stringify(measured));
process.exit(0);
