import type { Static, TSchema } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import type { MethodSpec } from "./define.ts";
import { faultsOf } from "./explain.ts";

const compiled = new WeakMap<TSchema, TypeCheck<TSchema>>();

function checkerOf(schema: TSchema): TypeCheck<TSchema> {
  let checker = compiled.get(schema);
  if (!checker) {
    checker = TypeCompiler.Compile(schema);
    compiled.set(schema, checker);
  }
  return checker;
}

/** True when `value` fits `schema`; the checker is compiled at first use. */
export function fits<T extends TSchema>(schema: T, value: unknown): value is Static<T> {
  return checkerOf(schema).Check(value);
}

/**
 * Why `value` does not fit `schema`, in the words shipped clients know (joined by `; `).
 * With `ignoreUnknown`, keys the schema does not name are no error. Returns `undefined` when the value fits.
 * For schemas of the protocol: it knows the keywords these use, not all of JSON Schema.
 */
export function explain(schema: TSchema, value: unknown, ignoreUnknown = false): string | undefined {
  if (checkerOf(schema).Check(value)) return undefined;
  const faults = faultsOf(schema, value, ignoreUnknown);
  if (faults.length > 0) return faults.join("; ");
  return ignoreUnknown ? undefined : "validation error";
}

/** Params a handler may trust, or the message of the `INVALID_REQUEST` to answer. */
export type CheckedParams =
  { readonly ok: true; readonly params: unknown } | { readonly ok: false; readonly message: string };

/**
 * Checks the params of a request frame against the method's schema. Absent or null params are `{}`. Keys the schema does
 * not name are left in place and ignored, or refused when `strict`; shipped clients send fields that the schema they
 * were built for does not know yet.
 */
export function checkParams(method: MethodSpec, raw: unknown, strict = false): CheckedParams {
  const isObject = typeof raw === "object" && raw !== null && !Array.isArray(raw);
  const params = raw === undefined || raw === null || (method.openParams && !isObject) ? {} : raw;
  const fault = explain(method.params, params, !strict || method.openParams === true);
  if (fault === undefined) return { ok: true, params };
  return { ok: false, message: `invalid ${method.name} params: ${fault}` };
}
