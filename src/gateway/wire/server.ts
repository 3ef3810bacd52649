import type { Server } from "bun";
import { type Clock, pause, type Timer } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { type ConnId, MAX_BUFFERED_BYTES, MAX_PAYLOAD_BYTES } from "../../protocol/index.ts";
import { Connection, type ConnectionDeps } from "./connection.ts";
import { EndOfTurn } from "./end-of-turn.ts";
import type { Handshake } from "./handshake.ts";
import type { HttpApi } from "../http/api.ts";
import { errorResponse, textResponse } from "../http/responses.ts";
import { CLOSE_GRACE_MS, CLOSE_POLL_MS, MAX_PREAUTH_CONNECTIONS, PING_INTERVAL_MS } from "../limits.ts";
import type { Client } from "../method.ts";
import type { MemoryRelease } from "../state/memory-release.ts";
import type { Metrics } from "../state/metrics.ts";
import type { Ingress, PeerFacts } from "../auth/index.ts";
import type { Router } from "./router.ts";

export interface ServerDeps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly router: Router;
  readonly http: HttpApi;
  readonly newConnId: () => ConnId;
  readonly newHandshake: (connId: ConnId) => Handshake;
  readonly handshakeTimeoutMs: number;
  readonly maxPreauthPerIp: number;
  /** Refuses an upgrade before any frame, for example when a proxy cannot be attributed. */
  readonly refuseUpgrade: (peer: PeerFacts) => Response | undefined;
  /** Refuses a request for a host name this gateway does not answer for; see `host-guard`. */
  readonly refuseHost: (peer: PeerFacts) => Response | undefined;
  readonly sessions: SessionListener;
  /** Hears of every connection that is gone. */
  readonly memory: MemoryRelease;
}

/** Hears of authenticated connections. */
export interface SessionListener {
  arriving(connection: Connection, client: Client): Promise<void>;
  arrived(connection: Connection, client: Client): void;
  left(connection: Connection, client: Client): void;
}

export interface ListenAddress {
  readonly host: string;
  /** A failure to bind an optional address is only logged. */
  readonly required: boolean;
  /** A port of its own, in place of the common one; 0 takes any free one. */
  readonly port?: number;
  /** Which way in this listener is; `main` unless told. */
  readonly ingress?: Ingress;
}

export interface ListenOptions {
  readonly port: number;
  readonly addresses: readonly ListenAddress[];
  readonly tls?: { cert: string; key: string; ca?: string } | undefined;
}

/** The one port: HTTP requests and WebSocket connections on every bound address. */
export class GatewayServer {
  private readonly listeners: { server: Server<Connection>; ingress: Ingress }[] = [];
  private readonly connections = new Set<Connection>();
  private readonly preauthByIp = new Map<string, number>();
  private preauth = 0;
  private pinger: Timer | undefined;
  private readonly connectionDeps: ConnectionDeps;

  constructor(private readonly deps: ServerDeps) {
    const { router, clock, log, metrics, handshakeTimeoutMs, sessions } = deps;
    this.connectionDeps = {
      router,
      clock,
      log,
      metrics,
      turn: new EndOfTurn(),
      handshakeTimeoutMs,
      arriving: (connection, client) => sessions.arriving(connection, client),
      left: (connection, client) => sessions.left(connection, client),
      arrived: (connection, client) => {
        this.releasePreauth(connection);
        sessions.arrived(connection, client);
      },
      neverArrived: (connection) => this.releasePreauth(connection),
    };
    metrics.gauge("openclaw_connections", "Open WebSocket connections.", () => this.connections.size);
    metrics.gauge("openclaw_send_backlog_bytes", "Bytes that wait for clients to read them.", () =>
      [...this.connections].reduce((sum, connection) => sum + connection.backlogBytes, 0),
    );
    metrics.gauge("openclaw_connections_unauthenticated", "Connections before hello-ok.", () => this.preauth);
  }

  /** The port that is listened on; differs from the one asked for when that was 0. */
  get port(): number {
    return this.portOf("main") ?? 0;
  }

  /** The port of the first listener of this kind. */
  portOf(ingress: Ingress): number | undefined {
    return this.listeners.find((listener) => listener.ingress === ingress)?.server.port;
  }

  /** The addresses that are really bound. */
  get hosts(): string[] {
    const main = this.listeners.filter(({ ingress }) => ingress === "main");
    return main.map(({ server }) => server.hostname ?? "");
  }

  get openConnections(): Iterable<Connection> {
    return this.connections;
  }

  /** Binds every address. Throws the system's error (`EADDRINUSE` …) when a required one cannot be bound. */
  listen(options: ListenOptions): void {
    try {
      for (const address of options.addresses) this.bind(address, options);
    } catch (error) {
      this.unbind();
      throw error;
    }
    this.pinger = this.deps.clock.every(PING_INTERVAL_MS, () => this.pingAll());
  }

  /** Closes every connection with `code` and `reason`, then the listeners. */
  async close(code: number, reason: string): Promise<void> {
    this.pinger?.cancel();
    for (const connection of this.connections) connection.close(code, reason);
    await this.untilClosed();
    const servers = this.listeners.splice(0).map(({ server }) => server.stop(true));
    await Promise.all(servers);
    this.deps.memory.stop();
  }

  /** Gives the close frames time to be read; what has not closed by then is cut. */
  private async untilClosed(): Promise<void> {
    const { clock } = this.deps;
    const deadline = clock.monotonic() + CLOSE_GRACE_MS;
    while (this.connections.size > 0 && clock.monotonic() < deadline) {
      await pause(clock, CLOSE_POLL_MS);
    }
    for (const connection of this.connections) connection.terminate();
  }

  /** Destroys what did not close in time. */
  abandon(): void {
    for (const connection of this.connections) connection.terminate();
    this.unbind();
  }

  private bind(address: ListenAddress, options: ListenOptions): void {
    const port = address.port ?? (this.port || options.port);
    try {
      const ingress = address.ingress ?? "main";
      this.listeners.push({ server: this.serve(address.host, port, ingress, options.tls), ingress });
    } catch (error) {
      const absent = error instanceof Error && "code" in error && error.code !== "EADDRINUSE";
      if (address.required || !absent) throw error;
      this.deps.log.debug(`${address.host} is not available on this machine`, { error });
    }
  }

  private serve(
    hostname: string,
    port: number,
    ingress: Ingress,
    tls: ListenOptions["tls"],
  ): Server<Connection> {
    return Bun.serve<Connection>({
      hostname,
      port,
      ...(tls && { tls }),
      // Each route has its own limit, kept while the body is read; what nobody reads stays in the network.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      development: false,
      // Without this line `development: false` lets a second gateway listen on the same port.
      reusePort: false,
      fetch: (request, server) => this.handle(request, server, ingress),
      error: (error) => {
        this.deps.log.error("http request failed", { error });
        return errorResponse(500, "internal_error", "The gateway failed to answer; its log has the cause.");
      },
      websocket: {
        maxPayloadLength: MAX_PAYLOAD_BYTES,
        // Our own limit acts first; this one is only the wall behind it.
        backpressureLimit: MAX_BUFFERED_BYTES + 2 * MAX_PAYLOAD_BYTES,
        idleTimeout: 0,
        sendPings: false,
        perMessageDeflate: false,
        open: (socket) => socket.data.opened(socket),
        message: (socket, message) => socket.data.received(message),
        pong: (socket) => socket.data.ponged(),
        close: (socket, code, reason) => {
          this.connections.delete(socket.data);
          socket.data.closed(code, reason);
          this.deps.memory.departed();
        },
      },
    });
  }

  private handle(
    request: Request,
    server: Server<Connection>,
    ingress: Ingress,
  ): Response | Promise<Response> | undefined {
    const peer = peerFacts(request, server.requestIP(request)?.address, ingress);
    const refused = this.deps.refuseHost(peer);
    if (refused) return refused;
    if (request.headers.get("upgrade")?.toLowerCase() === "websocket")
      return this.upgrade(request, server, peer);
    return this.deps.http.handle(request, peer, {
      keepOpen: () => server.timeout(request, 0),
      hangUp: () => server.timeout(request, 1),
    });
  }

  private upgrade(request: Request, server: Server<Connection>, peer: PeerFacts): Response | undefined {
    const refusal = this.deps.refuseUpgrade(peer);
    if (refusal) return refusal;
    const waiting = this.preauthByIp.get(peer.remoteAddress) ?? 0;
    if (waiting >= this.deps.maxPreauthPerIp || this.preauth >= MAX_PREAUTH_CONNECTIONS) {
      this.deps.metrics.count("openclaw_upgrades_refused_total", "Upgrades refused for too many strangers.");
      return textResponse(503, "Too many unauthenticated sockets");
    }
    const connId = this.deps.newConnId();
    const connection = new Connection(connId, peer, this.connectionDeps, this.deps.newHandshake(connId));
    this.preauth += 1;
    this.preauthByIp.set(peer.remoteAddress, waiting + 1);
    if (server.upgrade(request, { data: connection })) {
      this.connections.add(connection);
      return undefined;
    }
    this.releasePreauth(connection);
    return errorResponse(
      400,
      "invalid_request_error",
      "This is not a WebSocket upgrade the gateway can take.",
    );
  }

  private releasePreauth(connection: Connection): void {
    const address = connection.peer.remoteAddress;
    const left = (this.preauthByIp.get(address) ?? 1) - 1;
    this.preauth -= 1;
    if (left > 0) this.preauthByIp.set(address, left);
    else this.preauthByIp.delete(address);
  }

  private pingAll(): void {
    for (const connection of this.connections) {
      if (connection.ping()) continue;
      this.deps.log.info("peer does not answer pings", { conn: connection.connId });
      connection.terminate();
    }
  }

  private unbind(): void {
    for (const { server } of this.listeners.splice(0)) void server.stop(true);
    this.pinger?.cancel();
  }
}

/** What is known of a request's sender before anything was proven. */
function peerFacts(request: Request, address: string | undefined, ingress: Ingress): PeerFacts {
  return {
    remoteAddress: address ?? "",
    headers: request.headers,
    origin: request.headers.get("origin") ?? undefined,
    host: request.headers.get("host") ?? undefined,
    ingress,
  };
}
