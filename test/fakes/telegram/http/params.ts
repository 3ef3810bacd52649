import { badRequest } from "../errors.ts";
import type { Json } from "../shapes.ts";

/** A file of a multipart body. */
export interface Upload {
  readonly name: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

/** The parameters of one call, however they were sent: query, form, multipart or JSON. */
export class Params {
  constructor(
    /** As they were sent: strings from forms and queries, any JSON from JSON bodies. */
    readonly values: Json,
    readonly uploads: ReadonlyMap<string, Upload> = new Map(),
  ) {}

  has(name: string): boolean {
    return this.text(name) !== undefined;
  }

  /** A parameter as text; objects as the JSON a form would carry, nothing for an empty one. */
  text(name: string): string | undefined {
    const value = this.values[name];
    if (value === undefined || value === null || value === "") return undefined;
    return typeof value === "string" ? value : JSON.stringify(value);
  }

  /** Text that stands for a number, held within bounds; `fallback` when it is none. */
  integer(name: string, fallback: number, min = -Infinity, max = Infinity): number {
    const value = Number.parseInt(this.text(name) ?? "", 10);
    return Math.min(max, Math.max(min, Number.isNaN(value) ? fallback : value));
  }

  number(name: string): number | undefined {
    const value = Number.parseFloat(this.text(name) ?? "");
    return Number.isNaN(value) ? undefined : value;
  }

  flag(name: string): boolean {
    const value = this.text(name)?.toLowerCase();
    return value === "true" || value === "1" || value === "yes";
  }

  /** A parameter that is JSON, whether it was sent as JSON or as text. @throws ApiError 400 `can't parse …` */
  json(name: string, what: string): unknown {
    const value = this.values[name];
    if (typeof value !== "string") return value ?? undefined;
    if (value === "") return undefined;
    try {
      return JSON.parse(value);
    } catch {
      throw badRequest(`can't parse ${what} JSON object`);
    }
  }

  object(name: string, what: string): Json | undefined {
    const value = this.json(name, what);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw badRequest(`object expected as ${what}`);
    return value;
  }

  list(name: string, what: string): readonly unknown[] | undefined {
    const value = this.json(name, what);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw badRequest(`expected an Array of ${what}`);
    return value;
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
