import {
  type Acceptance,
  type AuthPolicy,
  type ConnectDecision,
  DEFAULT_POLICY,
  GatewayAuth,
  type Invalidation,
  type PeerFacts,
  type Refusal,
  type Whois,
} from "../../../../src/gateway/auth/index.ts";
import { deviceHandlers } from "../../../../src/gateway/methods/devices.ts";
import type { Client } from "../../../../src/gateway/method.ts";
import { randomIds } from "../../../../src/lib/ids.ts";
import { silentLogger } from "../../../../src/lib/logger.ts";
import type { ConnectParams, ConnId } from "../../../../src/protocol/index.ts";
import { openStore, type Store } from "../../../../src/store/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { tempHome } from "../../../support/temp-home.ts";
import type { DeviceKey, ProofTwist } from "./device-key.ts";

export const SECRET = "correct horse battery staple";
export const ALL_SCOPES = [
  "operator.admin",
  "operator.read",
  "operator.write",
  "operator.approvals",
  "operator.pairing",
];

export interface ConnectOptions {
  readonly headers?: Record<string, string>;
  readonly remoteAddress?: string;
  readonly ingress?: PeerFacts["ingress"];
  readonly device?: DeviceKey;
  readonly twist?: ProofTwist;
}

export interface SeenEvent {
  readonly event: string;
  readonly payload: unknown;
}

/** One gateway's auth on a real store in a directory of its own. */
export interface World extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly auth: GatewayAuth;
  readonly store: Store;
  readonly events: SeenEvent[];
  readonly invalidations: Invalidation[];
  connect(params: ConnectParams, options?: ConnectOptions): Promise<ConnectDecision>;
  /** Calls a `device.*` method as `client`. */
  call(
    client: Omit<Client, "connId">,
    method: string,
    params: unknown,
    signal?: AbortSignal,
  ): Promise<unknown>;
  /** Closes everything and opens it again on the same files. */
  reopen(): Promise<void>;
}

export interface WorldOptions {
  readonly policy?: Partial<AuthPolicy>;
  readonly whois?: Whois;
  readonly localAddresses?: readonly string[];
  readonly publicOrigin?: string;
  readonly hosts?: readonly string[];
}

export async function world(options: WorldOptions = {}): Promise<World> {
  const home = await tempHome();
  const clock = new ManualClock();
  const events: SeenEvent[] = [];
  const invalidations: Invalidation[] = [];
  const whois = options.whois ?? { lookup: () => Promise.reject(new Error("no tailnet here")) };
  const start = async () => {
    const store = await openStore({ path: home.at("state.sqlite"), clock, log: silentLogger });
    const auth = new GatewayAuth({
      policy: { ...DEFAULT_POLICY, token: SECRET, ...options.policy },
      devices: store.devices,
      clock,
      ids: randomIds,
      log: silentLogger,
      publisher: { publish: (event, payload) => events.push({ event: event.name, payload }) },
      whois,
      localAddresses: () => options.localAddresses ?? [],
    });
    auth.onInvalidated((invalidation) => invalidations.push(invalidation));
    const handlers = deviceHandlers({
      auth,
      devices: store.devices,
      clock,
      ids: randomIds,
      log: silentLogger,
      isConnected: () => false,
      setupUrlFacts: () => ({
        publicOrigin: options.publicOrigin,
        remoteUrl: undefined,
        hosts: options.hosts ?? [],
        port: 18_789,
        tls: false,
      }),
    });
    return { store, auth, handlers: new Map(handlers.map((bound) => [bound.spec.name, bound])) };
  };
  let live = await start();
  return {
    clock,
    events,
    invalidations,
    get auth() {
      return live.auth;
    },
    get store() {
      return live.store;
    },
    connect(params, { headers = {}, remoteAddress = "127.0.0.1", ingress, device, twist } = {}) {
      const nonce = randomIds.uuid();
      const proof = device?.prove(params, { nonce, now: clock.now() }, twist);
      const all = new Headers({ host: "127.0.0.1:18789", ...headers });
      const peer: PeerFacts = {
        remoteAddress,
        headers: all,
        origin: all.get("origin") ?? undefined,
        host: all.get("host") ?? undefined,
        ingress,
      };
      return live.auth.decide(proof === undefined ? params : { ...params, device: proof }, nonce, peer);
    },
    async call(client, method, params, signal = new AbortController().signal) {
      const bound = live.handlers.get(method);
      if (bound === undefined) throw new Error(`no handler for ${method}`);
      const connected: Client = { ...client, connId: randomIds.uuid() as ConnId };
      const result = await bound.run(params, { client: connected, requestId: "r", signal, accept() {} });
      clock.advance(0);
      return result;
    },
    async reopen() {
      live.auth.stop();
      await live.store.close();
      live = await start();
    },
    async [Symbol.asyncDispose]() {
      live.auth.stop();
      await live.store.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

/** Connect params of a client on Linux. */
export function params(
  client: { id: ConnectParams["client"]["id"]; mode: ConnectParams["client"]["mode"] } & Partial<
    ConnectParams["client"]
  >,
  rest: Partial<ConnectParams> = {},
): ConnectParams {
  return {
    minProtocol: 4,
    maxProtocol: 4,
    client: { version: "1.0.0", platform: "linux", ...client },
    role: "operator",
    scopes: ALL_SCOPES,
    ...rest,
  };
}

export function accepted(decision: ConnectDecision): Acceptance {
  if (!decision.ok) throw new Error(`refused: ${JSON.stringify(decision.error.toShape())}`);
  return decision;
}

export function refused(decision: ConnectDecision): Refusal {
  if (decision.ok) throw new Error(`accepted: ${JSON.stringify(decision.hello)}`);
  return decision;
}

/** The `details.code` of a refusal. */
export function detailCode(decision: ConnectDecision): unknown {
  return refused(decision).error.details?.["code"];
}

/** A local operator with the shared secret and every scope. */
export async function localOperator(on: World): Promise<Acceptance> {
  return accepted(await on.connect(params({ id: "cli", mode: "cli" }, { auth: { token: SECRET } })));
}
