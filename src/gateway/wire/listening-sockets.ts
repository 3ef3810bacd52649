import type { Server } from "bun";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { MAX_BUFFERED_BYTES, MAX_PAYLOAD_BYTES } from "../../protocol/index.ts";
import type { Ingress } from "../auth/index.ts";
import { errorResponse } from "../http/responses.ts";
import { HTTP_IDLE_TIMEOUT_S, MAX_WAITING_FOR_NEXT, NEXT_GATEWAY_PATIENCE_MS } from "../limits.ts";
import type { Connection } from "./connection.ts";

export interface ListenAddress {
  readonly host: string;
  /** A failure to bind an optional address is only logged. */
  readonly required: boolean;
  /** A port of its own, in place of the common one; 0 takes any free one. */
  readonly port?: number;
  /** Added to the common port, for a listener whose port follows from it. */
  readonly offset?: number;
  /** Which way in this listener is; `main` unless told. */
  readonly ingress?: Ingress;
  /** The gateway does without it: that it cannot be had, even because another program has it, is a warning. */
  readonly dispensable?: true;
  /** Served without TLS whatever the others have: it is for programs of this machine. */
  readonly plain?: true;
}

export interface ListenOptions {
  readonly port: number;
  readonly addresses: readonly ListenAddress[];
  readonly tls?: { cert: string; key: string; ca?: string } | undefined;
}

/** What comes in, and the listener it came by. */
export interface Arrival {
  readonly request: Request;
  readonly server: Server<Connection>;
  readonly ingress: Ingress;
}

/** Nothing was said, because the request became a WebSocket. */
type Answer = Response | undefined;

/** Who answers at the sockets: the gateway that runs now. */
export interface Tenant {
  /** Never throws. */
  answer(arrival: Arrival): Answer | Promise<Answer>;
}

interface Place {
  readonly host: string;
  readonly port: number;
  readonly ingress: Ingress;
  readonly tls: ListenOptions["tls"];
}

interface Listener extends Place {
  /** As it was asked for; 0 became any free one. */
  readonly wantedPort: number;
  readonly server: Server<Connection>;
}

export interface ListeningSocketsDeps {
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The ports of this process. They outlast the gateway behind them: one gateway moves out, the next one moves in, and
 * what comes between the two waits for the next. An address that stays is never let go of; a new one is taken before
 * the old one is given up.
 */
export class ListeningSockets {
  private listeners: Listener[] = [];
  /** What the tenant to come has asked for; the rest is given up when it moves in. */
  private wanted: Listener[] = [];
  /** They accept nobody any more; who came before them is still served. */
  private readonly retired = new Set<Server<Connection>>();
  private tenant: Tenant | undefined;
  private closed = false;
  private readonly waiting = new Set<(next: Tenant | undefined) => void>();

  constructor(private readonly deps: ListeningSocketsDeps) {}

  /** The port that is listened on; differs from the one asked for when that was 0. 0 when nobody listens. */
  get port(): number {
    return this.portOf("main") ?? 0;
  }

  /** The port of the first listener of this kind. */
  portOf(ingress: Ingress): number | undefined {
    return this.wanted.find((listener) => listener.ingress === ingress)?.port;
  }

  /** The addresses that are really bound. */
  get hosts(): string[] {
    return this.wanted.filter(({ ingress }) => ingress === "main").map(({ host }) => host);
  }

  /**
   * Takes what a next gateway will need, as far as that takes nothing from this one. Throws the system's error
   * (`EADDRINUSE` …) when an address cannot be had; everything is as before then.
   */
  reserve(options: ListenOptions): void {
    const before = this.wanted;
    try {
      this.open(options, false);
    } finally {
      this.wanted = before;
    }
  }

  /**
   * Binds every address of the gateway that moves in next; what is bound already is kept. Throws the system's error when
   * a required one cannot be had; the addresses from before are listened on then.
   */
  listen(options: ListenOptions): void {
    this.closed = false;
    this.open(options, true);
  }

  /** From now on `tenant` answers, beginning with what waits; addresses it did not ask for are given up. */
  admit(tenant: Tenant): void {
    for (const listener of this.listeners) if (!this.wanted.includes(listener)) this.retire(listener);
    this.listeners = [...this.wanted];
    this.tenant = tenant;
    this.release(tenant);
  }

  /**
   * Puts another certificate into use for the tenant there is; true when it differs. Who connects in the instant between
   * the two listeners is turned away. Throws what `listen` throws.
   */
  relisten(options: ListenOptions): boolean {
    const { tenant } = this;
    const before = this.wanted;
    if (tenant === undefined) return false;
    this.listen(options);
    this.admit(tenant);
    return this.wanted.some((listener) => !before.includes(listener));
  }

  /** The tenant is gone and another one will come: what arrives waits for it. */
  vacate(tenant: Tenant): void {
    if (this.tenant === tenant) this.tenant = undefined;
  }

  /** True while `tenant` is the one who answers. */
  houses(tenant: Tenant): boolean {
    return this.tenant === tenant;
  }

  /**
   * Has something answered by the next tenant. When none comes in time, or too much waits already, the one there is may
   * answer `otherwise`; without it, that is 503.
   */
  async untilNext(
    { request, server, ingress }: Arrival,
    patienceMs = NEXT_GATEWAY_PATIENCE_MS,
    otherwise: () => Answer | Promise<Answer> = restarting,
  ): Promise<Answer> {
    if (this.closed || this.waiting.size >= MAX_WAITING_FOR_NEXT) return otherwise();
    server.timeout(request, 0);
    const tenant = await this.next(patienceMs);
    if (request.signal.aborted) return restarting();
    if (tenant === undefined) return this.closed ? restarting() : otherwise();
    server.timeout(request, HTTP_IDLE_TIMEOUT_S);
    return tenant.answer({ request, server, ingress });
  }

  /** Gives every port back and cuts who is still connected. */
  async close(): Promise<void> {
    this.closed = true;
    this.release(undefined);
    const servers = [...this.listeners.map(({ server }) => server), ...this.retired];
    this.listeners = [];
    this.wanted = [];
    this.retired.clear();
    await Promise.all(servers.map((server) => server.stop(true)));
  }

  private next(patienceMs: number): Promise<Tenant | undefined> {
    const { promise, resolve } = Promise.withResolvers<Tenant | undefined>();
    this.waiting.add(resolve);
    const timer = this.deps.clock.after(patienceMs, () => resolve(undefined));
    return promise.finally(() => {
      timer.cancel();
      this.waiting.delete(resolve);
    });
  }

  private release(tenant: Tenant | undefined): void {
    for (const resolve of this.waiting) resolve(tenant);
  }

  /** A listener of ours that stands in the way makes room only with `force`; without, the address is left for later. */
  private open(options: ListenOptions, force: boolean): void {
    const kept = this.listeners.filter((one) => options.addresses.some((it) => isMeant(one, it, options)));
    const found: Listener[] = [];
    const taken: Listener[] = [];
    const given: Listener[] = [];
    try {
      for (const address of options.addresses) {
        const standing = kept.find((one) => isMeant(one, address, options));
        if (standing) {
          found.push(standing);
          continue;
        }
        const common = found.find(({ ingress }) => ingress === "main")?.port || options.port;
        const port = address.port ?? common + (address.offset ?? 0);
        const inTheWay = this.listeners.filter(
          (one) => one.port === port && !kept.includes(one) && overlap(one.host, address.host),
        );
        if (inTheWay.length > 0 && !force) continue;
        for (const one of inTheWay) this.retire(one);
        given.push(...inTheWay);
        const listener = this.bind(address, port, options);
        if (!listener) continue;
        found.push(listener);
        taken.push(listener);
      }
    } catch (error) {
      for (const { server } of taken) void server.stop(true);
      for (const one of given) this.listeners.push({ ...one, server: this.serve(one) });
      throw error;
    }
    this.listeners.push(...taken);
    this.wanted = found;
  }

  private bind(address: ListenAddress, port: number, options: ListenOptions): Listener | undefined {
    const { host, ingress = "main" } = address;
    try {
      const place = { host, port, ingress, tls: tlsOf(address, options) };
      const server = this.serve(place);
      return { ...place, port: server.port ?? port, wantedPort: wantedPort(address, options), server };
    } catch (error) {
      if (address.dispensable) {
        this.deps.log.warn(`${ingress}: ${whyNot(error, `${host}:${port}`)}; the gateway runs without it`);
        return undefined;
      }
      const absent = error instanceof Error && "code" in error && error.code !== "EADDRINUSE";
      if (address.required || !absent) throw error;
      this.deps.log.debug(`${host} is not available on this machine`, { error });
      return undefined;
    }
  }

  private retire(listener: Listener): void {
    this.listeners = this.listeners.filter((one) => one !== listener);
    const { server } = listener;
    this.retired.add(server);
    void server.stop(false).finally(() => this.retired.delete(server));
    server.closeIdleConnections();
  }

  private serve({ host, port, ingress, tls }: Place): Server<Connection> {
    return Bun.serve<Connection>({
      hostname: host,
      port,
      ...(tls && { tls }),
      // Each route has its own limit, kept while the body is read; what nobody reads stays in the network.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      idleTimeout: HTTP_IDLE_TIMEOUT_S,
      development: false,
      // Without this line `development: false` lets a second gateway listen on the same port.
      reusePort: false,
      fetch: (request, server) => {
        const arrival = { request, server, ingress };
        return this.tenant ? this.tenant.answer(arrival) : this.untilNext(arrival);
      },
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
        close: (socket, code, reason) => socket.data.closed(code, reason),
      },
    });
  }
}

const WILDCARDS: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/** Whether two listeners on one port cannot be together. */
function overlap(one: string, other: string): boolean {
  return one === other || WILDCARDS.has(one) || WILDCARDS.has(other);
}

/** Whether a listener is what is asked for, its certificate included. */
function isMeant(listener: Listener, address: ListenAddress, options: ListenOptions): boolean {
  return (
    listener.host === address.host &&
    listener.ingress === (address.ingress ?? "main") &&
    listener.wantedPort === wantedPort(address, options) &&
    Bun.deepEquals(listener.tls, tlsOf(address, options))
  );
}

/** As it was asked for: a common port of 0 stays 0, whatever it became. */
function wantedPort(address: ListenAddress, { port }: ListenOptions): number {
  return address.port ?? port + (address.offset ?? 0);
}

function tlsOf(address: ListenAddress, { tls }: ListenOptions): ListenOptions["tls"] {
  return address.plain ? undefined : tls;
}

function restarting(): Response {
  return errorResponse(503, "api_error", "The gateway is restarting; try again in a moment.", {
    "retry-after": "1",
  });
}

function whyNot(error: unknown, place: string): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
  return code === "EADDRINUSE" ? `${place} is in use by another program` : `${place} cannot be had (${code})`;
}
