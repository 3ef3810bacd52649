import type { BrowserControl } from "./control/browser-control.ts";
import type { BrowserDeps } from "./deps.ts";
import { BrowserError } from "./errors.ts";
import type { BrowserAsk, BrowserReply } from "./request.ts";

/**
 * Browsers under control of the gateway. This is only the door: what speaks to browsers is loaded with the first request,
 * and a gateway that nobody asks for a browser has none of it in memory.
 */
export class Browser {
  #control: Promise<BrowserControl> | undefined;
  #rules: string;
  #stopped = false;

  constructor(private readonly deps: BrowserDeps) {
    this.#rules = this.#rulesInForce();
  }

  /** False while it is switched off. */
  isOn(): boolean {
    return this.deps.off() === undefined;
  }

  /** Answers a request. Never throws. */
  async request(ask: BrowserAsk): Promise<BrowserReply> {
    const off = this.deps.off();
    if (off !== undefined || this.#stopped) {
      return failure(new BrowserError(503, `Browser control is off: ${off ?? "the gateway is stopping"}.`));
    }
    try {
      this.#control ??= this.#load();
      const answering = this.#control.then((control) => control.answer(ask));
      return { status: 200, body: await (ask.signal ? untilAborted(answering, ask.signal) : answering) };
    } catch (error) {
      if (!(error instanceof BrowserError)) {
        this.deps.log.error("a browser request failed", { error, method: ask.method, path: ask.path });
      }
      return failure(error);
    }
  }

  /** Takes a new configuration: browsers that were started under other rules about addresses are closed. */
  reconfigure(): void {
    const rules = this.#rulesInForce();
    if (rules === this.#rules) return;
    this.#rules = rules;
    void this.#control
      ?.then((control) => control.stop())
      .catch((error: unknown) => this.deps.log.error("browsers could not be closed", { error }));
  }

  /** Ends every browser that was started here. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await (await this.#control)?.stop();
  }

  async #load(): Promise<BrowserControl> {
    const { BrowserControl } = await import("./control/browser-control.ts");
    return new BrowserControl(this.deps);
  }

  #rulesInForce(): string {
    return JSON.stringify([this.deps.off() !== undefined, this.deps.config().browser?.ssrfPolicy]);
  }
}

/** Whoever asked is told in time; what the browser does meanwhile, maybe for others too, comes to its own end. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(new BrowserError(504, "The browser took longer than the request may take."));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", onAbort));
}

function failure(error: unknown): BrowserReply {
  if (error instanceof BrowserError) {
    return { status: error.status, body: { error: error.message, ...error.facts } };
  }
  return { status: 500, body: { error: error instanceof Error ? error.message : String(error) } };
}
