const UNITS_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  usec: 0.001,
  ms: 1,
  msec: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  seconds: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
  weeks: 604_800_000,
};

/** Milliseconds of a time span such as `30`, `5s` or `1min 30s` (systemd.time(7)); `undefined` for none. */
export function timeSpanMs(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "infinity") return Infinity;
  if (!/^(?:\d+(?:\.\d+)?\s*[a-z]*\s*)+$/i.test(trimmed)) return undefined;
  let total = 0;
  for (const [, amount, unit = ""] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/gi)) {
    // A number alone is of seconds; `m` is a minute, whatever its case elsewhere.
    const factor = unit === "" ? 1_000 : UNITS_MS[unit.toLowerCase()];
    if (factor === undefined) return undefined;
    total += Number(amount) * factor;
  }
  return total;
}
