import { invalidRequest } from "../../../protocol/index.ts";

/** What the days of a report are days of. */
export interface DayParams {
  /** `utc` (also when absent), `gateway` for this machine's time, `specific` for `timeZone` or `utcOffset`. */
  readonly mode?: unknown;
  /** IANA name. */
  readonly timeZone?: unknown;
  /** `UTC+5:30`. */
  readonly utcOffset?: unknown;
}

/** A calendar: which day a time is in, and when a day begins. */
export interface Calendar {
  /** `YYYY-MM-DD` of epoch ms. */
  dayOf(at: number): string;
  /** Epoch ms at which a day begins. */
  startOf(day: string): number;
}

const DAY_MS = 24 * 60 * 60_000;
/** Hours that no time zone is away from UTC. */
const OFFSET_MIN_MINUTES = -12 * 60;
const OFFSET_MAX_MINUTES = 14 * 60;

/** The calendar a request asks for. @throws ProtocolError INVALID_REQUEST */
export function calendarOf({ mode, timeZone, utcOffset }: DayParams): Calendar {
  if (mode === "gateway") return zoned(undefined);
  if (mode !== "specific") return fixed(0);
  const offset = offsetMinutes(utcOffset);
  if (typeof timeZone === "string" && timeZone.trim() !== "") {
    if (isZone(timeZone.trim())) return zoned(timeZone.trim());
    if (offset !== undefined) return fixed(offset);
    throw invalidRequest("invalid timeZone: expected a valid IANA time zone");
  }
  if (offset !== undefined) return fixed(offset);
  if (utcOffset === undefined || utcOffset === null || utcOffset === "") return fixed(0);
  throw invalidRequest("invalid utcOffset: expected UTC-12:00 through UTC+14:00");
}

/** The day so many days after another. */
export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whether a text is a day of the calendar. */
export function isDay(text: unknown): text is string {
  if (typeof text !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

function fixed(minutes: number): Calendar {
  const shift = minutes * 60_000;
  return {
    dayOf: (at) => new Date(at + shift).toISOString().slice(0, 10),
    startOf: (day) => Date.parse(`${day}T00:00:00Z`) - shift,
  };
}

/** The calendar of a time zone; this machine's when none is named. Its days have 23 to 25 hours. */
function zoned(timeZone: string | undefined): Calendar {
  const format = new Intl.DateTimeFormat("en-CA", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    ...(timeZone !== undefined && { timeZone }),
  });
  const dayOf = (at: number): string => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`;
  };
  return {
    dayOf,
    startOf(day) {
      // Zones are away from UTC by whole quarters of an hour: the first quarter of the day is where it begins.
      const quarter = 15 * 60_000;
      let low = Date.parse(`${day}T00:00:00Z`) - OFFSET_MAX_MINUTES * 60_000;
      let high = low - OFFSET_MIN_MINUTES * 60_000 + OFFSET_MAX_MINUTES * 60_000;
      while (low < high) {
        const middle = low + Math.floor((high - low) / quarter / 2) * quarter;
        if (dayOf(middle) >= day) high = middle;
        else low = middle + quarter;
      }
      return low;
    },
  };
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function offsetMinutes(text: unknown): number | undefined {
  const match = typeof text === "string" ? /^UTC([+-])(\d{1,2})(?::([0-5]\d))?$/.exec(text.trim()) : null;
  const [, sign, hours, minutes = "0"] = match ?? [];
  if (hours === undefined) return undefined;
  const total = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return total >= OFFSET_MIN_MINUTES && total <= OFFSET_MAX_MINUTES ? total : undefined;
}
