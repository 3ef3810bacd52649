import { displayPath, formatPath, withValue } from "../../config/index.ts";
import { setMode } from "../../lib/files/index.ts";
import { openConfig } from "../config/open.ts";
import type { Session } from "../session.ts";
import type { AuditFinding, AuditFix } from "./audit-row.ts";

/** What became of one fix. */
export interface Mended {
  readonly checkId: string;
  readonly action: string;
  readonly ok: boolean;
  readonly error?: string;
}

/** Does every fix of the findings. One that fails does not keep the others from being done. */
export async function mend(session: Session, findings: readonly AuditFinding[]): Promise<Mended[]> {
  const done: Mended[] = [];
  for (const { checkId, fix } of findings) {
    if (fix === undefined) continue;
    const action = describe(fix, session);
    try {
      await apply(fix, session);
      done.push({ checkId, action, ok: true });
    } catch (error) {
      done.push({
        checkId,
        action,
        ok: false,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }
  return done;
}

async function apply(fix: AuditFix, session: Session): Promise<void> {
  if (fix.kind === "chmod") setMode(fix.path, fix.mode);
  else await openConfig(session).edit((config) => withValue(config, fix.path, fix.value));
}

function describe(fix: AuditFix, { paths }: Session): string {
  return fix.kind === "chmod"
    ? `chmod ${fix.mode.toString(8)} ${displayPath(fix.path, paths.home)}`
    : `set ${formatPath(fix.path)} to ${fix.value}`;
}
