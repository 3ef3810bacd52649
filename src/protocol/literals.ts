import { type TLiteral, type TUnion, Type } from "@sinclair/typebox";

type LiteralsOf<T extends readonly string[]> = {
  [K in keyof T]: T[K] extends string ? TLiteral<T[K]> : never;
};

/**
 * A string that is one of `values`, typed as their union. The schema carries the values twice: as `anyOf`, which the
 * compiled validators read, and as `enum`, which the documents and the error texts are made from. A value
 * that is no string is reported as that first, unless `type` is overridden by undefined.
 */
export function oneOf<const T extends readonly [string, ...string[]]>(
  values: T,
  options: { title?: string; description?: string; default?: T[number]; type?: undefined } = {},
): TUnion<[...LiteralsOf<T>]> {
  const literals = values.map((value) => Type.Literal(value));
  return Type.Union(literals, { type: "string", enum: values, ...options }) as unknown as TUnion<
    [...LiteralsOf<T>]
  >;
}
