import { auditCommand } from "../audit.ts";
import type { ServiceMachine } from "../machine.ts";
import type { AuditIssue, ServiceDefinition } from "../service.ts";
import { FIXED_DIRECTIVES } from "./directives.ts";
import { commandOf, type InstalledUnit } from "./installed.ts";
import { type Directive, parseUnit, valueOf, valuesOf } from "./syntax.ts";
import { timeSpanMs } from "./time-span.ts";
import { renderUnit } from "./unit.ts";
import { splitWords } from "./words.ts";

/** Runs are drained for 15 s; what is left is then ended and the store closed. */
const SHORTEST_STOP_MS = 20_000;

const RESTART_MS = 5_000;

/** `DefaultTimeoutStopSec` and `DefaultRestartSec` of systemd. */
const DEFAULT_STOP_MS = 90_000;
const DEFAULT_RESTART_MS = 100;

/** Directives with a check of their own, or of which several values are right. */
const ELSEWHERE: readonly string[] = [
  "After",
  "Wants",
  "RestartSec",
  "TimeoutStopSec",
  "KillMode",
  "WantedBy",
];

/**
 * Compares a unit with what it should be. What a drop-in says is the operator's will and no difference, unless it does
 * harm; the file itself is ours.
 */
export function auditUnit(
  unit: InstalledUnit,
  expected: ServiceDefinition,
  secretsPath: string,
  machine: Pick<ServiceMachine, "env">,
): AuditIssue[] {
  return [
    ...auditCommand(commandOf(unit, machine), expected),
    ...networkIssues(unit),
    ...restartIssues(unit),
    ...stopIssues(unit),
    ...policyIssues(unit, expected, secretsPath),
  ].map((issue) => ({ ...issue, detail: [issue.detail, unit.path].filter(Boolean).join("; ") }));
}

function networkIssues({ directives }: InstalledUnit): AuditIssue[] {
  const lacks = (key: string) =>
    !valuesOf(directives, "Unit", key).flatMap(splitWords).includes("network-online.target");
  return [
    ...(lacks("After")
      ? [issue("systemd-after-network-online", "The unit lacks After=network-online.target.")]
      : []),
    ...(lacks("Wants")
      ? [issue("systemd-wants-network-online", "The unit lacks Wants=network-online.target.")]
      : []),
  ];
}

function restartIssues({ base, dropIns }: InstalledUnit): AuditIssue[] {
  if (isOverridden(dropIns, "RestartSec")) return [];
  const value = valueOf(base, "Service", "RestartSec");
  const ms = value === undefined ? DEFAULT_RESTART_MS : timeSpanMs(value);
  if (ms === RESTART_MS) return [];
  const message = "The unit's RestartSec is not the recommended 5 s.";
  return [issue("systemd-restart-sec", message, `RestartSec=${value ?? "not set"}`)];
}

function stopIssues({ directives, dropIns }: InstalledUnit): AuditIssue[] {
  const found: AuditIssue[] = [];
  const value =
    valueOf(directives, "Service", "TimeoutStopSec") ?? valueOf(directives, "Service", "TimeoutSec");
  const ms = value === undefined ? DEFAULT_STOP_MS : (timeSpanMs(value) ?? DEFAULT_STOP_MS);
  // Zero means without end, as `infinity` does.
  if (ms > 0 && ms < SHORTEST_STOP_MS) {
    const message = "The unit's TimeoutStopSec is shorter than the gateway may take to finish its runs.";
    found.push(
      issue("systemd-stop-timeout", message, `TimeoutStopSec=${value}${from(dropIns, "TimeoutStopSec")}`),
    );
  }
  const mode = valueOf(directives, "Service", "KillMode");
  if (mode === "process" || mode === "none") {
    const message = "With the unit's KillMode, programs of an agent outlive the gateway.";
    const detail = `KillMode=${mode}${from(dropIns, "KillMode")}`;
    found.push(issue("systemd-kill-mode-process-or-none", message, detail));
  }
  return found;
}

/** What an edit or another version left out or changed. */
function policyIssues(
  { base, dropIns }: InstalledUnit,
  expected: ServiceDefinition,
  secretsPath: string,
): AuditIssue[] {
  const wanted = parseUnit(renderUnit(expected, secretsPath));
  const keys = FIXED_DIRECTIVES.filter(({ key }) => !ELSEWHERE.includes(key));
  const differing = [...keys, { section: "Service", key: "EnvironmentFile" }].filter(
    ({ section, key }) =>
      valueOf(base, section, key) !== valueOf(wanted, section, key) && !isOverridden(dropIns, key),
  );
  if (differing.length === 0) return [];
  const detail = differing
    .map(({ section, key }) => `${key}=${valueOf(base, section, key) ?? "not set"}`)
    .join(", ");
  return [issue("systemd-policy", "The unit has not the recommended directives.", detail)];
}

function isOverridden(dropIns: InstalledUnit["dropIns"], key: string): boolean {
  return dropIns.some(({ directives }) => sets(directives, key));
}

/** Names the drop-in that a value comes from: a repair leaves it alone, so a person has to change it. */
function from(dropIns: InstalledUnit["dropIns"], key: string): string {
  const source = dropIns.findLast(({ directives }) => sets(directives, key));
  return source === undefined ? "" : ` in ${source.path}, which only you change`;
}

function sets(directives: readonly Directive[], key: string): boolean {
  return directives.some((one) => one.key === key);
}

function issue(code: string, message: string, detail?: string): AuditIssue {
  return { code, message, level: "recommended", ...(detail !== undefined && { detail }) };
}
