import type { LogFields } from "../logger.ts";
import { mask, type Redactor, SECRET_KEY } from "../redact.ts";
import { FIELD_MAX_DEPTH, FIELD_MAX_MEMBERS, TEXT_LOOKAHEAD_CHARS, TEXT_MAX_CHARS } from "./limits.ts";

/** Redacts and cuts a text; a secret that lies across the cut is hidden first. */
export function plainText(text: string, redact: Redactor): string {
  if (text.length <= TEXT_MAX_CHARS) return redact(text);
  const reach = TEXT_MAX_CHARS + TEXT_LOOKAHEAD_CHARS;
  let hidden = redact(text.slice(0, reach));
  // The end of what was looked at may be half a secret; masks may have moved it forward.
  if (text.length > reach) hidden = hidden.slice(0, -TEXT_LOOKAHEAD_CHARS);
  const kept = hidden.slice(0, TEXT_MAX_CHARS).toWellFormed();
  return `${kept}… (${text.length} characters)`;
}

/** Turns fields into plain, bounded, redacted JSON values; never throws, whatever they hold. */
export function plainFields(fields: LogFields, redact: Redactor): LogFields {
  return members(Object.entries(fields), redact, 0, new Set([fields]));
}

function plain(value: unknown, redact: Redactor, depth: number, above: Set<object>): unknown {
  switch (typeof value) {
    case "string":
      return plainText(value, redact);
    case "number": {
      const text = String(value);
      const hidden = redact(text);
      return Number.isFinite(value) && hidden === text ? value : hidden;
    }
    case "bigint":
      return redact(String(value));
    case "boolean":
    case "undefined":
      return value;
    case "symbol":
    case "function":
      return plainText(`[${typeof value}]`, redact);
    case "object":
      return value === null ? null : plainObject(value, redact, depth, above);
  }
}

function plainObject(value: object, redact: Redactor, depth: number, above: Set<object>): unknown {
  if (above.has(value)) return "[circular]";
  if (depth >= FIELD_MAX_DEPTH) return "[deep]";
  above.add(value);
  try {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[no date]" : value.toISOString();
    if (value instanceof URL || value instanceof RegExp) return plainText(String(value), redact);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (value instanceof Map) return plainList([...value.entries()], redact, depth, above);
    if (value instanceof Set) return plainList([...value], redact, depth, above);
    if (Array.isArray(value)) return plainList(value, redact, depth, above);
    if (value instanceof Error) return members(errorEntries(value), redact, depth + 1, above);
    return members(Object.entries(value), redact, depth + 1, above);
  } catch {
    // A getter or a proxy threw.
    return "[unreadable]";
  } finally {
    above.delete(value);
  }
}

function plainList(
  items: readonly unknown[],
  redact: Redactor,
  depth: number,
  above: Set<object>,
): unknown[] {
  const list = items.slice(0, FIELD_MAX_MEMBERS).map((item) => plain(item, redact, depth + 1, above));
  if (items.length > FIELD_MAX_MEMBERS) list.push(`[${items.length - FIELD_MAX_MEMBERS} more]`);
  return list;
}

function members(
  entries: readonly (readonly [string, unknown])[],
  redact: Redactor,
  depth: number,
  above: Set<object>,
): Record<string, unknown> {
  const result = entries.slice(0, FIELD_MAX_MEMBERS).map(([name, value]): [string, unknown] => {
    if (typeof value === "string" && value !== "" && SECRET_KEY.test(name)) {
      return [name, redact(mask(value))];
    }
    return [plainText(name, redact), plain(value, redact, depth, above)];
  });
  const left = entries.length - FIELD_MAX_MEMBERS;
  if (left > 0) result.push(["…", `[${left} more]`]);
  return Object.fromEntries(result);
}

function errorEntries(error: Error): [string, unknown][] {
  const own = Object.entries(error).filter(([name]) => name !== "name" && name !== "message");
  const entries: [string, unknown][] = [["name", error.name], ["message", error.message], ...own];
  if (error.stack !== undefined) entries.push(["stack", error.stack]);
  if (error.cause !== undefined) entries.push(["cause", error.cause]);
  return entries;
}
