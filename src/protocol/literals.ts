import { type TLiteral, type TUnion, Type } from "@sinclair/typebox";

type LiteralsOf<T extends readonly string[]> = {
  [K in keyof T]: T[K] extends string ? TLiteral<T[K]> : never;
};

/** A string that is one of `values`, typed as their union. */
export function oneOf<const T extends readonly [string, ...string[]]>(
  values: T,
  options: { title?: string; description?: string; default?: T[number] } = {},
): TUnion<[...LiteralsOf<T>]> {
  const literals = values.map((value) => Type.Literal(value));
  return Type.Union(literals, options) as unknown as TUnion<[...LiteralsOf<T>]>;
}
