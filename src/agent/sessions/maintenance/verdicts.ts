import type { SessionRecord } from "../../../store/index.ts";
import { factsOf, isSynthetic, type KeyKind } from "../keys/index.ts";
import { MODEL_RUN_AGE_MS } from "../limits.ts";
import type { MaintenanceSettings } from "./settings.ts";

/** Why a session goes; also its `archiveReason`. */
export type MaintenanceReason = "age" | "stale-dashboard" | "model-run" | "max-entries";

/** What is to happen to one session. */
export interface Verdict {
  readonly record: SessionRecord;
  readonly act: "archive" | "delete";
  readonly reason: MaintenanceReason;
}

/** Conversations that a person finds under the same key again, in a chat or as the agent's own. */
const LASTING: ReadonlySet<KeyKind> = new Set(["main", "global", "direct", "group", "channel"]);

/** What is to happen to sessions that are not archived, newest first as the store lists them; `isBusy` ones are left alone. */
export function verdictsOn(
  records: readonly SessionRecord[],
  settings: MaintenanceSettings,
  { now, isBusy }: { readonly now: number; readonly isBusy: (record: SessionRecord) => boolean },
): readonly Verdict[] {
  const free = records.filter((record) => isFree(record, settings, now) && !isBusy(record));
  const aged = free.flatMap((record) => verdictOfAge(record, settings, now) ?? []);
  const going = new Set(aged.map(({ record }) => record.key));
  const over = records.length - going.size - settings.maxEntries;
  if (over <= 0) return aged;
  // The oldest go first, those of programs before those of people.
  const rest = free.filter(({ key }) => !going.has(key)).reverse();
  const [disposable, ordinary] = [rest.filter(isDisposable), rest.filter((one) => !isDisposable(one))];
  const pressed = [...disposable, ...ordinary].slice(0, over);
  return [
    ...aged,
    ...pressed.map((record): Verdict => ({ record, act: actOn(record), reason: "max-entries" })),
  ];
}

function isFree(record: SessionRecord, { preserveRecentMs }: MaintenanceSettings, now: number): boolean {
  if (record.entry.pinnedAt !== undefined || LASTING.has(factsOf(record.key).kind)) return false;
  if (preserveRecentMs === undefined || isDisposable(record)) return true;
  return now - lastUse(record) >= preserveRecentMs;
}

function verdictOfAge(
  record: SessionRecord,
  { pruneAfterMs, archiveDashboardAfterMs }: MaintenanceSettings,
  now: number,
): Verdict | undefined {
  const { kind } = factsOf(record.key);
  const age = now - lastUse(record);
  const over = (limit: number | undefined) => limit !== undefined && age >= limit;
  if (kind === "model-run" && over(MODEL_RUN_AGE_MS)) return { record, act: "delete", reason: "model-run" };
  if (kind === "dashboard" && over(archiveDashboardAfterMs)) {
    return { record, act: "archive", reason: "stale-dashboard" };
  }
  return over(pruneAfterMs) ? { record, act: actOn(record), reason: "age" } : undefined;
}

function actOn(record: SessionRecord): Verdict["act"] {
  return isDisposable(record) ? "delete" : "archive";
}

function isDisposable({ key }: SessionRecord): boolean {
  const facts = factsOf(key);
  return isSynthetic(facts) || facts.kind === "model-run";
}

function lastUse({ updatedAt, entry }: SessionRecord): number {
  return Math.max(entry.lastInteractionAt ?? 0, entry.lastActivityAt ?? 0, updatedAt);
}
