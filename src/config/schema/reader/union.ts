import { KindGuard, type TObject, type TSchema } from "@sinclair/typebox";
import { type Fault, literalsOf, notAllowed, typeName, wantedName, wrongType } from "./scalar.ts";

/** The shapes of a union, those of unions inside it included. */
function flat(shapes: readonly TSchema[]): TSchema[] {
  return shapes.flatMap((shape) => (KindGuard.IsUnion(shape) ? flat(shape.anyOf) : [shape]));
}

function takes(shape: TSchema, value: unknown): boolean {
  if (KindGuard.IsUnknown(shape)) return true;
  if (KindGuard.IsLiteral(shape)) return shape.const === value;
  switch (typeName(value)) {
    case "object":
      return KindGuard.IsObject(shape) || KindGuard.IsRecord(shape);
    case "array":
      return KindGuard.IsArray(shape);
    case "string":
      return KindGuard.IsString(shape);
    case "number":
      return KindGuard.IsNumber(shape) || KindGuard.IsInteger(shape);
    case "boolean":
      return KindGuard.IsBoolean(shape);
    default:
      return false;
  }
}

/** The key whose fixed value tells the object shapes of a union apart, for example `source`. */
function tagOf(shapes: readonly TObject[]): string | undefined {
  const [first] = shapes;
  if (!first || shapes.length < 2) return undefined;
  return Object.keys(first.properties).find((key) =>
    shapes.every((shape) => tagValues(shape, key) !== undefined),
  );
}

function tagValues(shape: TObject, key: string): (string | number | boolean)[] | undefined {
  const property = shape.properties[key];
  if (!property || KindGuard.IsOptional(property) || KindGuard.IsBoolean(property)) return undefined;
  return literalsOf([property]);
}

/** The shapes of a union `value` may be meant as: of its type, and with its tag where there is one. */
export function shapesFor(shapes: readonly TSchema[], value: unknown): TSchema[] {
  const candidates = flat(shapes).filter((shape) => takes(shape, value));
  const objects = candidates.filter((shape): shape is TObject => KindGuard.IsObject(shape));
  const tag = objects.length === candidates.length ? tagOf(objects) : undefined;
  if (tag === undefined) return candidates;
  const given = tagIn(value, tag);
  return objects.filter((shape) => tagValues(shape, tag)?.some((each) => each === given));
}

function tagIn(value: unknown, tag: string): unknown {
  return new Map(Object.entries(value ?? {})).get(tag);
}

/** Why `value` is none of the shapes; `key` names the tag when that is what is wrong. */
export function unionMismatch(shapes: readonly TSchema[], value: unknown): Fault {
  const all = flat(shapes);
  const objects = all.filter((shape): shape is TObject => KindGuard.IsObject(shape));
  const tag = tagOf(objects);
  if (tag !== undefined && typeName(value) === "object") {
    const allowed = [...new Set(objects.flatMap((shape) => tagValues(shape, tag) ?? []))];
    return { ...notAllowed(tagIn(value, tag), allowed), key: tag };
  }
  const literals = literalsOf(all);
  if (literals) return notAllowed(value, literals);
  return wrongType([...new Set(all.map(wantedName))].join(" | "), value);
}
