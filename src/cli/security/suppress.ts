import type { OpenClawConfig } from "../../config/index.ts";
import type { AuditFinding } from "./audit-row.ts";

type Suppressions = NonNullable<
  NonNullable<NonNullable<OpenClawConfig["security"]>["audit"]>["suppressions"]
>;

export interface Sifted {
  readonly findings: readonly AuditFinding[];
  readonly suppressed: readonly AuditFinding[];
}

const ACTIVE = "security.audit.suppressions.active";

/** Leaves out what the operator has accepted (`security.audit.suppressions`), and says that something was left out. */
export function sift(found: readonly AuditFinding[], suppressions: Suppressions = []): Sifted {
  if (suppressions.length === 0) return { findings: found, suppressed: [] };
  const accepted = (finding: AuditFinding) =>
    suppressions.some(
      ({ checkId, titleIncludes, detailIncludes }) =>
        checkId === finding.checkId &&
        has(finding.title, titleIncludes) &&
        has(finding.detail, detailIncludes),
    );
  const suppressed = found.filter(accepted);
  return {
    suppressed,
    findings: [
      ...found.filter((finding) => !accepted(finding)),
      {
        checkId: ACTIVE,
        severity: "info",
        title: "Accepted findings are left out",
        detail: `security.audit.suppressions has ${suppressions.length} rules; they cover ${suppressed.length} findings.`,
        remediation: "See them: openclaw security audit --json",
      },
    ],
  };
}

function has(text: string, part: string | undefined): boolean {
  return part === undefined || text.toLowerCase().includes(part.toLowerCase());
}
