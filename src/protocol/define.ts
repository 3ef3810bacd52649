import type { Static, TSchema } from "@sinclair/typebox";
import type { OperatorScope, Role } from "./scopes.ts";

/**
 * Who may call a method: a scope an operator must hold, `none` for any authenticated connection (nodes too),
 * `authenticated` for any operator connection, `node` for nodes only. What else depends on the params is said by
 * `scopesFor`, and what depends on stored state is decided by the handler.
 */
export type MethodScope = OperatorScope | "none" | "authenticated" | "node";

export interface MethodSpec<
  Name extends string = string,
  Params extends TSchema = TSchema,
  Result extends TSchema = TSchema,
> {
  readonly name: Name;
  /** One sentence for the docs. */
  readonly summary: string;
  readonly scope: MethodScope;
  readonly params: Params;
  readonly result: Result;
  /** First protocol version that has it. */
  readonly since: number;
  /** Further scopes that depend on the params; checked once these are valid, before the handler. */
  scopesFor?(params: Static<Params>): readonly OperatorScope[];
  /** Counts against the control-plane write limit (30 per 60 s per method and caller). */
  readonly write?: boolean;
  /** Its answer waits for somebody else, maybe for minutes; such requests leave the room for work alone. */
  readonly waits?: boolean;
  /** Callable, but left out of `features.methods`. */
  readonly hidden?: boolean;
  /** Takes unknown params even in strict mode, and anything that is no object as no params. */
  readonly openParams?: boolean;
}

/** Declares a method: its validation, authorisation, discovery entry, JSON Schema and docs all come from this value. */
export function defineMethod<Name extends string, Params extends TSchema, Result extends TSchema>(
  spec: MethodSpec<Name, Params, Result>,
): MethodSpec<Name, Params, Result> {
  return spec;
}

/**
 * Who hears an event when it is broadcast: operators that hold the scope, `none` for every authenticated connection
 * (nodes too), `node` for nobody: such an event is only ever pushed to one node.
 */
export type EventScope = OperatorScope | "none" | "node";

export interface EventSpec<Name extends string = string, Payload extends TSchema = TSchema> {
  readonly name: Name;
  readonly summary: string;
  readonly payload: Payload;
  readonly scope: EventScope;
  /** A client over its buffer limit misses this event (and sees the gap in `seq`) instead of being closed. */
  readonly dropIfSlow: boolean;
  /** `node`: is also (or only) pushed to single nodes, whatever their scopes and without `seq`. */
  readonly audience?: Role;
}

/** Declares an event; the discovery list, the JSON Schema and the delivery rule come from this value. */
export function defineEvent<Name extends string, Payload extends TSchema>(
  spec: EventSpec<Name, Payload>,
): EventSpec<Name, Payload> {
  return spec;
}

export type ParamsOf<M extends MethodSpec> = Static<M["params"]>;
export type ResultOf<M extends MethodSpec> = Static<M["result"]>;
export type PayloadOf<E extends EventSpec> = Static<E["payload"]>;
