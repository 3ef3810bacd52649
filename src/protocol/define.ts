import type { Static, TSchema } from "@sinclair/typebox";
import type { OperatorScope, Role } from "./scopes.ts";

/**
 * Who may call a method: a scope an operator must hold, `none` for any authenticated connection (nodes too),
 * `authenticated` for any operator connection, `node` for nodes only, or `dynamic` when the handler's
 * `requiredScope` decides from the params.
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
  /** Extra scopes that depend on the params; checked after `scope`, before the handler. */
  scopesFor?(params: Static<Params>): readonly OperatorScope[];
  /** Counts against the control-plane write limit (30 per 60 s per method and caller). */
  readonly write?: boolean;
  /** Callable, but left out of `features.methods`. */
  readonly hidden?: boolean;
  /** Takes any params at all, even in strict mode. */
  readonly openParams?: boolean;
}

/** Declares a method: its validation, authorisation, discovery entry, JSON Schema and docs all come from this value. */
export function defineMethod<Name extends string, Params extends TSchema, Result extends TSchema>(
  spec: MethodSpec<Name, Params, Result>,
): MethodSpec<Name, Params, Result> {
  return spec;
}

/** Who hears an event: `none` is every authenticated connection. */
export type EventScope = OperatorScope | "none";

export interface EventSpec<Name extends string = string, Payload extends TSchema = TSchema> {
  readonly name: Name;
  readonly summary: string;
  readonly payload: Payload;
  readonly scope: EventScope;
  /** A client over its buffer limit misses this event (and sees the gap in `seq`) instead of being closed. */
  readonly dropIfSlow: boolean;
  /** Sent to nodes; node events carry no `seq`. */
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
