import { connect, connectMany, type Connecting, type Peer } from "./connect.ts";
import { encode, type Text } from "./lean-socket.ts";

const HEALTH = encode(JSON.stringify({ type: "req", id: "h", method: "health" }));

const RESPONSE = Buffer.from('{"type":"res"');

/**
 * True for a response frame, without decoding more of it than needed: the generator must cost less than what it
 * measures. A refusal ends the run, because answering no is cheaper than answering.
 */
export function isResponse(text: Text): boolean {
  if (!text.startsWith(RESPONSE)) return false;
  const decoded = text.toString();
  if (decoded.includes('"ok":false')) throw new Error(`refused: ${decoded.slice(0, 500)}`);
  return true;
}

/** One connection, one request at a time: each round trip as the client sees it, ms. */
export async function roundTrips(peer: Peer, warmUp: number, count: number): Promise<number[]> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const samples: number[] = [];
  const connection = await connect(peer);
  let left = warmUp + count;
  let sentAt = 0;
  const ask = (): void => {
    sentAt = performance.now();
    connection.send(HEALTH);
  };
  connection.onClosed = (why) => reject(new Error(why));
  connection.onText = (text) => {
    const now = performance.now();
    if (!isResponse(text)) return;
    if (left <= count) samples.push(now - sentAt);
    left -= 1;
    if (left === 0) resolve();
    else ask();
  };
  ask();
  await promise;
  connection.close();
  return samples;
}

export interface Load {
  readonly connections: number;
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
}

/** Many connections with several requests in flight on each: answers, and the time they took. */
export async function throughput(
  peer: Peer,
  load: Load,
  measured: () => void = () => {},
): Promise<{ answers: number; ms: number }> {
  const connections = await connectMany(peer, load.connections);
  let answers = 0;
  let running = true;
  for (const connection of connections) {
    connection.onText = (text) => {
      if (!isResponse(text)) return;
      answers += 1;
      if (running) connection.send(HEALTH);
    };
    for (let i = 0; i < load.inFlight; i += 1) connection.send(HEALTH);
  }
  await Bun.sleep(load.warmUpMs);
  measured();
  const before = answers;
  const started = performance.now();
  await Bun.sleep(load.durationMs);
  const ended = { answers: answers - before, ms: performance.now() - started };
  measured();
  running = false;
  for (const connection of connections) connection.close();
  return ended;
}

/** New connections that reach `hello-ok` and leave, `parallel` at a time: handshakes per second. */
export async function handshakes(
  peer: Peer,
  parallel: number,
  durationMs: number,
  connecting?: () => Connecting,
): Promise<number> {
  const started = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      const as = connecting?.();
      while (performance.now() - started < durationMs) {
        const socket = await connect(peer, as);
        done += 1;
        socket.close();
      }
    }),
  );
  return (done * 1000) / (performance.now() - started);
}
