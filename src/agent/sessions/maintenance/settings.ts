import type { SessionConfig } from "../keys/index.ts";

/** `session.maintenance`, with times in ms; an age of `undefined` means never. */
export interface MaintenanceSettings {
  readonly mode: "enforce" | "warn";
  /** Silence after which an ordinary session is archived and a program's own is deleted. */
  readonly pruneAfterMs: number | undefined;
  /** The same for sessions of the dashboard, which are many. */
  readonly archiveDashboardAfterMs: number | undefined;
  /** Most sessions that are not archived. */
  readonly maxEntries: number;
  /** Sessions of people that were in use so lately are left alone. */
  readonly preserveRecentMs: number | undefined;
}

const DAY_MS = 24 * 60 * 60_000;
const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 60 * 60_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/** The settings in force; the defaults of the configuration where it says nothing. */
export function maintenanceSettings(config: SessionConfig["maintenance"]): MaintenanceSettings {
  return {
    mode: config?.mode ?? "enforce",
    pruneAfterMs: ageMs(config?.pruneAfter ?? "30d"),
    archiveDashboardAfterMs: ageMs(config?.archiveDashboardAfter ?? "7d"),
    maxEntries: config?.maxEntries ?? 5_000,
    preserveRecentMs: ageMs(config?.preserveRecent ?? false),
  };
}

/** An age as it is written: `7d`, `36h`, `1w 12h`, a number of days; undefined for `false`, 0 and what is no age. */
export function ageMs(value: string | number | false): number | undefined {
  if (value === false) return undefined;
  const ms = typeof value === "number" ? value * DAY_MS : textMs(value.trim().toLowerCase());
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

function textMs(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * DAY_MS;
  if (!/^(\d+(\.\d+)?\s*(ms|s|m|h|d|w)\s*)+$/.test(text)) return Number.NaN;
  let total = 0;
  for (const [, amount, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)/g)) {
    total += Number(amount) * (UNITS_MS[unit] ?? Number.NaN);
  }
  return total;
}
