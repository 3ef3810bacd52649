import type { Server } from "bun";
import { type Clock, pause, type Timer, WakeWatch } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { ConnId } from "../../protocol/index.ts";
import { Connection, type ConnectionDeps } from "./connection.ts";
import { EndOfTurn } from "./end-of-turn.ts";
import type { Handshake } from "./handshake.ts";
import type { HttpApi } from "../http/api.ts";
import { errorResponse, textResponse } from "../http/responses.ts";
import {
  CLOSE_GRACE_MS,
  CLOSE_POLL_MS,
  MAX_PREAUTH_CONNECTIONS,
  NEXT_GATEWAY_UPGRADE_PATIENCE_MS,
  PING_INTERVAL_MS,
} from "../limits.ts";
import type { Client } from "../method.ts";
import type { MemoryRelease } from "../state/memory-release.ts";
import type { Metrics } from "../state/metrics.ts";
import type { PeerFacts } from "../auth/index.ts";
import type { Arrival, ListeningSockets, Tenant } from "./listening-sockets.ts";
import { peerFacts } from "./peer-facts.ts";
import type { Router } from "./router.ts";

export interface ServerDeps {
  readonly sockets: ListeningSockets;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly router: Router;
  readonly http: HttpApi;
  /** Answers what comes in by the port of browser control. */
  readonly browserControl: Pick<HttpApi, "handle">;
  readonly newConnId: () => ConnId;
  readonly newHandshake: (connId: ConnId) => Handshake;
  readonly handshakeTimeoutMs: number;
  readonly maxPreauthPerIp: number;
  /** Refuses an upgrade before any frame, for example when a proxy cannot be attributed. */
  readonly refuseUpgrade: (peer: PeerFacts) => Response | undefined;
  /** Refuses a request for a host name this gateway does not answer for; see `host-guard`. */
  readonly refuseHost: (peer: PeerFacts) => Response | undefined;
  readonly sessions: SessionListener;
  /** Hears when this begins to answer, and of every connection that is gone. */
  readonly memory: MemoryRelease;
}

/** Hears of authenticated connections. */
export interface SessionListener {
  arriving(connection: Connection, client: Client): Promise<void>;
  arrived(connection: Connection, client: Client): void;
  left(connection: Connection, client: Client): void;
}

/** What one gateway answers on its port: HTTP requests and WebSocket connections. */
export class GatewayServer implements Tenant {
  private readonly connections = new Set<Connection>();
  private readonly preauthByIp = new Map<string, number>();
  private preauth = 0;
  private answering = 0;
  private leaving = false;
  private pinger: Timer | undefined;
  private wakeWatch: WakeWatch | undefined;
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
      left: (connection, client) => {
        this.gone(connection);
        sessions.left(connection, client);
      },
      arrived: (connection, client) => {
        this.releasePreauth(connection);
        sessions.arrived(connection, client);
      },
      neverArrived: (connection) => {
        this.gone(connection);
        this.releasePreauth(connection);
      },
    };
    metrics.gauge("openclaw_connections", "Open WebSocket connections.", () => this.connections.size);
    metrics.gauge("openclaw_send_backlog_bytes", "Bytes that wait for clients to read them.", () =>
      [...this.connections].reduce((sum, connection) => sum + connection.backlogBytes, 0),
    );
    metrics.gauge("openclaw_connections_unauthenticated", "Connections before hello-ok.", () => this.preauth);
  }

  /** HTTP requests being answered. */
  get active(): number {
    return this.answering;
  }

  get openConnections(): Iterable<Connection> {
    return this.connections;
  }

  /** Answers at the sockets from now on. */
  moveIn(): void {
    this.beginPings();
    this.wakeWatch = new WakeWatch(this.deps.clock, () => this.woke());
    this.deps.sockets.admit(this);
    this.deps.memory.started();
  }

  /** Another gateway will follow: what arrives from now on waits for it, save for those who ask how things are. */
  prepareToLeave(): void {
    this.leaving = true;
  }

  /** Closes every connection with `code` and `reason`; then the ports, unless another gateway follows. */
  async close(code: number, reason: string): Promise<void> {
    const { sockets, memory } = this.deps;
    this.endPings();
    for (const connection of this.connections) connection.close(code, reason);
    await this.untilClosed();
    if (this.leaving) sockets.vacate(this);
    else if (sockets.houses(this)) await sockets.close();
    memory.stop();
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
    this.endPings();
    for (const connection of this.connections) connection.terminate();
    void this.deps.sockets.close();
  }

  answer(arrival: Arrival): Response | Promise<Response | undefined> | undefined {
    const { http, sockets } = this.deps;
    if (!this.leaving) return this.answerNow(arrival);
    const staying = arrival.ingress !== "browser-control" && http.answersWhileLeaving(arrival.request);
    if (staying) return this.answerNow(arrival);
    if (!isUpgrade(arrival.request)) return sockets.untilNext(arrival);
    // A handshake is no place to wait long: what is told there says when to try again.
    return sockets.untilNext(arrival, NEXT_GATEWAY_UPGRADE_PATIENCE_MS, () => this.answerNow(arrival));
  }

  private answerNow({
    request,
    server,
    ingress,
  }: Arrival): Response | Promise<Response | undefined> | undefined {
    const { http, browserControl, refuseHost } = this.deps;
    const peer = peerFacts(request, server, ingress);
    const refused = refuseHost(peer);
    if (refused) return refused;
    const controls = ingress === "browser-control";
    if (!controls && ingress !== "canvas" && isUpgrade(request)) return this.upgrade(request, server, peer);
    this.answering += 1;
    return (controls ? browserControl : http)
      .handle(request, peer, {
        keepOpen: () => server.timeout(request, 0),
        hangUp: () => server.timeout(request, 1),
      })
      .finally(() => {
        this.answering -= 1;
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

  private gone(connection: Connection): void {
    this.connections.delete(connection);
    this.deps.memory.departed();
  }

  private beginPings(): void {
    this.pinger = this.deps.clock.every(PING_INTERVAL_MS, () => this.pingAll());
  }

  private endPings(): void {
    this.pinger?.cancel();
    this.wakeWatch?.[Symbol.dispose]();
  }

  /** The machine slept: nobody is given up for what was not heard then, and everybody is asked at once who is still there. */
  private woke(): void {
    this.deps.log.info("the machine slept; asking every client for a sign of life");
    this.pinger?.cancel();
    for (const connection of this.connections) connection.pingAnew();
    this.beginPings();
  }

  private pingAll(): void {
    for (const connection of this.connections) {
      if (connection.ping()) continue;
      this.deps.log.info("peer does not answer pings", { conn: connection.connId });
      connection.terminate();
    }
  }
}

function isUpgrade(request: Request): boolean {
  return request.headers.get("upgrade")?.toLowerCase() === "websocket";
}
