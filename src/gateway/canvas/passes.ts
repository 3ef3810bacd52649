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
  /** There is one once a stream is read: most passes never are. */
  ended?: AbortController;
}

/**
 * The passes of this gateway, in memory only. A browser page or a node's panel cannot send a credential of its own with
 * every picture it loads, so the address carries one: for a short time, bound to the connection it was told on.
 */
export class CanvasPasses {
  /** By token; the ones used last come last. */
  readonly #issued = new Map<string, Issued>();
  /** The same by holder: with thousands of connections nobody can look through all of them for each that comes or goes. */
  readonly #held = new Map<string, Set<Issued>>();

  constructor(private readonly deps: { readonly clock: Clock; readonly ids: Ids }) {}

  /** A fresh pass of a holder. */
  issue(holder: string): Pass {
    const { clock, ids } = this.deps;
    this.#dropExpired();
    const own = [...this.#passesOf(holder)].filter((pass) => this.#isGood(pass));
    for (const pass of own.slice(0, Math.max(0, own.length + 1 - MAX_PASSES_PER_HOLDER))) this.#end(pass);
    for (const pass of this.#issued.values()) {
      if (this.#issued.size < MAX_PASSES) break;
      this.#end(pass);
    }
    const pass = { token: ids.token(), holder, expiresAtMs: clock.now() + PASS_TTL_MS, streams: 0 };
    this.#keep(pass);
    return pass;
  }

  /** The holder's newest pass that is still good. */
  newest(holder: string): Pass | undefined {
    return [...this.#passesOf(holder)].findLast((pass) => this.#isGood(pass));
  }

  /** Whether a token is good; if so, it is for as long again. */
  admits(token: string): boolean {
    const pass = this.#issued.get(token);
    if (!pass) return false;
    if (!this.#isGood(pass)) {
      this.#end(pass);
      return false;
    }
    this.#prolong(pass);
    return true;
  }

  /** Aborted when the pass is taken back. While a stream is open, which ends with `streamEnds`, it does not expire. */
  hold(token: string, streamEnds: AbortSignal): AbortSignal {
    const pass = this.#issued.get(token);
    if (!pass) return AbortSignal.abort();
    pass.ended ??= new AbortController();
    if (streamEnds.aborted) return pass.ended.signal;
    pass.streams += 1;
    streamEnds.addEventListener(
      "abort",
      () => {
        pass.streams -= 1;
        if (this.#issued.has(token)) this.#prolong(pass);
      },
      { once: true },
    );
    return pass.ended.signal;
  }

  /** Takes every pass of a holder back. */
  revoke(holder: string): void {
    for (const pass of this.#passesOf(holder)) this.#end(pass);
  }

  /** Takes all of them back. */
  clear(): void {
    for (const pass of this.#issued.values()) this.#end(pass);
  }

  #isGood(pass: Issued): boolean {
    return pass.streams > 0 || pass.expiresAtMs > this.deps.clock.now();
  }

  #passesOf(holder: string): Iterable<Issued> {
    return this.#held.get(holder) ?? [];
  }

  /** Good for as long again as a fresh one, and the last to expire. */
  #prolong(pass: Issued): void {
    pass.expiresAtMs = this.deps.clock.now() + PASS_TTL_MS;
    this.#forget(pass);
    this.#keep(pass);
  }

  /** The first that has time left is followed by ones that have more. */
  #dropExpired(): void {
    const now = this.deps.clock.now();
    for (const pass of this.#issued.values()) {
      if (pass.expiresAtMs > now) return;
      if (pass.streams === 0) this.#end(pass);
    }
  }

  #keep(pass: Issued): void {
    this.#issued.set(pass.token, pass);
    const held = this.#held.get(pass.holder);
    if (held) held.add(pass);
    else this.#held.set(pass.holder, new Set([pass]));
  }

  #forget(pass: Issued): void {
    this.#issued.delete(pass.token);
    const held = this.#held.get(pass.holder);
    held?.delete(pass);
    if (held?.size === 0) this.#held.delete(pass.holder);
  }

  #end(pass: Issued): void {
    this.#forget(pass);
    pass.ended?.abort();
  }
}
