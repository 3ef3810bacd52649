/** Dates in one time zone, with formatters that are made once: making one costs more than a whole prompt. */
export class TimeWords {
  readonly zone: string;
  readonly #stamp: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;

  /** `zone` as the configuration has it; the host's own when absent or unknown. */
  constructor(zone: string | undefined) {
    const hostZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    this.zone = zone !== undefined && isZone(zone) ? zone : hostZone;
    this.#stamp = new Intl.DateTimeFormat("en-US", {
      timeZone: this.zone,
      weekday: "short",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
    });
    this.#day = new Intl.DateTimeFormat("en-US", {
      timeZone: this.zone,
      weekday: "long",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
  }

  /** `Sat 2026-11-21 00:08 UTC`. */
  stamp(epochMs: number): string {
    const part = partsOf(this.#stamp, epochMs);
    return `${part("weekday")} ${dateOf(part)} ${part("hour")}:${part("minute")} ${part("timeZoneName")}`;
  }

  /** `Saturday, November 21st, 2026 - 12:11 AM (UTC)`. */
  long(epochMs: number): string {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: this.zone,
      weekday: "long",
      year: "numeric",
      month: "long",
      day: "numeric",
      hour: "numeric",
      minute: "2-digit",
    });
    const part = partsOf(format, epochMs);
    const date = `${part("weekday")}, ${part("month")} ${ordinal(Number(part("day")))}, ${part("year")}`;
    return `${date} - ${part("hour")}:${part("minute")} ${part("dayPeriod")} (${this.zone})`;
  }

  /** `Saturday, 2026-11-21`. */
  day(epochMs: number): string {
    const part = partsOf(this.#day, epochMs);
    return `${part("weekday")}, ${dateOf(part)}`;
  }
}

type Part = (type: Intl.DateTimeFormatPartTypes) => string;

function partsOf(format: Intl.DateTimeFormat, epochMs: number): Part {
  const parts = format.formatToParts(epochMs);
  return (type) => parts.find((part) => part.type === type)?.value ?? "";
}

function dateOf(part: Part): string {
  return `${part("year")}-${part("month")}-${part("day")}`;
}

function ordinal(day: number): string {
  const teens = day >= 11 && day <= 13;
  return `${day}${(teens ? undefined : ["st", "nd", "rd"][(day % 10) - 1]) ?? "th"}`;
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: zone }).format(0);
    return true;
  } catch {
    // RangeError: no such zone.
    return false;
  }
}
