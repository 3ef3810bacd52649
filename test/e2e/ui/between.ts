import type { GatewayProcess } from "../../support/index.ts";

/** One browser's side of the line; what it says before the gateway listens waits. */
interface Line {
  upstream: WebSocket | undefined;
  readonly waiting: (string | Buffer)[];
}

/** Stands between browsers and a gateway, and loses events on the way. */
export class Between implements AsyncDisposable {
  /** Whether an event of this name is lost. */
  loses: (event: string) => boolean = () => false;
  /** Names of the events that were lost. */
  readonly lost: string[] = [];
  readonly #server: Bun.Server<Line>;

  constructor(gateway: Pick<GatewayProcess, "httpUrl" | "wsUrl">) {
    this.#server = Bun.serve<Line>({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request, server) => {
        if (server.upgrade(request, { data: { upstream: undefined, waiting: [] } })) return undefined;
        const { pathname, search } = new URL(request.url);
        return fetch(`${gateway.httpUrl}${pathname}${search}`, { decompress: false });
      },
      websocket: {
        open: (socket) => {
          const upstream = new WebSocket(gateway.wsUrl, { headers: { origin: this.httpUrl } });
          socket.data.upstream = upstream;
          upstream.addEventListener("open", () => {
            for (const message of socket.data.waiting.splice(0)) upstream.send(message);
          });
          upstream.addEventListener("message", ({ data }) => {
            if (!this.#isLost(String(data))) socket.send(String(data));
          });
          upstream.addEventListener("close", () => socket.close());
        },
        message: ({ data }, message) => {
          if (data.upstream?.readyState === WebSocket.OPEN) data.upstream.send(message);
          else data.waiting.push(message);
        },
        close: ({ data }) => data.upstream?.close(),
      },
    });
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }

  #isLost(text: string): boolean {
    const frame = JSON.parse(text) as { type: string; event?: string };
    if (frame.type !== "event" || frame.event === undefined || !this.loses(frame.event)) return false;
    this.lost.push(frame.event);
    return true;
  }
}
