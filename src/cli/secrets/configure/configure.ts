import { invalidConfig, valueAt } from "../../../config/index.ts";
import type { Invocation, Run } from "../../command.ts";
import type { configureFlags } from "../../commands/secrets/index.ts";
import { configFailure, openConfig } from "../../config/open.ts";
import { CliError } from "../../errors.ts";
import type { Session } from "../../session.ts";
import type { Prompts } from "../../terminal/prompts.ts";
import { plural } from "../../words.ts";
import { tellApplied } from "../apply/apply.ts";
import { type ApplyResult, applyPlan } from "../apply/apply-plan.ts";
import { credentialsIn } from "../credentials.ts";
import { withVariables } from "../env-files.ts";
import { writePlanFile } from "../plan/file.ts";
import type { WrittenPlan } from "../plan/plan.ts";
import { readPlan } from "../plan/read.ts";
import { listHeld } from "../profiles.ts";
import { askMapping, candidatesOf } from "./mapping.ts";
import { askProviders, type ProviderPlan } from "./providers.ts";

type Flags = Invocation<typeof configureFlags>["flags"];

export const run: Run<typeof configureFlags> = async ({ flags, session }) => {
  if (flags.providersOnly && flags.skipProviderSetup)
    throw new CliError("--providers-only and --skip-provider-setup exclude each other.");
  if (flags.apply && flags.json && !flags.yes)
    throw new CliError("--apply with --json needs --yes: there is no question to answer.");
  const { prompts, out } = session;
  if (prompts === undefined) {
    throw new CliError("secrets configure asks questions and needs a terminal.", {
      hint: "Without one, write a plan and carry it out: openclaw secrets apply --from <path>",
    });
  }
  const plan = await askPlan(session, prompts, flags);
  const { readRef } = await import("../../../secrets/index.ts");
  const checked = readPlan(plan, readRef);
  const { allowExec, json } = flags;
  const preflight = await applyPlan(session, checked, { dryRun: true, allowExec });
  if (flags.planOut !== undefined) writePlanFile(flags.planOut, plan);
  if (!json) tellPlan(session, flags, plan, preflight);
  if (!(await agreed(prompts, flags, preflight))) {
    if (json) out.json({ plan, preflight });
    else if (preflight.changed) out.line("Nothing was applied.");
    return;
  }
  const applied = await applyPlan(session, checked, { dryRun: false, allowExec });
  if (json) out.json({ plan, preflight, applied });
  else tellApplied(session, applied);
};

async function askPlan(person: Session, prompts: Prompts, flags: Flags): Promise<WrittenPlan> {
  const session = withVariables(person);
  const snapshot = openConfig(session).peek();
  if (!snapshot.valid) throw configFailure(invalidConfig(snapshot.issues));
  const { ConfiguredRoster } = await import("../../../agent/index.ts");
  const roster = new ConfiguredRoster({ config: () => snapshot.config, paths: session.paths });
  const agentId = flags.agent ?? roster.defaultId;
  if (!roster.has(agentId))
    throw new CliError(`There is no agent ${agentId}.`, { hint: "See them: openclaw agents list" });
  const before = valueAt(snapshot.sourceConfig, ["secrets", "providers"]);
  const present = typeof before === "object" && before !== null ? { ...before } : {};
  const providers: ProviderPlan = flags.skipProviderSetup
    ? { providers: present, upserts: {}, deletes: [] }
    : await askProviders(prompts, present);
  const { readRef } = await import("../../../secrets/index.ts");
  const world = { session, prompts, agentId, providers: providers.providers, readRef };
  const candidates = async () =>
    candidatesOf(credentialsIn(snapshot.sourceConfig), await listHeld(session, crypto.randomUUID()), agentId);
  const targets = flags.providersOnly ? [] : await askMapping(world, await candidates());
  return {
    version: 1,
    protocolVersion: 1,
    generatedBy: "openclaw secrets configure",
    generatedAt: new Date(session.clock.now()).toISOString(),
    ...(Object.keys(providers.upserts).length > 0 && { providerUpserts: providers.upserts }),
    ...(providers.deletes.length > 0 && { providerDeletes: providers.deletes }),
    targets,
    options: { scrubEnv: true, scrubAuthProfilesForProviderTargets: true, scrubLegacyAuthJson: false },
  };
}

function tellPlan({ out }: Session, flags: Flags, plan: WrittenPlan, preflight: ApplyResult): void {
  const { changed, changedFiles, warningCount, warnings, skippedExecRefs } = preflight;
  out.line(`Preflight: changed=${changed}, files=${changedFiles.length}, warnings=${warningCount}.`);
  for (const warning of warnings) out.warn(`! ${warning}`);
  if (skippedExecRefs > 0)
    out.note(`Skipped ${plural(skippedExecRefs, "exec secret")}; add --allow-exec to run their programs.`);
  const upserts = Object.keys(plan.providerUpserts ?? {}).length;
  const deletes = plan.providerDeletes?.length ?? 0;
  out.line(`Plan: targets=${plan.targets.length}, providerUpserts=${upserts}, providerDeletes=${deletes}.`);
  if (flags.planOut !== undefined) out.line(`Plan written to ${flags.planOut}.`);
}

/** True when the plan is to be carried out now. With `--json`, only the options decide. */
async function agreed(prompts: Prompts, flags: Flags, { changed }: ApplyResult): Promise<boolean> {
  if (!changed) return false;
  if (flags.yes) return true;
  if (flags.json) return false;
  if (!flags.apply && !(await prompts.confirm({ question: "Apply this plan now?" }))) return false;
  return prompts.confirm({
    question: "There is no way back for secrets that are taken out of files. Go on?",
  });
}
