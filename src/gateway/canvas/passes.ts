import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import { MAX_PASSES, MAX_PASSES_PER_HOLDER, PASS_TTL_MS } from "./limits.ts";

/** A secret that stands in an address and lets whoever has it read the canvas, and nothing else. */
export interface Pass {
  readonly token: string;
  /** Epoch ms; later with every use. */
  readonly expiresAtMs: number;
}

interface Issued extends Pass {
  readonly holder: string;
  expiresAtMs: number;
  /** Streams that are read by it; it does not expire under them. */
  streams: number;
  readonly ended: AbortController;
}

/**
 * The passes of this gateway, in memory only. A browser page or a node's panel cannot send a credential of its own with
 * every picture it loads, so the address carries one: for a short time, bound to the connection it was told on.
 */
export class CanvasPasses {
  /** By token; the ones used last come last. */
  readonly #issued = new Map<string, Issued>();

  constructor(private readonly deps: { readonly clock: Clock; readonly ids: Ids }) {}

  /** A fresh pass of a holder. */
  issue(holder: string): Pass {
    const { clock, ids } = this.deps;
    this.#drop((pass) => !this.#isGood(pass));
    const own = [...this.#issued.values()].filter((pass) => pass.holder === holder);
    for (const pass of own.slice(0, Math.max(0, own.length + 1 - MAX_PASSES_PER_HOLDER))) this.#end(pass);
    for (const pass of this.#issued.values()) {
      if (this.#issued.size < MAX_PASSES) break;
      this.#end(pass);
    }
    const pass = {
      token: ids.token(),
      holder,
      expiresAtMs: clock.now() + PASS_TTL_MS,
      streams: 0,
      ended: new AbortController(),
    };
    this.#issued.set(pass.token, pass);
    return pass;
  }

  /** The holder's newest pass that is still good. */
  newest(holder: string): Pass | undefined {
    return [...this.#issued.values()].findLast((pass) => pass.holder === holder && this.#isGood(pass));
  }

  /** Whether a token is good; if so, it is for as long again. */
  admits(token: string): boolean {
    const pass = this.#issued.get(token);
    if (!pass) return false;
    if (!this.#isGood(pass)) {
      this.#end(pass);
      return false;
    }
    pass.expiresAtMs = this.deps.clock.now() + PASS_TTL_MS;
    this.#issued.delete(token);
    this.#issued.set(token, pass);
    return true;
  }

  /** Aborted when the pass is taken back. While a stream is open, which ends with `streamEnds`, it does not expire. */
  hold(token: string, streamEnds: AbortSignal): AbortSignal {
    const pass = this.#issued.get(token);
    if (!pass) return AbortSignal.abort();
    if (streamEnds.aborted) return pass.ended.signal;
    pass.streams += 1;
    streamEnds.addEventListener(
      "abort",
      () => {
        pass.streams -= 1;
        pass.expiresAtMs = this.deps.clock.now() + PASS_TTL_MS;
      },
      { once: true },
    );
    return pass.ended.signal;
  }

  /** Takes every pass of a holder back. */
  revoke(holder: string): void {
    this.#drop((pass) => pass.holder === holder);
  }

  /** Takes all of them back. */
  clear(): void {
    this.#drop(() => true);
  }

  #isGood(pass: Issued): boolean {
    return pass.streams > 0 || pass.expiresAtMs > this.deps.clock.now();
  }

  #drop(which: (pass: Issued) => boolean): void {
    for (const pass of this.#issued.values()) if (which(pass)) this.#end(pass);
  }

  #end(pass: Issued): void {
    this.#issued.delete(pass.token);
    pass.ended.abort();
  }
}
