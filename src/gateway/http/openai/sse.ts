import type { Clock, Timer } from "../../../lib/clock.ts";
import { COMMON_HEADERS } from "../responses.ts";
import { KEEP_ALIVE_MS, MAX_UNREAD_BYTES } from "./limits.ts";

const HEADERS = {
  ...COMMON_HEADERS,
  "cache-control": "no-cache",
  "content-type": "text/event-stream; charset=utf-8",
  // Proxies that collect answers before they pass them on would undo the stream.
  "x-accel-buffering": "no",
};

const encoder = new TextEncoder();

/** An answer sent event by event. Writing to one whose reader has gone, or does not read, does nothing. */
export class SseAnswer {
  readonly response: Response;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #silent = false;
  readonly #pulse: Timer;

  /** `hangUp` gives up the connection of a reader that is too far behind. */
  constructor(
    clock: Clock,
    private readonly hangUp: () => void,
  ) {
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        cancel: () => this.#end(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: MAX_UNREAD_BYTES }),
    );
    this.response = new Response(body, { headers: HEADERS });
    this.#pulse = clock.every(KEEP_ALIVE_MS, () => {
      if (this.#silent) this.#write(": keep-alive\n\n");
      this.#silent = true;
    });
  }

  get isOpen(): boolean {
    return this.#controller !== undefined;
  }

  /** Sends one event; `json` is JSON already, on one line. */
  send(json: string, event?: string): void {
    this.#silent = false;
    this.#write(event === undefined ? `data: ${json}\n\n` : `event: ${event}\ndata: ${json}\n\n`);
  }

  /** Ends the stream the way these clients expect. */
  done(): void {
    this.send("[DONE]");
    const controller = this.#controller;
    this.#end();
    controller?.close();
  }

  #write(text: string): void {
    const controller = this.#controller;
    if (!controller) return;
    controller.enqueue(encoder.encode(text));
    if ((controller.desiredSize ?? 0) > 0) return;
    // Closed here it would look complete to whoever reads on; the connection breaks off instead.
    this.#end();
    this.hangUp();
  }

  #end(): void {
    this.#controller = undefined;
    this.#pulse.cancel();
  }
}
