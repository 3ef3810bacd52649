import { type ObjectOptions, type TObject, type TProperties, type TSchema, Type } from "@sinclair/typebox";

/** A non-empty string. */
export const text = Type.String({ minLength: 1 });

/** A list of non-empty strings. */
export const texts = Type.Array(text);

/** A point in time, epoch ms. */
export const epochMs = Type.Integer({ minimum: 0, description: "Epoch ms." });

/** A number of things, bytes or milliseconds. */
export const count = Type.Integer({ minimum: 0 });

/** True, never false: for acknowledgements. */
export const yes = Type.Literal(true);

/** Any JSON object. */
export const anyObject = Type.Record(Type.String(), Type.Unknown());

/** An object that takes no other keys than these. */
export function closed<T extends TProperties>(properties: T, options: ObjectOptions = {}): TObject<T> {
  return Type.Object(properties, { ...options, additionalProperties: false });
}

/** No keys at all. */
export const nothing = closed({});

/** Shorthand for `Type.Optional`, which would otherwise drown the names of the fields. */
export const maybe = Type.Optional;

/** `schema` or JSON null. */
export function nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}
