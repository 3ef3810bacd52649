import { invalidRequest } from "../../../protocol/index.ts";
import { type Calendar, calendarOf, type DayParams, isDay, shiftDay } from "./days.ts";
import { REPORT_DAYS_DEFAULT, REPORT_DAYS_MAX } from "./limits.ts";

/** Which days a report is about. */
export interface RangeParams extends DayParams {
  readonly startDate?: unknown;
  readonly endDate?: unknown;
  /** The last so many days, today included. */
  readonly days?: unknown;
  /** `7d`, `30d`, `90d`, `1y`, `all`. */
  readonly range?: unknown;
}

/** Days of one calendar, both included, and the times they span. */
export interface Range {
  readonly calendar: Calendar;
  readonly firstDay: string;
  readonly lastDay: string;
  /** Epoch ms, inclusive and exclusive. */
  readonly from: number;
  readonly to: number;
}

const NAMED: Readonly<Record<string, number>> = { "7d": 7, "30d": 30, "90d": 90, "1y": 365 };
const FIRST_DAY = "1970-01-01";

/** The range a request asks for, the last 30 days unless told. @throws ProtocolError INVALID_REQUEST */
export function rangeOf(params: RangeParams, now: number): Range {
  const calendar = calendarOf(params);
  const today = calendar.dayOf(now);
  const [start, end] = [given("startDate", params.startDate), given("endDate", params.endDate)];
  if ((start === undefined) !== (end === undefined)) {
    throw invalidRequest("startDate and endDate must be provided together");
  }
  if (start !== undefined && end !== undefined) {
    if (start > end) throw invalidRequest("startDate must not be after endDate");
    return between(calendar, start, end);
  }
  if (params.range === "all") return between(calendar, FIRST_DAY, today);
  const named = typeof params.range === "string" ? NAMED[params.range] : undefined;
  const days = Math.max(1, named ?? daysIn(params.days) ?? REPORT_DAYS_DEFAULT);
  return between(calendar, shiftDay(today, 1 - days), today);
}

/** Every day of a range. */
export function daysOf({ firstDay, lastDay }: Pick<Range, "firstDay" | "lastDay">): string[] {
  const days: string[] = [];
  for (let day = firstDay; day <= lastDay; day = shiftDay(day, 1)) days.push(day);
  return days;
}

/** How many days a range has. */
export function lengthOf({ firstDay, lastDay }: Pick<Range, "firstDay" | "lastDay">): number {
  return Math.round((Date.parse(lastDay) - Date.parse(firstDay)) / 86_400_000) + 1;
}

function between(calendar: Calendar, firstDay: string, lastDay: string): Range {
  return {
    calendar,
    firstDay,
    lastDay,
    from: firstDay === FIRST_DAY ? 0 : calendar.startOf(firstDay),
    to: calendar.startOf(shiftDay(lastDay, 1)),
  };
}

function given(field: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const text = typeof value === "string" ? value.trim() : value;
  if (!isDay(text)) throw invalidRequest(`invalid ${field}: expected a valid YYYY-MM-DD calendar date`);
  return text;
}

function daysIn(value: unknown): number | undefined {
  const days = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof days === "number" && Number.isFinite(days)
    ? Math.min(Math.floor(days), REPORT_DAYS_MAX)
    : undefined;
}
