import { operatorConnect } from "../support/index.ts";

/** Who to talk to. */
export interface Peer {
  readonly url: string;
  readonly token: string;
}

const CONNECT_BODY = (token: string) =>
  JSON.stringify({ type: "req", id: "c", method: "connect", params: operatorConnect({ auth: { token } }) });

const HEALTH = JSON.stringify({ type: "req", id: "h", method: "health" });

/** A socket that is past `hello-ok`; `onText` may be replaced at any time. */
export interface Connection {
  readonly socket: WebSocket;
  onText: (text: string) => void;
}

/** Connects as fast as the protocol allows; rejects when refused. */
export function connect(peer: Peer): Promise<Connection> {
  const { promise, resolve, reject } = Promise.withResolvers<Connection>();
  const socket = new WebSocket(peer.url);
  const connection: Connection = {
    socket,
    onText(text) {
      // `hello-ok` first: its list of events names the challenge too.
      if (text.includes('"hello-ok"')) {
        connection.onText = () => {};
        resolve(connection);
      } else if (text.includes('"connect.challenge"')) {
        socket.send(CONNECT_BODY(peer.token));
      } else reject(new Error(`connect refused: ${text.slice(0, 500)}`));
    },
  };
  socket.onmessage = (event) => connection.onText(String(event.data));
  socket.onerror = () => reject(new Error(`cannot open ${peer.url}`));
  socket.onclose = (event) => reject(new Error(`closed: ${event.code} ${event.reason}`));
  return promise;
}

/**
 * True for a response frame, without decoding it: the generator must cost less than what it measures. A refusal ends the
 * run, because answering no is cheaper than answering.
 */
function isResponse(text: string): boolean {
  if (!text.startsWith('{"type":"res"')) return false;
  if (text.includes('"ok":false')) throw new Error(`refused: ${text.slice(0, 500)}`);
  return true;
}

/** One connection, one request at a time: each round trip in ms. */
export async function roundTrips(peer: Peer, warmUp: number, count: number): Promise<number[]> {
  const connection = await connect(peer);
  const samples: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = warmUp + count;
  let sentAt = performance.now();
  connection.onText = (text) => {
    if (!isResponse(text)) return;
    const now = performance.now();
    if (left <= count) samples.push(now - sentAt);
    left -= 1;
    if (left === 0) return resolve();
    sentAt = performance.now();
    connection.socket.send(HEALTH);
  };
  connection.socket.send(HEALTH);
  await promise;
  connection.socket.close();
  return samples;
}

/** Many connections with several requests in flight on each: answers per second. */
export async function throughput(
  peer: Peer,
  load: { connections: number; inFlight: number; warmUpMs: number; durationMs: number },
): Promise<number> {
  const connections = await Promise.all(Array.from({ length: load.connections }, () => connect(peer)));
  let answers = 0;
  let running = true;
  for (const connection of connections) {
    connection.onText = (text) => {
      if (!isResponse(text)) return;
      answers += 1;
      if (running) connection.socket.send(HEALTH);
    };
    for (let i = 0; i < load.inFlight; i += 1) connection.socket.send(HEALTH);
  }
  await Bun.sleep(load.warmUpMs);
  const before = answers;
  const started = performance.now();
  await Bun.sleep(load.durationMs);
  const rate = ((answers - before) * 1000) / (performance.now() - started);
  running = false;
  for (const connection of connections) connection.socket.close();
  return rate;
}

/** New connections that reach `hello-ok` and leave, `parallel` at a time: handshakes per second. */
export async function handshakes(peer: Peer, parallel: number, durationMs: number): Promise<number> {
  const started = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (performance.now() - started < durationMs) {
        const { socket } = await connect(peer);
        done += 1;
        socket.close();
      }
    }),
  );
  return (done * 1000) / (performance.now() - started);
}

export interface FanOut {
  /** Deliveries per second while one event is handed out, median over the events. */
  readonly rate: number;
  /** Time from the first client that has the event to each other client, all events, ms. */
  readonly delays: number[];
}

/**
 * `rounds` presence events, one after the other, each to all of `clients` connections. The time until the first client
 * has it is left out, because the gateway may hold presence back a little to merge changes.
 */
export async function fanOut(peer: Peer, clients: number, rounds: number): Promise<FanOut> {
  const connections: Connection[] = [];
  const batch = 16;
  while (connections.length < clients) {
    const size = Math.min(batch, clients - connections.length);
    connections.push(...(await Promise.all(Array.from({ length: size }, () => connect(peer)))));
  }
  const sender = await connect(peer);
  const rates: number[] = [];
  const delays: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const arrivals = await deliver(connections, () => sender.socket.send(beacon(round)));
    const first = Math.min(...arrivals);
    const last = Math.max(...arrivals);
    if (round < rounds / 10) continue;
    rates.push(((clients - 1) * 1000) / (last - first));
    for (const at of arrivals) delays.push(at - first);
  }
  for (const { socket } of [...connections, sender]) socket.close();
  rates.sort((a, b) => a - b);
  return { rate: rates[Math.floor(rates.length / 2)] ?? Number.NaN, delays };
}

/** A request that changes presence, so that every client is told. */
function beacon(round: number): string {
  const params = { text: `Node: bench ${round}`, host: "bench", instanceId: "bench", mode: "node" };
  return JSON.stringify({ type: "req", id: `s${round}`, method: "system-event", params });
}

async function deliver(connections: readonly Connection[], trigger: () => void): Promise<number[]> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error("the event did not reach every client")), 5_000);
  const arrivals: number[] = [];
  for (const connection of connections) {
    connection.onText = (text) => {
      if (!text.includes('"event":"presence"')) return;
      connection.onText = () => {};
      arrivals.push(performance.now());
      if (arrivals.length === connections.length) resolve();
    };
  }
  trigger();
  await promise.finally(() => clearTimeout(timer));
  return arrivals;
}
