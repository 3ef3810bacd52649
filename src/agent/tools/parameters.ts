import { type TObject, type TProperties, type TSchema, Type } from "@sinclair/typebox";

// Every character of a schema is sent with every model call: descriptions stand only where the name does not say it.

/** A tool's parameters. */
export function parameters<P extends TProperties>(properties: P): TObject<P> {
  return Type.Object(properties);
}

/** Shorthand for `Type.Optional`. */
export const maybe = Type.Optional;

export const text = (description?: string) => Type.String(said(description));
export const number = (description?: string) => Type.Number({ minimum: 0, ...said(description) });
export const flag = (description?: string) => Type.Boolean(said(description));
export const list = <T extends TSchema>(item: T, description?: string) => Type.Array(item, said(description));

/** One of a few words; `defineTool` refuses others. */
export const word = (words: readonly string[], description?: string) =>
  Type.String({ enum: words, ...said(description) });

function said(description: string | undefined): { description?: string } {
  return description === undefined ? {} : { description };
}
