import {
  type GatewayProcess,
  PATIENCE_MS,
  type WireClient,
  type WireFrame,
  type WireResponse,
  within,
} from "../../support/index.ts";

/** A client that expects its gateway to die: an answer that never comes is undefined, not an error. */
export class Line {
  /** Hears every frame, answers included. */
  heard: (frame: WireFrame) => void = () => undefined;
  readonly #client: WireClient;
  readonly #asked = new Map<string, (answer: WireResponse | undefined) => void>();
  #lastId = 0;

  private constructor(client: WireClient) {
    this.#client = client;
    client.onFrame = (frame) => {
      if (frame.type === "res") {
        const id = String(frame.id);
        this.#asked.get(id)?.(frame as unknown as WireResponse);
        this.#asked.delete(id);
      }
      this.heard(frame);
    };
    void client.closed.then(() => {
      for (const resolve of this.#asked.values()) resolve(undefined);
      this.#asked.clear();
    });
  }

  static async open(gateway: GatewayProcess): Promise<Line> {
    return new Line(await gateway.operator());
  }

  get closed(): Promise<unknown> {
    return this.#client.closed;
  }

  /** The answer, or undefined when the gateway died first. */
  ask(method: string, params: unknown, timeoutMs = PATIENCE_MS): Promise<WireResponse | undefined> {
    this.#lastId += 1;
    const id = `${method}#${this.#lastId}`;
    const { promise, resolve } = Promise.withResolvers<WireResponse | undefined>();
    this.#asked.set(id, resolve);
    this.#client.send({ type: "req", id, method, params });
    return within(`the answer to ${id}`, promise, timeoutMs);
  }
}

/** Ends a gateway as a power button would, and waits until it is gone. */
export async function kill(gateway: GatewayProcess): Promise<void> {
  gateway.signal("SIGKILL");
  await gateway.exited;
}
