import { PATIENCE_MS, within } from "./wait.ts";

/** A decoded frame as it came off the socket; the test looks at what it cares about. */
export type WireFrame = Readonly<Record<string, unknown>>;

export interface WireResponse {
  readonly type: "res";
  readonly id: string;
  readonly ok: boolean;
  readonly payload?: unknown;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly details?: Readonly<Record<string, unknown>>;
    readonly retryable?: boolean;
    readonly retryAfterMs?: number;
  };
}

export interface WireClose {
  readonly code: number;
  readonly reason: string;
}

export interface WireOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

interface Waiter {
  readonly wanted: (frame: WireFrame) => boolean;
  readonly resolve: (frame: WireFrame) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A WebSocket client that knows JSON and nothing of the protocol's rules, so that a test can break them.
 * Every frame is kept in `frames`; waiting takes frames in order and each frame answers one wait only.
 */
export class WireClient implements AsyncDisposable {
  /** Everything received, oldest first. */
  readonly frames: WireFrame[] = [];
  /** Takes every frame instead of `frames` and the waits, for measurements that must not keep what they hear. */
  onFrame: ((frame: WireFrame) => void) | undefined;
  /** Settles when the socket is closed, whoever closed it. */
  readonly closed: Promise<WireClose>;

  readonly #socket: WebSocket;
  readonly #unread: WireFrame[] = [];
  readonly #waiters: Waiter[] = [];
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    const { promise, resolve } = Promise.withResolvers<WireClose>();
    this.closed = promise;
    socket.addEventListener("message", (event) => this.#receive(String(event.data)));
    socket.addEventListener("close", (event) => {
      resolve({ code: event.code, reason: event.reason });
      for (const waiter of this.#waiters.splice(0)) {
        waiter.reject(new Error(`socket closed: ${event.code} ${event.reason}`));
      }
    });
  }

  /** Opens a socket; rejects when the upgrade is refused. */
  static async open(url: string, options: WireOptions = {}): Promise<WireClient> {
    const socket = new WebSocket(url, { headers: { ...options.headers } });
    const client = new WireClient(socket);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error(`cannot open ${url}`)));
    await within(`the upgrade of ${url}`, promise);
    return client;
  }

  #receive(text: string): void {
    const frame = JSON.parse(text) as WireFrame;
    if (this.onFrame) return this.onFrame(frame);
    this.frames.push(frame);
    const index = this.#waiters.findIndex((waiter) => waiter.wanted(frame));
    const waiter = this.#waiters[index];
    if (!waiter) {
      this.#unread.push(frame);
      return;
    }
    this.#waiters.splice(index, 1);
    waiter.resolve(frame);
  }

  /** Sends a frame as JSON, or a string or bytes exactly as given. */
  send(frame: object | string | Uint8Array<ArrayBuffer>): void {
    if (typeof frame === "string" || frame instanceof Uint8Array) this.#socket.send(frame);
    else this.#socket.send(JSON.stringify(frame));
  }

  /** The next frame, or the oldest one not yet taken, for which `wanted` is true. */
  next(
    what: string,
    wanted: (frame: WireFrame) => boolean = () => true,
    timeoutMs = PATIENCE_MS,
  ): Promise<WireFrame> {
    const index = this.#unread.findIndex(wanted);
    if (index >= 0) {
      const [frame] = this.#unread.splice(index, 1);
      if (frame) return Promise.resolve(frame);
    }
    if (this.#socket.readyState === WebSocket.CLOSED) {
      return Promise.reject(new Error(`socket is closed; waited for ${what}`));
    }
    const { promise, resolve, reject } = Promise.withResolvers<WireFrame>();
    const waiter = { wanted, resolve, reject };
    this.#waiters.push(waiter);
    // Who has given up takes no frame from those who still wait.
    return within(what, promise, timeoutMs).finally(() => {
      const at = this.#waiters.indexOf(waiter);
      if (at >= 0) this.#waiters.splice(at, 1);
    });
  }

  /** The next event of that name. */
  event(name: string, timeoutMs = PATIENCE_MS): Promise<WireFrame> {
    return this.next(
      `the event ${name}`,
      (frame) => frame.type === "event" && frame.event === name,
      timeoutMs,
    );
  }

  /** The response to the request with this id. */
  async response(id: string, timeoutMs = PATIENCE_MS): Promise<WireResponse> {
    const frame = await this.next(
      `the response to ${id}`,
      (candidate) => candidate.type === "res" && candidate.id === id,
      timeoutMs,
    );
    return frame as unknown as WireResponse;
  }

  /** Sends a request with a fresh id and returns its first response, ok or not. */
  request(method: string, params?: unknown, timeoutMs = PATIENCE_MS): Promise<WireResponse> {
    this.#lastId += 1;
    const id = `${method}#${this.#lastId}`;
    this.send({ type: "req", id, method, params });
    return this.response(id, timeoutMs);
  }

  /** Sends a request and returns its payload; throws when it is refused. */
  async call(method: string, params?: unknown, timeoutMs = PATIENCE_MS): Promise<unknown> {
    const response = await this.request(method, params, timeoutMs);
    if (!response.ok) throw new Error(`${method}: ${response.error?.code} ${response.error?.message}`);
    return response.payload;
  }

  /** Takes the challenge and sends `connect` with `operatorConnect(overrides)`; returns the answer, ok or not. */
  async connect(overrides: Readonly<Record<string, unknown>> = {}): Promise<WireResponse> {
    await this.event("connect.challenge");
    return this.request("connect", operatorConnect(overrides));
  }

  /** Closes from this side and waits until it is done. */
  async close(code = 1000): Promise<WireClose> {
    this.#socket.close(code);
    return within("the close", this.closed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState !== WebSocket.CLOSED) await this.close();
  }
}

/** `connect` params of a local command-line operator with all scopes; `overrides` replaces whole top-level keys. */
export function operatorConnect(overrides: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    minProtocol: 4,
    maxProtocol: 4,
    client: { id: "cli", version: "0.0.0-test", platform: "linux", mode: "cli" },
    role: "operator",
    scopes: ["operator.admin", "operator.read", "operator.write", "operator.approvals", "operator.pairing"],
    ...overrides,
  };
}
