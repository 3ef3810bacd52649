import {
  type Clock,
  type GatewayClient,
  GatewayRequestError,
  greetGateway,
  reconnectDelayMs,
  type Timer,
} from "../../../client/browser/index.ts";
import type { ClientIdentity } from "../../../protocol/index.ts";
import { Live } from "../live/live.ts";
import { Observable } from "../observable.ts";
import type { Credentials } from "./credentials.ts";
import { type DeviceKey, proverOf } from "./device-key.ts";
import { FIRST_RETRY_MS, HELLO_TIMEOUT_MS, PAIRING_POLL_MS } from "./limits.ts";
import { explainRefusal, type Refusal } from "./refusal.ts";

/** How things stand between this page and the gateway. */
export type LinkState =
  | { readonly phase: "connecting" }
  | { readonly phase: "online"; readonly live: Live }
  | {
      readonly phase: "lost";
      /** 1 for the first try. */
      readonly attempt: number;
      /** Epoch ms of the next try. */
      readonly nextAt: number;
      /** The gateway said that it begins anew. */
      readonly restarting: boolean;
    }
  | { readonly phase: "refused"; readonly refusal: Refusal };

export interface LinkDeps {
  readonly url: string;
  readonly origin: string;
  readonly client: ClientIdentity;
  readonly scopes: readonly string[];
  readonly credentials: Credentials;
  readonly key: DeviceKey;
  readonly clock: Clock;
}

/** The connection of this page: signs in, and comes back by itself whatever happens to the gateway. */
export class Link {
  readonly state = new Observable<LinkState>({ phase: "connecting" });
  readonly #deps: LinkDeps;
  #client: GatewayClient | undefined;
  #restarting = false;
  #retry: Timer | undefined;
  /** Each try replaces the one before it. */
  #try = 0;

  constructor(deps: LinkDeps) {
    this.#deps = deps;
  }

  /** Connects with what this browser has. */
  start(): void {
    void this.#connect(1);
  }

  /** Signs in with a token or password somebody typed or was handed. */
  signIn(secret: string): void {
    this.#deps.credentials.use(secret);
    this.state.set({ phase: "connecting" });
    void this.#connect(1);
  }

  /** Forgets the secret and this browser's access. */
  async signOut(): Promise<void> {
    // Whatever is under way must not be let in after this.
    this.#leave();
    this.#deps.credentials.use(undefined);
    await this.#deps.credentials.dropAccess();
    void this.#connect(1);
  }

  /** Tries again now rather than after the pause: the network came back, or somebody asked. */
  retryNow(): void {
    const { phase } = this.state.value;
    if (phase === "lost" || phase === "refused") void this.#connect(1);
  }

  async #connect(attempt: number): Promise<void> {
    const mine = this.#leave();
    try {
      const client = await this.#greet();
      if (mine === this.#try) this.#arrived(client);
      else void client.close();
    } catch (error) {
      if (mine === this.#try) await this.#failed(error, attempt);
    }
  }

  /** Ends the connection and the try there is; returns the number of the next one. */
  #leave(): number {
    this.#retry?.cancel();
    const before = this.#client;
    this.#client = undefined;
    void before?.close();
    return ++this.#try;
  }

  async #greet(): Promise<GatewayClient> {
    const { url, client, credentials, key, clock } = this.#deps;
    const { secret } = credentials;
    const access = secret === undefined ? await credentials.access() : undefined;
    return greetGateway(url, new WebSocket(url), {
      client,
      scopes: access?.scopes ?? this.#deps.scopes,
      auth:
        secret === undefined
          ? access === undefined
            ? {}
            : { deviceToken: access.deviceToken }
          : { token: secret },
      timeoutMs: HELLO_TIMEOUT_MS,
      clock,
      prove: proverOf(key),
    });
  }

  #arrived(client: GatewayClient): void {
    const { credentials, clock } = this.#deps;
    const live = new Live(client, clock.now());
    this.#client = client;
    this.#restarting = false;
    const { method, deviceToken, scopes } = client.hello.auth;
    credentials.accepted(method);
    client.on("disconnect", () => {
      if (this.#client !== client) return;
      this.#client = undefined;
      this.#restarting = live.ending.value === "restarts";
      this.#wait(1);
    });
    this.state.set({ phase: "online", live });
    // A browser that keeps nothing is let in all the same; it will have to show the secret again.
    if (deviceToken !== undefined) credentials.keepAccess({ deviceToken, scopes }).catch(() => {});
  }

  async #failed(error: unknown, attempt: number): Promise<void> {
    if (!(error instanceof GatewayRequestError) || (error.code === "UNAVAILABLE" && error.retryable)) {
      this.#wait(attempt);
      return;
    }
    const { credentials, clock, origin } = this.#deps;
    if (error.detailCode === "AUTH_DEVICE_TOKEN_MISMATCH") await credentials.dropAccess();
    const refusal = explainRefusal(error, origin);
    if (refusal.kind === "wrong-secret") credentials.use(undefined);
    this.state.set({ phase: "refused", refusal });
    if (refusal.kind === "pairing") {
      this.#retry = clock.after(PAIRING_POLL_MS, () => void this.#connect(attempt));
    }
  }

  #wait(attempt: number): void {
    const { clock } = this.#deps;
    const pauseMs = attempt === 1 ? FIRST_RETRY_MS : reconnectDelayMs(attempt - 1);
    this.state.set({
      phase: "lost",
      attempt,
      nextAt: clock.now() + pauseMs,
      restarting: this.#restarting,
    });
    this.#retry = clock.after(pauseMs, () => void this.#connect(attempt + 1));
  }
}
