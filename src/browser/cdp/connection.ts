import type { ProtocolMapping } from "devtools-protocol/types/protocol-mapping.js";
import type { Clock } from "../../lib/clock.ts";
import { isRecord } from "../../lib/records.ts";
import { BrowserError } from "../errors.ts";
import { CDP_CONNECT_TIMEOUT_MS, CDP_TIMEOUT_MS, MAX_CDP_EVENT_CHARS } from "../limits.ts";

type Commands = ProtocolMapping.Commands;
type Events = ProtocolMapping.Events;
type Params<M extends keyof Commands> = Commands[M]["paramsType"];
type Listener<E extends keyof Events> = (...payload: Events[E]) => void;

/** A command that the browser refused, or that it did not answer. */
export class CdpError extends Error {
  constructor(
    readonly method: string,
    message: string,
  ) {
    super(message);
    this.name = "CdpError";
  }
}

interface Waiting {
  readonly sessionId: string | undefined;
  readonly settle: (result: unknown, error?: Error) => void;
}

/** A line to one browser: commands and events of all its targets, told apart by session. */
export class CdpConnection {
  /** The browser itself. */
  readonly browser: CdpSession;
  /** Settles when the line is gone, with the reason. */
  readonly closed: Promise<string>;
  readonly #sessions = new Map<string | undefined, CdpSession>();
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #over: string | undefined;

  private constructor(
    private readonly socket: WebSocket,
    readonly clock: Clock,
  ) {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.browser = this.session(undefined);
    socket.addEventListener("message", ({ data }) => {
      try {
        this.#received(data);
      } catch {
        // Nothing that follows can be trusted, and no browser may end the gateway.
        this.#over ??= "what answers at the DevTools address does not speak the protocol of browsers";
        socket.close();
      }
    });
    socket.addEventListener("close", ({ code }) => {
      this.#over ??= `the browser closed the line (${code})`;
      for (const { settle } of this.#waiting.values()) settle(undefined, new CdpError("", this.#over));
      this.#waiting.clear();
      resolve(this.#over);
    });
  }

  /** Connects. @throws BrowserError 503 when nobody answers there */
  static async open(
    url: string,
    clock: Clock,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<CdpConnection> {
    const socket = new WebSocket(url, { headers: { ...headers } });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = () => reject(new BrowserError(503, "The browser does not answer at its DevTools address."));
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("close", fail);
    const timer = clock.after(CDP_CONNECT_TIMEOUT_MS, fail);
    try {
      await promise;
      return new CdpConnection(socket, clock);
    } catch (error) {
      socket.close();
      throw error;
    } finally {
      timer.cancel();
      socket.removeEventListener("close", fail);
    }
  }

  /** The line to one target; the same one for the same id. */
  session(id: string | undefined): CdpSession {
    const known = this.#sessions.get(id);
    if (known) return known;
    const session = new CdpSession(id, (method, params, timeoutMs) =>
      this.#send(id, method, params, timeoutMs),
    );
    this.#sessions.set(id, session);
    return session;
  }

  /** The target of a session is gone: what was asked of it gets no answer any more. */
  forget(id: string): void {
    this.#sessions.delete(id);
    for (const [number, { sessionId, settle }] of this.#waiting) {
      if (sessionId !== id) continue;
      this.#waiting.delete(number);
      settle(undefined, new CdpError("", "the page is gone"));
    }
  }

  close(): void {
    this.#over ??= "closed";
    this.socket.close();
  }

  #send(sessionId: string | undefined, method: string, params: unknown, timeoutMs: number): Promise<unknown> {
    if (this.#over !== undefined) return Promise.reject(new CdpError(method, this.#over));
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const timer = this.clock.after(timeoutMs, () => {
      this.#waiting.delete(id);
      reject(new CdpError(method, `the browser did not answer ${method} within ${timeoutMs} ms`));
    });
    this.#waiting.set(id, {
      sessionId,
      settle: (result, error) => {
        timer.cancel();
        if (error) reject(error);
        else resolve(result);
      },
    });
    this.socket.send(JSON.stringify({ id, method, params: params ?? {}, ...(sessionId && { sessionId }) }));
    return promise;
  }

  #received(data: unknown): void {
    if (typeof data !== "string") return;
    // Pages decide how much they say; what is asked for is bounded where it is asked.
    if (data.length > MAX_CDP_EVENT_CHARS && data.startsWith('{"method"')) return;
    const message = messageIn(data);
    if (message === undefined) {
      this.#over ??= "the browser said what is no message of DevTools";
      this.socket.close();
      return;
    }
    const { id, method, params, sessionId, result, error } = message;
    if (typeof id === "number") {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      const text = isRecord(error) ? String(error["message"]) : undefined;
      waiting?.settle(result, text === undefined ? undefined : new CdpError("", text));
      return;
    }
    if (typeof method !== "string") return;
    this.#sessions.get(typeof sessionId === "string" ? sessionId : undefined)?.heard(method, params);
  }
}

function messageIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** One target's part of the line. What a command takes and gives, and what events say, is what the protocol says. */
export class CdpSession {
  readonly #listeners = new Map<string, Set<(payload: unknown) => void>>();

  constructor(
    readonly id: string | undefined,
    private readonly transmit: (method: string, params: unknown, timeoutMs: number) => Promise<unknown>,
  ) {}

  /** Sends a command. @throws CdpError when it is refused, late, or the target is gone */
  async send<M extends keyof Commands>(
    method: M,
    params?: Params<M>[0],
    timeoutMs = CDP_TIMEOUT_MS,
  ): Promise<Commands[M]["returnType"]> {
    // The browser is believed to keep its own protocol; what pages wrote is inside, as text.
    return (await this.transmit(method, params, timeoutMs)) as Commands[M]["returnType"];
  }

  /** Calls `listener` at each such event; returns what stops that. */
  on<E extends keyof Events>(event: E, listener: Listener<E>): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    const hear = (payload: unknown) => listener(...([payload] as Events[E]));
    listeners.add(hear);
    return () => listeners.delete(hear);
  }

  /** An event of this target arrived. */
  heard(event: string, payload: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(payload);
  }
}
