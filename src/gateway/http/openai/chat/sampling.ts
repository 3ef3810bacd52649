import { MAX_STOP_SEQUENCES } from "../limits.ts";
import { invalid } from "../refusal.ts";

/** The fields of a chat request that go to the provider as they are. */
export interface SamplingFields {
  readonly max_tokens?: number | null;
  readonly max_completion_tokens?: number | null;
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly frequency_penalty?: number | null;
  readonly presence_penalty?: number | null;
  readonly seed?: number | null;
  readonly stop?: string | readonly string[] | null;
  readonly response_format?: unknown;
}

const RANGES = [
  ["temperature", 0, 2, "between 0 and 2"],
  ["top_p", 0, 1, "between 0 and 1"],
  ["frequency_penalty", -2, 2, "between -2.0 and 2.0"],
  ["presence_penalty", -2, 2, "between -2.0 and 2.0"],
] as const;

const FORMATS: readonly unknown[] = ["text", "json_object", "json_schema"];

/** What of a request steers the model, by the provider's names. @throws Refusal */
export function samplingOf(fields: SamplingFields): Record<string, unknown> {
  const limit = fields.max_completion_tokens ?? fields.max_tokens;
  const format = formatOf(fields.response_format);
  const stop = stopOf(fields.stop);
  const sampling: Record<string, unknown> = {};
  for (const [name, least, most, range] of RANGES) {
    const value = fields[name];
    if (value === undefined || value === null) continue;
    if (value < least || value > most) throw invalid(`\`${name}\` must be ${range}.`);
    sampling[name] = value;
  }
  if (fields.seed !== undefined && fields.seed !== null) {
    if (!Number.isInteger(fields.seed)) throw invalid("`seed` must be an integer.");
    sampling["seed"] = fields.seed;
  }
  if (limit !== undefined && limit !== null) sampling["max_tokens"] = limit;
  if (stop.length > 0) sampling["stop"] = stop;
  if (format !== undefined) sampling["response_format"] = format;
  return sampling;
}

function stopOf(value: SamplingFields["stop"]): readonly string[] {
  const list = typeof value === "string" ? [value] : (value ?? []);
  if (list.length > MAX_STOP_SEQUENCES) {
    throw invalid(`Invalid stop: stop supports at most ${MAX_STOP_SEQUENCES} sequences`);
  }
  if (list.includes("")) throw invalid("Invalid stop: stop entries must be non-empty strings");
  return list;
}

function formatOf(value: unknown): object | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) {
    throw invalid("Invalid response_format: response_format must be an object");
  }
  const type: unknown = Reflect.get(value, "type");
  if (!FORMATS.includes(type)) {
    throw invalid("Invalid response_format: response_format.type must be text, json_object, or json_schema");
  }
  return type === "text" ? undefined : value;
}
