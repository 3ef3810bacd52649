import { MAX_COLUMNS, wrap } from "../terminal/layout.ts";
import type { Output, Paint } from "../terminal/output.ts";
import { plural } from "../words.ts";
import { SEVERITIES, type Severity } from "./check.ts";
import type { Resumed } from "./service/hold.ts";
import type { Examined, ExaminedFinding } from "./examine.ts";

/** True when a check could not look or a repair did not work: then the run itself has failed. */
export function hasFailed(all: readonly Examined[]): boolean {
  return all.some(
    (one) =>
      one.state === "failed" ||
      (one.state === "done" && one.findings.some(({ outcome }) => outcome?.state === "failed")),
  );
}

/** Leaves out what weighs less than `least`. */
export function threshold(least: Severity): (one: Examined) => Examined {
  const shown = SEVERITIES.slice(SEVERITIES.indexOf(least));
  return (one) =>
    one.state === "done"
      ? { ...one, findings: one.findings.filter(({ severity }) => shown.includes(severity)) }
      : one;
}

/** One check for a person: its title and result, then what was found. */
export function printExamined(one: Examined, out: Output): void {
  const { title } = one.check;
  const { style } = out;
  if (one.state === "skipped") print(out, "-", `${title}: skipped, ${one.why}`, style.dim);
  else if (one.state === "failed") print(out, "×", `${title}: could not be checked: ${one.why}`, style.red);
  else if (one.findings.length === 0) out.line(`${style.green("✓")} ${title}`);
  else {
    out.line(`${markOf(worst(one.findings), out)} ${style.bold(title)}`);
    one.findings.forEach((finding, index) => {
      printFinding(finding, out);
      // What mends several of them is said once, below the last.
      const { repair } = finding;
      if (repair === undefined || repair !== one.findings[index + 1]?.repair) printWay(finding, out);
    });
  }
}

function printFinding({ message, details = [] }: ExaminedFinding, out: Output): void {
  for (const line of wrap(message, MAX_COLUMNS - 4)) out.line(`    ${line}`);
  for (const detail of details) print(out, "     ", detail, out.style.dim);
}

/** What was done about it, or what to do. */
function printWay({ fixHint, repair, outcome }: ExaminedFinding, out: Output): void {
  if (outcome !== undefined) {
    const paint = { done: out.style.green, left: out.style.yellow, failed: out.style.red }[outcome.state];
    print(out, "    →", outcome.message, paint);
  } else if (repair !== undefined) {
    print(out, "    →", `${repair.summary}: openclaw doctor --fix`, out.style.cyan);
  } else if (fixHint !== undefined) {
    print(out, "    →", fixHint, out.style.cyan);
  }
}

function print(out: Output, mark: string, text: string, paint: Paint): void {
  const margin = " ".repeat(mark.length + 1);
  wrap(text, MAX_COLUMNS - margin.length).forEach((line, index) => {
    out.line(`${index === 0 ? `${paint(mark)} ` : margin}${line}`);
  });
}

/** The closing lines: how much was found, and what to do next. */
export function printSummary(all: readonly Examined[], resumed: Resumed | undefined, out: Output): void {
  const open = openFindings(all);
  const count = (severity: Severity) => open.filter((finding) => finding.severity === severity).length;
  const counts = [
    plural(count("error"), "error"),
    plural(count("warning"), "warning"),
    plural(count("info"), "note"),
  ];
  out.line();
  if (resumed !== undefined) {
    const paint = resumed.state === "started" ? out.style.green : out.style.red;
    print(out, resumed.state === "started" ? "✓" : "×", resumed.message, paint);
  }
  out.line(`${plural(all.length, "check")}: ${counts.join(", ")}`);
  if (open.some(({ repair, outcome }) => repair !== undefined && outcome === undefined)) {
    out.note("Mend what can be mended: openclaw doctor --fix");
  }
}

/** The document of `--json`; keys may be added, never renamed. */
export function reportJson(all: readonly Examined[], resumed?: Resumed): Record<string, unknown> {
  const failed = all.flatMap((one) =>
    one.state === "failed" ? [{ checkId: one.check.id, message: one.why }] : [],
  );
  const skipped = all.flatMap((one) =>
    one.state === "skipped" ? [{ checkId: one.check.id, reason: one.why }] : [],
  );
  const worrying = openFindings(all).some(({ severity }) => severity !== "info");
  return {
    schemaVersion: 1,
    ok: !worrying && !hasFailed(all) && resumed?.state !== "failed",
    checksRun: all.length - skipped.length,
    checksSkipped: skipped.length,
    findings: all.flatMap((one) =>
      one.state === "done" ? one.findings.map((finding) => findingJson(one.check.id, finding)) : [],
    ),
    skipped,
    failed,
    ...(resumed && { gateway: resumed }),
  };
}

function findingJson(checkId: string, finding: ExaminedFinding): Record<string, unknown> {
  const { severity, message, path, target, fixHint, details, repair, outcome } = finding;
  return {
    checkId,
    severity,
    message,
    ...(path !== undefined && { path }),
    ...(target !== undefined && { target }),
    ...(details !== undefined && { details }),
    fixHint: repair === undefined ? (fixHint ?? null) : `${repair.summary}: openclaw doctor --fix`,
    fixable: repair !== undefined,
    ...(outcome !== undefined && { repair: outcome }),
  };
}

/** Findings that were not mended. */
export function openFindings(all: readonly Examined[]): ExaminedFinding[] {
  return all.flatMap((one) =>
    one.state === "done" ? one.findings.filter(({ outcome }) => outcome?.state !== "done") : [],
  );
}

function worst(findings: readonly ExaminedFinding[]): Severity {
  return SEVERITIES[Math.max(...findings.map(({ severity }) => SEVERITIES.indexOf(severity)))] ?? "info";
}

function markOf(severity: Severity, { style }: Output): string {
  switch (severity) {
    case "error":
      return style.red("×");
    case "warning":
      return style.yellow("!");
    case "info":
      return style.cyan("i");
  }
}
