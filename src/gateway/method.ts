import type { ClientIdentity, ConnId, MethodSpec, ParamsOf, ResultOf, Role } from "../protocol/index.ts";

/** An authenticated connection, as handlers see it. */
export interface Client {
  readonly connId: ConnId;
  readonly role: Role;
  readonly scopes: readonly string[];
  readonly client: ClientIdentity;
  readonly caps: readonly string[];
  /** Present when the client proved a device identity. */
  readonly deviceId?: string;
  /** How the client authenticated, for example `token` or `device-token`. */
  readonly authMethod: string;
  /** The client's address; `undefined` for loopback. */
  readonly remoteIp?: string;
  /** The newest protocol it speaks, and this gateway too; absent where nobody asked. */
  readonly protocol?: number;
  /** `http(s)://host:port` by which it reaches this gateway; absent when it told no host. */
  readonly gatewayUrl?: string;
  /** True when the socket peer is loopback and no proxy stood between. */
  readonly directLocal: boolean;
  /** What a node declared about itself; absent for operators. */
  readonly node?: NodeClaim;
}

/** The claims of a connecting node; none of them is granted by itself. */
export interface NodeClaim {
  readonly commands: readonly string[];
  readonly permissions?: Readonly<Record<string, boolean>>;
  readonly pathEnv?: string;
  /** How its device was admitted: by a person, by policy, or by a setup code. */
  readonly admission: "asked" | "silent" | "entrusted";
}

export interface MethodContext {
  readonly client: Client;
  readonly requestId: string;
  /** Aborted when the connection closes or the gateway stops. */
  readonly signal: AbortSignal;
  /** Sends an early `ok` response with the same id, for methods that answer in two stages. */
  accept(payload: unknown): void;
}

/** A value that is only going to be serialised, so its owner need not give up that it does not change. */
export type Frozen<T> = T extends readonly unknown[] | object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

export type Handler<M extends MethodSpec> = (
  params: ParamsOf<M>,
  ctx: MethodContext,
) => Frozen<ResultOf<M>> | Promise<Frozen<ResultOf<M>>>;

/** A method bound to what answers it. */
export interface BoundMethod {
  readonly spec: MethodSpec;
  readonly run: (params: unknown, ctx: MethodContext) => unknown;
}

/** Binds a handler to its declaration; the params were validated against `spec` before it runs. */
export function handle<M extends MethodSpec>(spec: M, handler: Handler<M>): BoundMethod {
  return { spec, run: (params, ctx) => handler(params as ParamsOf<M>, ctx) };
}
