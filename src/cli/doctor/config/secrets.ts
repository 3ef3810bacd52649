import type { Check, Finding } from "../check.ts";

/** What secrets refer to can be read, and a migration that was begun is complete. */
export const secretsCheck: Check = {
  id: "secrets",
  title: "Secrets",
  reason: "A reference that leads nowhere leaves a part of the gateway without its credential.",
  async run(session) {
    const { auditSecrets } = await import("../../secrets/audit/audit-secrets.ts");
    const { report } = await auditSecrets(session, { allowExec: false });
    // A configuration that cannot be used is the matter of its own check.
    if (report.findings.some(({ jsonPath, code }) => jsonPath === "<root>" && code === "REF_UNRESOLVED"))
      return { skipped: "the configuration, or another file with secrets, cannot be read" };
    const lost = report.findings.filter(({ severity }) => severity === "error");
    const left = report.findings.filter(({ severity }) => severity === "warn");
    const findings: Finding[] = [];
    if (lost.length > 0) {
      findings.push({
        severity: "warning",
        message: `Secrets that are referred to cannot be read: ${lost.length}. What needs them does not work.`,
        details: lost.map(({ jsonPath, message }) => `${jsonPath}: ${message}`),
        fixHint: "Make them available, then: openclaw secrets audit; openclaw secrets reload",
      });
    }
    // Whoever refers to no secret has not begun to move them.
    if (left.length > 0 && report.resolution.refsChecked > 0) {
      findings.push({
        severity: "info",
        message: `Beside references there are still secrets in plain text, or traces of them: ${left.length}.`,
        fixHint: "See them: openclaw secrets audit. Move them: openclaw secrets configure",
      });
    }
    return findings;
  },
};
