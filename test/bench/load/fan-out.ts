import { asNode, connect, connectMany, type Peer } from "./connect.ts";
import { encode, type LeanSocket } from "./lean-socket.ts";
import { isResponse } from "./requests.ts";

/** A node reports the load of its machine: stored, and told to every operator at once, never merged with the next one. */
const REPORT = encode(
  JSON.stringify({
    type: "req",
    id: "e",
    method: "node.event",
    params: {
      event: "node.host.stats",
      payload: {
        cpuCount: 8,
        loadAverage: [0.5, 0.4, 0.3],
        memoryTotalBytes: 16_000_000_000,
        memoryFreeBytes: 8_000_000_000,
      },
    },
  }),
);

/** How the event begins that comes of it. */
const EVENT = Buffer.from('{"type":"event","event":"node.hostStats"');

const PATIENCE_MS = 10_000;

/** A node that makes events, and the operators that hear them. */
export class Audience {
  private constructor(
    private readonly node: LeanSocket,
    private readonly listeners: readonly LeanSocket[],
  ) {}

  static async gather(peer: Peer, clients: number): Promise<Audience> {
    const node = await connect(peer, asNode());
    const audience = new Audience(node, await connectMany(peer, clients));
    // The operators' own arrival is told to all of them; that has to be over.
    await Bun.sleep(500);
    return audience;
  }

  leave(): void {
    for (const socket of [this.node, ...this.listeners]) socket.close();
  }

  /** Events one after the other, `inFlight` of them asked for at a time: deliveries per second. */
  async stream(events: number, inFlight: number): Promise<number> {
    let received = 0;
    let asked = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const ask = (): void => {
      if (asked >= events) return;
      asked += 1;
      this.node.send(REPORT);
    };
    const wanted = events * this.listeners.length;
    for (const listener of this.listeners) {
      listener.onText = (text) => {
        if (!text.startsWith(EVENT)) return;
        received += 1;
        if (received === wanted) resolve();
      };
    }
    this.node.onText = (text) => {
      if (isResponse(text)) ask();
    };
    const started = performance.now();
    for (let i = 0; i < inFlight; i += 1) ask();
    await inTime(promise, () => `${received} of ${wanted} deliveries`);
    return (wanted * 1000) / (performance.now() - started);
  }

  /** One event at a time: for each client the time from the node's report to the event's arrival, ms. */
  async delays(events: number): Promise<number[]> {
    const delays: number[] = [];
    for (let event = 0; event < events; event += 1) {
      const { promise, resolve } = Promise.withResolvers<void>();
      let left = this.listeners.length + 1;
      let sentAt = 0;
      const arrived = (): void => {
        left -= 1;
        if (left === 0) resolve();
      };
      for (const listener of this.listeners) {
        listener.onText = (text) => {
          if (!text.startsWith(EVENT)) return;
          delays.push(performance.now() - sentAt);
          arrived();
        };
      }
      this.node.onText = (text) => {
        if (isResponse(text)) arrived();
      };
      sentAt = performance.now();
      this.node.send(REPORT);
      await inTime(promise, () => `all but ${left} of the clients`);
    }
    return delays;
  }
}

function inTime(work: Promise<void>, reached: () => string): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`the events reached only ${reached()}`)), PATIENCE_MS);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
