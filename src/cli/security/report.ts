import { MAX_COLUMNS, wrap } from "../terminal/layout.ts";
import type { Output } from "../terminal/output.ts";
import { type AuditFinding, type AuditSeverity, SEVERITIES } from "./audit-row.ts";
import type { Mended } from "./mend.ts";

export interface AuditReport {
  /** When it was made, in ms since 1970. */
  readonly ts: number;
  readonly findings: readonly AuditFinding[];
  readonly suppressed: readonly AuditFinding[];
  /** Secrets that could not be looked at. */
  readonly diagnostics: readonly string[];
}

/** The document of `--json`; keys may be added, never renamed. */
export function auditJson({ ts, findings, suppressed, diagnostics }: AuditReport): Record<string, unknown> {
  return {
    ts,
    summary: counts(findings),
    findings: findings.map(findingJson),
    ...(suppressed.length > 0 && { suppressedFindings: suppressed.map(findingJson) }),
    secretDiagnostics: diagnostics,
  };
}

/** For a person: worst first. */
export function printAudit({ findings, diagnostics }: AuditReport, deep: boolean, out: Output): void {
  const { style } = out;
  const { critical, warn, info } = counts(findings);
  out.line(style.bold("Security audit"));
  out.line(`Summary: ${critical} critical · ${warn} warn · ${info} info`);
  for (const severity of SEVERITIES) {
    const here = findings.filter((finding) => finding.severity === severity);
    if (here.length === 0) continue;
    out.line();
    out.line(heading(severity, out));
    for (const { checkId, title, detail, remediation, fix } of here) {
      out.line(`${style.bold(title)} ${style.dim(checkId)}`);
      for (const line of wrap(detail, MAX_COLUMNS - 2)) out.line(`  ${line}`);
      const how = fix === undefined ? remediation : "openclaw security audit --fix";
      wrap(how, MAX_COLUMNS - 4).forEach((line, index) => {
        out.line(`  ${index === 0 ? style.cyan("→") : " "} ${line}`);
      });
    }
  }
  for (const line of diagnostics) out.warn(line);
  if (!deep) out.note("Ask the running gateway as well: openclaw security audit --deep");
}

/** What `--fix` did. */
export function printMended(mended: readonly Mended[], out: Output): void {
  if (mended.length === 0) out.line("Nothing that --fix mends.");
  for (const { action, ok, error } of mended) {
    out.line(
      ok ? `${out.style.green("✓")} ${action}` : `${out.style.red("×")} ${action}: ${error ?? "failed"}`,
    );
  }
  out.line();
}

function counts(findings: readonly AuditFinding[]): Record<AuditSeverity, number> {
  const of = (severity: AuditSeverity) => findings.filter((finding) => finding.severity === severity).length;
  return { critical: of("critical"), warn: of("warn"), info: of("info") };
}

function findingJson({
  checkId,
  severity,
  title,
  detail,
  remediation,
  fix,
}: AuditFinding): Record<string, unknown> {
  return { checkId, severity, title, detail, remediation, fixable: fix !== undefined };
}

function heading(severity: AuditSeverity, { style }: Output): string {
  switch (severity) {
    case "critical":
      return style.red("CRITICAL");
    case "warn":
      return style.yellow("WARN");
    case "info":
      return style.dim("INFO");
  }
}
