import type { Clock } from "../clock.ts";
import { type BodyGuard, guardedBody } from "./body.ts";
import {
  checkUrl,
  hostOf,
  isInsideUrl,
  publicAddresses,
  type Resolver,
  systemResolver,
} from "./destination.ts";
import { dial, dialPinned } from "./dial.ts";
import { EgressError } from "./errors.ts";
import * as LIMITS from "./limits.ts";
import { proxyFor, type ProxySettings } from "./proxy.ts";
import type { ProxyAgent } from "./proxy-agent.ts";
import { type Leg, nextLeg, redirectTarget } from "./redirect.ts";

/**
 * Whom a request may reach. `public`: the public internet only, whatever names resolve to and redirects say. With
 * `trusted`, these exact origins (`http://127.0.0.1:11434`) may be anywhere, because the owner configured them.
 */
export interface EgressPolicy {
  readonly reach: "public";
  readonly trusted?: readonly string[];
}

/** Bounds of one request; the defaults are those of `limits.ts`. 0 means none for a time-out. */
export interface EgressLimits {
  /** To connect and to get the head of the answer, for each redirect anew. */
  readonly responseTimeoutMs?: number;
  /** Between two pieces of the body. */
  readonly idleTimeoutMs?: number;
  /** From the request to the last byte. */
  readonly totalTimeoutMs?: number;
  readonly maxBytes?: number;
  readonly maxRedirects?: number;
}

export interface EgressDeps {
  readonly clock: Clock;
  readonly proxy?: ProxySettings | undefined;
  readonly resolve?: Resolver;
}

/** What `fetch` is to a library that takes one. */
export type FetchFunction = typeof globalThis.fetch;

/** The one way out over HTTP. Keeps no cookies; a credential never follows a redirect to another origin. */
export class Egress {
  readonly #clock: Clock;
  readonly #proxy: ProxySettings | undefined;
  readonly #resolve: Resolver;

  constructor({ clock, proxy, resolve = systemResolver }: EgressDeps) {
    this.#clock = clock;
    this.#proxy = proxy;
    this.#resolve = resolve;
  }

  /** The same way out with another proxy or another resolver; what is not named stays. `proxy: undefined` means none. */
  with(changes: Partial<Omit<EgressDeps, "clock">>): Egress {
    return new Egress({ clock: this.#clock, proxy: this.#proxy, resolve: this.#resolve, ...changes });
  }

  /** A `fetch` bound to a policy; `url` of its answers is where redirects ended. Rejects with EgressError, or the signal's reason. */
  fetch(policy: EgressPolicy, limits: EgressLimits = {}): FetchFunction {
    const bound = (input: string | URL | Request, init?: RequestInit) =>
      this.request(input, init, policy, limits);
    return Object.assign(bound, { preconnect: () => undefined });
  }

  /**
   * The way to a WebSocket (`ws:`, `wss:`): allowed, and the agent that leads through the proxy if there is one. The name is
   * looked up again by whoever connects, so its certificate must be the name's. @throws EgressError `refused` or `unresolved`
   */
  async route(address: URL, policy: EgressPolicy): Promise<ProxyAgent | undefined> {
    const url = new URL(address.href.replace(/^ws/, "http"));
    checkUrl(url);
    const proxy = proxyFor(url, this.#proxy);
    const trusted = policy.trusted?.includes(url.origin) ?? false;
    if (!trusted) {
      const found = publicAddresses(url, this.#resolve);
      await (proxy === undefined ? found : found.catch(ignoreUnresolved));
    }
    if (proxy === undefined || (trusted && isInsideUrl(url))) return undefined;
    const loaded = await import("./proxy-agent.ts");
    return new loaded.ProxyAgent(new URL(proxy));
  }

  /** Sends one request; `broken` hears of a body that did not come to its end. @throws EgressError, or the reason of `init.signal` when that was aborted */
  async request(
    input: string | URL | Request,
    init: RequestInit | undefined,
    policy: EgressPolicy,
    limits: EgressLimits = {},
    broken?: (error: EgressError) => void,
  ): Promise<Response> {
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    signal?.throwIfAborted();
    const transfer = new AbortController();
    const abort = (reason: unknown) => transfer.abort(reason);
    const onAbort = () => abort(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    const totalMs = limits.totalTimeoutMs ?? LIMITS.TOTAL_TIMEOUT_MS;
    const total = totalMs > 0 ? this.#clock.after(totalMs, () => abort(tooSlow(totalMs))) : undefined;
    const done = () => {
      total?.cancel();
      signal?.removeEventListener("abort", onAbort);
    };
    try {
      const { response, url } = await this.#follow(firstLeg(input, init), policy, limits, transfer);
      const callerReason = (): unknown => (signal?.aborted === true ? signal.reason : undefined);
      return this.#guarded(response, url, limits, { abort, done, broken, callerReason });
    } catch (error) {
      abort(error);
      done();
      if (transfer.signal.aborted && signal?.aborted === true) throw signal.reason;
      throw error;
    }
  }

  async #follow(
    first: Leg,
    policy: EgressPolicy,
    limits: EgressLimits,
    transfer: AbortController,
  ): Promise<{ response: Response; url: URL }> {
    const maxRedirects = limits.maxRedirects ?? LIMITS.MAX_REDIRECTS;
    let leg = first;
    for (let redirects = 0; ; redirects++) {
      const response = await this.#send(leg, policy, limits, transfer);
      const target = redirectTarget(response, leg.url);
      if (target === undefined) return { response, url: leg.url };
      await response.body?.cancel();
      if (redirects >= maxRedirects) {
        throw new EgressError("redirects", `${hostOf(first.url)} redirects more than ${maxRedirects} times`);
      }
      leg = nextLeg(leg, response.status, target);
    }
  }

  async #send(
    leg: Leg,
    policy: EgressPolicy,
    limits: EgressLimits,
    transfer: AbortController,
  ): Promise<Response> {
    checkUrl(leg.url);
    const host = hostOf(leg.url);
    const limitMs = limits.responseTimeoutMs ?? LIMITS.RESPONSE_TIMEOUT_MS;
    const timer =
      limitMs > 0
        ? this.#clock.after(limitMs, () =>
            transfer.abort(new EgressError("timeout", `${host} did not answer within ${limitMs / 1000} s`)),
          )
        : undefined;
    try {
      return await untilAborted(this.#connect(leg, policy, transfer.signal), transfer.signal);
    } finally {
      timer?.cancel();
    }
  }

  async #connect(leg: Leg, policy: EgressPolicy, signal: AbortSignal): Promise<Response> {
    const proxy = proxyFor(leg.url, this.#proxy);
    const trusted = policy.trusted?.includes(leg.url.origin) ?? false;
    // What is on this machine or beside it, a proxy outside cannot reach.
    if (trusted) return dial(leg, { signal, proxy: isInsideUrl(leg.url) ? undefined : proxy });
    if (proxy !== undefined) {
      // The proxy looks the name up again, so it is its keeper that decides; a name known to lead inside is refused here.
      await publicAddresses(leg.url, this.#resolve).catch(ignoreUnresolved);
      return dial(leg, { signal, proxy });
    }
    const addresses = await publicAddresses(leg.url, this.#resolve);
    return dialPinned(leg, addresses, signal);
  }

  #guarded(
    response: Response,
    url: URL,
    limits: EgressLimits,
    transfer: Pick<BodyGuard, "abort" | "done" | "broken" | "callerReason">,
  ): Response {
    const head = { status: response.status, statusText: response.statusText, headers: response.headers };
    let body: ReadableStream<Uint8Array> | null = null;
    if (response.body === null) transfer.done();
    else {
      body = guardedBody(response.body, {
        clock: this.#clock,
        host: hostOf(url),
        maxBytes: limits.maxBytes ?? LIMITS.MAX_BODY_BYTES,
        idleTimeoutMs: limits.idleTimeoutMs ?? LIMITS.IDLE_TIMEOUT_MS,
        ...transfer,
      });
    }
    const guarded = new Response(body, head);
    Object.defineProperty(guarded, "url", { value: url.href });
    return guarded;
  }
}

function firstLeg(input: string | URL | Request, init: RequestInit | undefined): Leg {
  const request = input instanceof Request ? input : undefined;
  const href = input instanceof Request ? input.url : input instanceof URL ? input.href : input;
  if (!URL.canParse(href)) throw new EgressError("refused", "the address cannot be read");
  return {
    url: new URL(href),
    method: (init?.method ?? request?.method ?? "GET").toUpperCase(),
    headers: new Headers(init?.headers ?? request?.headers),
    body: init?.body ?? request?.body ?? undefined,
    // A connection that was quiet for long may be dead without either end knowing.
    fresh: init?.keepalive === false,
  };
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", onAbort));
}

function ignoreUnresolved(error: unknown): readonly string[] {
  if (error instanceof EgressError && error.kind === "unresolved") return [];
  throw error;
}

function tooSlow(ms: number): EgressError {
  return new EgressError("timeout", `the transfer took longer than ${ms / 1000} s`);
}
