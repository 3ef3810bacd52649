import type { ServerWebSocket } from "bun";

/** A request as a test's gateway sees it. */
export interface Seen {
  readonly id: string;
  readonly method: string;
  readonly params: unknown;
}

export interface Line {
  send(frame: object): void;
  close(code: number, reason: string): void;
}

export interface FakeGateway extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Every request so far, over all connections. */
  readonly requests: Seen[];
  /** Connections so far. */
  connections(): number;
  /** Closes every open connection without stopping to listen. */
  dropAll(code: number, reason: string): void;
}

export interface FakeOptions {
  /** Answers one request; returns false to leave the answer to the fake. */
  answer?(request: Seen, line: Line): boolean;
  /** Sent in place of the challenge; `null` sends nothing. */
  challenge?: object | null;
  tickIntervalMs?: number;
  scopes?: readonly string[];
  tls?: { key: string; cert: string };
}

export const NONCE = "00000000-1111-2222-3333-444444444444";

/** The smallest hello a client can live with. */
export function minimalHello(options: { tickIntervalMs?: number; scopes?: readonly string[] } = {}) {
  return {
    type: "hello-ok",
    protocol: 4,
    server: { version: "1.2.3", connId: "c1" },
    features: { methods: [], events: [] },
    snapshot: { presence: [], health: {}, stateVersion: { presence: 0, health: 0 }, uptimeMs: 1 },
    auth: { role: "operator", scopes: options.scopes ?? ["operator.read"] },
    policy: { maxPayload: 1, maxBufferedBytes: 1, tickIntervalMs: options.tickIntervalMs ?? 30_000 },
  };
}

/** A gateway that speaks just enough of the protocol, on a real socket, to be put in any situation. */
export function fakeGateway(options: FakeOptions = {}): FakeGateway {
  const requests: Seen[] = [];
  const open = new Set<ServerWebSocket<undefined>>();
  let connections = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    ...(options.tls && { tls: options.tls }),
    fetch: (request, self) =>
      self.upgrade(request, { data: undefined }) ? undefined : new Response("no", { status: 400 }),
    websocket: {
      data: undefined,
      open(socket) {
        connections += 1;
        open.add(socket);
        if (options.challenge === null) return;
        const payload = options.challenge ?? { nonce: NONCE, ts: 1_737_264_000_000 };
        socket.send(JSON.stringify({ type: "event", event: "connect.challenge", payload }));
      },
      message(socket, text) {
        const request = JSON.parse(String(text)) as Seen;
        requests.push(request);
        const line: Line = {
          send: (frame) => void socket.send(JSON.stringify(frame)),
          close: (code, reason) => socket.close(code, reason),
        };
        if (options.answer?.(request, line) === true) return;
        const payload = request.method === "connect" ? minimalHello(options) : { echo: request.params };
        line.send({ type: "res", id: request.id, ok: true, payload });
      },
      close: (socket) => void open.delete(socket),
    },
  });
  const port = server.port ?? 0;
  return {
    url: `${options.tls ? "wss" : "ws"}://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => connections,
    dropAll(code, reason) {
      for (const socket of open) socket.close(code, reason);
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
