import type { AuditFinding, AuditRow } from "./audit-row.ts";
import { SEVERITIES } from "./audit-row.ts";
import type { AuditFacts } from "./facts.ts";
import { ACCESS_ROWS } from "./rows/access.ts";
import { CONVERSATION_ROWS } from "./rows/conversations.ts";
import { FILE_ROWS } from "./rows/files.ts";
import { HOOK_ROWS } from "./rows/hooks.ts";
import { NETWORK_ROWS } from "./rows/network.ts";
import { SUMMARY_ROWS } from "./rows/summary.ts";
import { TOOL_ROWS } from "./rows/tools.ts";

/** Everything `openclaw security audit` looks for. */
export const AUDIT_ROWS: readonly AuditRow[] = [
  ...ACCESS_ROWS,
  ...NETWORK_ROWS,
  ...HOOK_ROWS,
  ...FILE_ROWS,
  ...CONVERSATION_ROWS,
  ...TOOL_ROWS,
  ...SUMMARY_ROWS,
];

/** What applies, worst first, in the order of the table. */
export function auditFindings(facts: AuditFacts, rows: readonly AuditRow[] = AUDIT_ROWS): AuditFinding[] {
  const found = rows.flatMap(({ checkId, title, remediation, look }) =>
    [look(facts) ?? []].flat().map((seen): AuditFinding => ({
      checkId: seen.checkId ?? checkId,
      severity: seen.severity,
      title,
      detail: seen.detail,
      remediation: seen.remediation ?? remediation,
      fix: seen.fix,
    })),
  );
  return found.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}
