import { displayPath } from "../../../config/index.ts";
import type { Run } from "../../command.ts";
import type { auditFlags } from "../../commands/secrets/index.ts";
import { plural } from "../../words.ts";
import { auditSecrets } from "./audit-secrets.ts";
import { exitCodeOf } from "./report.ts";

/** A long list helps nobody; `--json` has all. */
const SHOWN_FINDINGS = 20;

export const run: Run<typeof auditFlags> = async ({ flags, session }) => {
  const { report, notes } = await auditSecrets(session, flags);
  const { out, paths } = session;
  for (const note of notes) out.warn(note);
  if (flags.json) {
    out.json(report);
    return exitCodeOf(report, flags.check);
  }
  const { status, summary, findings, resolution } = report;
  out.line(
    `Secrets audit: ${status}. plaintext=${summary.plaintextCount}, unresolved=${summary.unresolvedRefCount}, ` +
      `shadowed=${summary.shadowedRefCount}, storeResidue=${summary.storeResidueCount}, legacy=${summary.legacyResidueCount}.`,
  );
  for (const { code, file, jsonPath, message } of findings.slice(0, SHOWN_FINDINGS))
    out.line(`- [${code}] ${displayPath(file, paths.home)}:${jsonPath} ${message}`);
  const more = findings.length - SHOWN_FINDINGS;
  if (more > 0) out.line(`… ${plural(more, "more finding")}; see all with --json`);
  if (resolution.skippedExecRefs > 0)
    out.note(
      `Skipped ${plural(resolution.skippedExecRefs, "exec secret")}; add --allow-exec to run their programs.`,
    );
  if (summary.plaintextCount > 0) out.note("Put references in their place: openclaw secrets configure");
  return exitCodeOf(report, flags.check);
};
