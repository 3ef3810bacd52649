import type { CanvasHost, CanvasPlaces, CanvasRequest } from "../../canvas/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import type { Logger } from "../../lib/logger.ts";
import { type HelloOk, holdsScope, invalidRequest, unavailable } from "../../protocol/index.ts";
import type { Client } from "../method.ts";
import { CanvasPasses, type Pass } from "./passes.ts";
import { surfaceUrl, tokenOf } from "./surface-url.ts";

export interface CanvasWorldDeps {
  /** False when it is switched off: nothing is served and nobody is told an address. */
  readonly on: boolean;
  readonly places: () => CanvasPlaces;
  /** Whether what was approved for the node on this connection includes showing the canvas. */
  readonly isShownBy: (connId: Client["connId"]) => boolean;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

/** What is told of the surfaces to a client that connects. */
export type SurfaceFacts = Pick<HelloOk, "canvasHostUrl" | "pluginSurfaceUrls">;

export interface RefreshedSurface {
  readonly surface: string;
  readonly pluginSurfaceUrls: Readonly<Record<string, string>>;
  /** Epoch ms; absent when the address there was is still the newest. */
  readonly expiresAtMs?: number;
}

/** Holder of passes that belong to no connection: a browser that the gateway lets in without a secret. */
const BROWSER = "browser";

/** Clients of this protocol and older know one address and no surfaces by name. */
const LAST_WITHOUT_SURFACES = 3;

/** The canvas as one gateway offers it: who may see it, by which address; what is served is loaded with the first request. */
export class CanvasWorld {
  readonly #passes: CanvasPasses;
  readonly #stopped = new AbortController();
  #host: Promise<CanvasHost> | undefined;

  constructor(private readonly deps: CanvasWorldDeps) {
    this.#passes = new CanvasPasses(deps);
  }

  get on(): boolean {
    return this.deps.on;
  }

  /** Whether an address with this token may be used now. */
  admits(token: string): boolean {
    return this.#passes.admits(token);
  }

  /** A pass for a browser that was let in by where it is, and cannot say so again for every picture of a page. */
  browserPass(): Pass {
    return this.#passes.issue(BROWSER);
  }

  /** Serves a request that was let in, by `token` when that is what let it in. */
  async answer(asked: Omit<CanvasRequest, "signal" | "shared">, token?: string): Promise<Response> {
    this.#host ??= this.#load();
    const { signal } = asked.request;
    return await (
      await this.#host
    ).answer({
      ...asked,
      shared: token !== undefined,
      signal: () => AbortSignal.any([signal, this.#stopped.signal, this.#passes.hold(token ?? "", signal)]),
    });
  }

  /** What `hello-ok` says; nothing to who may not see the canvas. */
  facts(client: Client): SurfaceFacts {
    const gateway = this.#gatewayOf(client);
    if (gateway === undefined) return {};
    const url = surfaceUrl(gateway, this.#passes.issue(client.connId).token);
    return (client.protocol ?? LAST_WITHOUT_SURFACES) > LAST_WITHOUT_SURFACES
      ? { pluginSurfaceUrls: { canvas: url } }
      : { canvasHostUrl: url };
  }

  /**
   * A fresh address. A client that observed another one than its newest is told the newest, so that two of its pages that
   * ask at once end up with the same. @throws ProtocolError when there is none for it
   */
  refresh(client: Client, surface: string, observedUrl?: string): RefreshedSurface {
    const name = surface.trim();
    if (name === "") throw invalidRequest("surface required");
    const gateway = name === "canvas" ? this.#gatewayOf(client) : undefined;
    if (gateway === undefined) throw unavailable(`${name} plugin surface unavailable`);
    const newest = this.#passes.newest(client.connId);
    const observed = observedUrl === undefined ? undefined : tokenOf(observedUrl);
    if (newest && observed !== undefined && observed !== newest.token) {
      return { surface: name, pluginSurfaceUrls: { [name]: surfaceUrl(gateway, newest.token) } };
    }
    const { token, expiresAtMs } = this.#passes.issue(client.connId);
    return { surface: name, pluginSurfaceUrls: { [name]: surfaceUrl(gateway, token) }, expiresAtMs };
  }

  /** A connection is gone, and with it what it was told. */
  left({ connId }: Pick<Client, "connId">): void {
    this.#passes.revoke(connId);
  }

  /** Browsers that were let in have to come in anew, because the rules changed. */
  forgetBrowsers(): void {
    this.#passes.revoke(BROWSER);
  }

  /** Ends every stream and takes every address back. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#passes.clear();
    (await this.#host)?.stop();
  }

  /** By which address the client reaches the gateway, when it may see the canvas. */
  #gatewayOf(client: Client): string | undefined {
    if (!this.deps.on) return undefined;
    const mayRead =
      client.role === "node"
        ? this.deps.isShownBy(client.connId)
        : holdsScope(client.scopes, "operator.read");
    return mayRead ? client.gatewayUrl : undefined;
  }

  async #load(): Promise<CanvasHost> {
    const { CanvasHost } = await import("../../canvas/index.ts");
    return new CanvasHost(this.deps);
  }
}
