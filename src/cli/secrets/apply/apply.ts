import { displayPath } from "../../../config/index.ts";
import type { Run } from "../../command.ts";
import type { applyFlags } from "../../commands/secrets/index.ts";
import { CliError } from "../../errors.ts";
import type { Session } from "../../session.ts";
import { plural } from "../../words.ts";
import { readPlanFile } from "../plan/file.ts";
import { readPlan } from "../plan/read.ts";
import { type ApplyResult, applyPlan } from "./apply-plan.ts";

export const run: Run<typeof applyFlags> = async ({ flags, session }) => {
  if (flags.from === undefined) {
    throw new CliError("Say which plan: --from <path>.", {
      hint: "Make one: openclaw secrets configure --plan-out <path>",
    });
  }
  const value = readPlanFile(flags.from);
  const { readRef } = await import("../../../secrets/index.ts");
  const result = await applyPlan(session, readPlan(value, readRef), flags);
  if (flags.json) session.out.json(result);
  else tellApplied(session, result);
};

/** Says what a plan did, or would do. */
export function tellApplied(session: Session, result: ApplyResult): void {
  const { out, paths } = session;
  const { changed, changedFiles, skippedExecRefs, warnings, backups } = result;
  const dry = result.mode === "dry-run";
  const files = plural(changedFiles.length, "file");
  if (!changed) out.line(dry ? "Secrets apply dry run: no changes." : "Secrets apply: no changes.");
  else if (dry) out.line(`Secrets apply dry run: ${files} would change.`);
  else out.line(`Secrets applied. Updated ${files}.`);
  for (const path of changedFiles) {
    const copy = backups.find((one) => one.path === path);
    const what = copy === undefined ? "" : ` (copy with the old secrets, ${copy.action})`;
    out.line(`  ${displayPath(path, paths.home)}${what}`);
  }
  for (const warning of warnings) out.warn(`! ${warning}`);
  if (skippedExecRefs > 0) {
    out.note(`Skipped ${plural(skippedExecRefs, "exec secret")}; add --allow-exec to run their programs.`);
  }
  if (changed && !dry) out.note("See that nothing is left: openclaw secrets audit --check");
}
