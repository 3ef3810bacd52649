import {
  OptionalKind,
  type TArray,
  type TBoolean,
  type TInteger,
  type TNumber,
  type TObject,
  type TOptional,
  type TProperties,
  type TRecord,
  type TSchema,
  type TString,
  type TUnion,
  type TUnknown,
  Type,
} from "@sinclair/typebox";
import { oneOf } from "../../protocol/index.ts";

/** What a key may say about itself beside its type, title and description. */
export interface FieldOptions {
  /** Holds a secret: redacted in every output. */
  readonly sensitive?: boolean;
  /** Hidden by forms until asked for. */
  readonly advanced?: boolean;
  /** Example shown in an empty form field. */
  readonly placeholder?: string;
}

/** A key that is always there: it has a default, or its object makes no sense without it. */
type Present<Value> = FieldOptions & ({ readonly default: Value } | { readonly required: true });

interface NumberRange {
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

interface TextRules {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

interface AnyOptions extends FieldOptions, NumberRange, TextRules {
  readonly default?: unknown;
  readonly required?: boolean;
  readonly maxItems?: number;
}

/** Schema keyword that marks a secret. */
export const SENSITIVE = "x-sensitive";
/** Schema keyword that marks a key forms hide at first. */
export const ADVANCED = "x-advanced";
/** Schema keyword with the example for an empty form field. */
export const PLACEHOLDER = "x-placeholder";

/** What TypeBox takes as options; a key that is not always there is marked optional here, which saves a copy each. */
function keywords(title: string, description: string, options: AnyOptions): Record<string | symbol, unknown> {
  const { sensitive, advanced, placeholder, required, ...rules } = options;
  const result: Record<string | symbol, unknown> = { title, description, ...rules };
  if (sensitive) result[SENSITIVE] = true;
  if (advanced) result[ADVANCED] = true;
  if (placeholder !== undefined) result[PLACEHOLDER] = placeholder;
  if (!required && !("default" in options)) result[OptionalKind] = "Optional";
  return result;
}

/** A boolean. */
export function flag(title: string, description: string, options: Present<boolean>): TBoolean;
export function flag(title: string, description: string, options?: FieldOptions): TOptional<TBoolean>;
export function flag(title: string, description: string, options: AnyOptions = {}): TSchema {
  return Type.Boolean(keywords(title, description, options));
}

/** A string. */
export function text(title: string, description: string, options: Present<string> & TextRules): TString;
export function text(
  title: string,
  description: string,
  options?: FieldOptions & TextRules,
): TOptional<TString>;
export function text(title: string, description: string, options: AnyOptions = {}): TSchema {
  return Type.String(keywords(title, description, options));
}

/** A whole number. */
export function integer(title: string, description: string, options: Present<number> & NumberRange): TInteger;
export function integer(
  title: string,
  description: string,
  options?: FieldOptions & NumberRange,
): TOptional<TInteger>;
export function integer(title: string, description: string, options: AnyOptions = {}): TSchema {
  return Type.Integer(keywords(title, description, options));
}

/** A number, fractions allowed. */
export function decimal(title: string, description: string, options: Present<number> & NumberRange): TNumber;
export function decimal(
  title: string,
  description: string,
  options?: FieldOptions & NumberRange,
): TOptional<TNumber>;
export function decimal(title: string, description: string, options: AnyOptions = {}): TSchema {
  return Type.Number(keywords(title, description, options));
}

/** One of a fixed set of words. */
export function choice<const V extends readonly [string, ...string[]]>(
  values: V,
  title: string,
  description: string,
  options: Present<V[number]>,
): ReturnType<typeof oneOf<V>>;
export function choice<const V extends readonly [string, ...string[]]>(
  values: V,
  title: string,
  description: string,
  options?: FieldOptions,
): TOptional<ReturnType<typeof oneOf<V>>>;
export function choice<const V extends readonly [string, ...string[]]>(
  values: V,
  title: string,
  description: string,
  options: AnyOptions = {},
): TSchema {
  return oneOf(values, keywords(title, description, options));
}

/** A list of `item`. */
export function list<T extends TSchema>(
  item: T,
  title: string,
  description: string,
  options: Present<unknown[]> & { maxItems?: number },
): TArray<T>;
export function list<T extends TSchema>(
  item: T,
  title: string,
  description: string,
  options?: FieldOptions & { maxItems?: number },
): TOptional<TArray<T>>;
export function list<T extends TSchema>(
  item: T,
  title: string,
  description: string,
  options: AnyOptions = {},
): TSchema {
  return Type.Array(item, keywords(title, description, options));
}

/** A list of strings. */
export function texts(title: string, description: string, options: Present<string[]>): TArray<TString>;
export function texts(title: string, description: string, options?: FieldOptions): TOptional<TArray<TString>>;
export function texts(title: string, description: string, options: AnyOptions = {}): TSchema {
  return Type.Array(Type.String(), keywords(title, description, options));
}

/** An object with exactly these keys. With `default: {}` it is always there, its own defaults filled in. */
export function section<P extends TProperties>(
  title: string,
  description: string,
  properties: P,
  options: Present<Record<string, never>>,
): TObject<P>;
export function section<P extends TProperties>(
  title: string,
  description: string,
  properties: P,
  options?: FieldOptions,
): TOptional<TObject<P>>;
export function section<P extends TProperties>(
  title: string,
  description: string,
  properties: P,
  options: AnyOptions = {},
): TSchema {
  const closed = { ...keywords(title, description, options), additionalProperties: false };
  return Type.Object(properties, closed);
}

/** An object whose keys the user names, each holding a `value`; `keyPattern` bounds the names. */
export function map<T extends TSchema>(
  value: T,
  title: string,
  description: string,
  options: Present<Record<string, never>> & { keyPattern?: string },
): TRecord<TString, T>;
export function map<T extends TSchema>(
  value: T,
  title: string,
  description: string,
  options?: FieldOptions & { keyPattern?: string },
): TOptional<TRecord<TString, T>>;
export function map<T extends TSchema>(
  value: T,
  title: string,
  description: string,
  options: AnyOptions & { keyPattern?: string } = {},
): TSchema {
  const { keyPattern, ...rest } = options;
  const key = keyPattern === undefined ? Type.String() : Type.String({ pattern: keyPattern });
  return Type.Record(key, value, { ...keywords(title, description, rest), additionalProperties: false });
}

/** A value of any of these shapes. */
export function either<T extends TSchema[]>(
  shapes: [...T],
  title: string,
  description: string,
  options: Present<unknown>,
): TUnion<T>;
export function either<T extends TSchema[]>(
  shapes: [...T],
  title: string,
  description: string,
  options?: FieldOptions,
): TOptional<TUnion<T>>;
export function either(
  shapes: TSchema[],
  title: string,
  description: string,
  options: AnyOptions = {},
): TSchema {
  return Type.Union(shapes, keywords(title, description, options));
}

/** Free-form data that another program defines; taken as it is. */
export function opaque(title: string, description: string, options: FieldOptions = {}): TOptional<TUnknown> {
  return Type.Optional(Type.Unknown(keywords(title, description, options)));
}

/** A thunk that builds its value once, at first call: schemas cost nothing until their section is met. */
export function lazy<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}
