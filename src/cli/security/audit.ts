import type { Run } from "../command.ts";
import type { auditFlags } from "../commands/security.ts";
import { EXIT_FAILURE, EXIT_OK } from "../errors.ts";
import { noFlags } from "../rpc/flags.ts";
import { targetFrom } from "../rpc/gateway.ts";
import { probeGateway } from "../rpc/probe.ts";
import { readConfigSummary } from "../rpc/target-config.ts";
import type { Session } from "../session.ts";
import type { AuditFinding } from "./audit-row.ts";
import { type FactOptions, gatherFacts } from "./facts.ts";
import { mend } from "./mend.ts";
import { auditJson, printAudit, printMended, type AuditReport } from "./report.ts";
import { sift } from "./suppress.ts";
import { auditFindings } from "./table.ts";

export const run: Run<typeof auditFlags> = async ({ flags, session }) => {
  const { out } = session;
  const probe = flags.deep ? await out.during("Asking the gateway", probeOnce(session, flags)) : undefined;
  const options: FactOptions = {
    authMode: flags.auth,
    token: flags.token,
    password: flags.password,
    probe,
  };
  const first = await audit(session, options);
  const fixable = first.findings.filter(({ fix }) => fix !== undefined);
  const mended = flags.fix ? await mend(session, fixable) : undefined;
  const report = mended === undefined || mended.length === 0 ? first : await audit(session, options);
  const failed = mended?.some(({ ok }) => !ok) === true;
  if (flags.json) {
    const document = auditJson(report);
    out.json(mended === undefined ? document : { fix: { ok: !failed, actions: mended }, report: document });
  } else {
    if (mended !== undefined) printMended(mended, out);
    printAudit(report, flags.deep, out);
  }
  return failed ? EXIT_FAILURE : EXIT_OK;
};

async function audit(session: Session, options: FactOptions): Promise<AuditReport> {
  const facts = await gatherFacts(session, options);
  const found: readonly AuditFinding[] = auditFindings(facts);
  const { findings, suppressed } = sift(found, facts.config.security?.audit?.suppressions);
  return { ts: session.clock.now(), findings, suppressed, diagnostics: facts.diagnostics };
}

/** Time a gateway on this machine has to answer. */
const PROBE_TIMEOUT_MS = 3_000;

async function probeOnce(
  session: Session,
  { token, password }: { readonly token: string | undefined; readonly password: string | undefined },
) {
  const { target: settings } = await readConfigSummary(session);
  const target = await targetFrom(session, { ...noFlags(PROBE_TIMEOUT_MS), token, password }, settings);
  return probeGateway<unknown>(session, target, PROBE_TIMEOUT_MS, async () => null);
}
