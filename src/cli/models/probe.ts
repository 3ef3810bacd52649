import type { Run } from "../command.ts";
import type { probeFlags } from "../commands/models.ts";
import { EXIT_FAILURE } from "../errors.ts";
import type { Session } from "../session.ts";
import { spanOf } from "../words.ts";
import { type ModelsAccess, type ProbeOutcome, withModels } from "./access.ts";
import { validConfig } from "./local.ts";

export const run: Run<typeof probeFlags> = async ({ flags, args, session }) => {
  const targets = await targetsOf(session, args[0]);
  const outcomes = await withModels(session, flags, "operator.admin", (models) =>
    probeAll(models, targets, { timeoutMs: flags.probeTimeout, profileId: flags.profile }),
  );
  if (flags.json) session.out.json({ results: outcomes });
  else for (const line of outcomes.flatMap(probeLines)) session.out.line(line);
  return outcomes.some(({ status }) => status !== "ok") ? EXIT_FAILURE : undefined;
};

export interface ProbeTarget {
  readonly provider: string;
  readonly model?: string;
}

/** Asks each target, one after the other. */
export async function probeAll(
  models: ModelsAccess,
  targets: readonly ProbeTarget[],
  { timeoutMs, profileId }: { readonly timeoutMs: number; readonly profileId?: string | undefined },
): Promise<ProbeOutcome[]> {
  const outcomes: ProbeOutcome[] = [];
  for (const target of targets) {
    outcomes.push(
      await models.probe({ ...target, timeoutMs, ...(profileId !== undefined && { profileId }) }),
    );
  }
  return outcomes;
}

/** What came of a probe, a line for each credential. */
export function probeLines({ provider, status, error, results }: ProbeOutcome): string[] {
  if (results.length === 0) return [`${provider}: ${status}${error === undefined ? "" : ` – ${error}`}`];
  return results.map((result) => {
    const time = result.latencyMs === undefined ? "" : ` in ${spanOf(result.latencyMs)}`;
    const reason = result.error === undefined ? "" : ` – ${result.error}`;
    return `${provider} (${result.label}): ${result.status}${time}${reason}`;
  });
}

/** A model, a provider, or what is configured. */
async function targetsOf(session: Session, text: string | undefined): Promise<readonly ProbeTarget[]> {
  const { canonicalProvider, configuredChoice, configuredRef, SOLE_AGENT_ID } =
    await import("../../agent/index.ts");
  const config = await validConfig(session);
  if (text !== undefined) {
    const ref = configuredRef(config, SOLE_AGENT_ID, text);
    return [ref ?? { provider: canonicalProvider(text) }];
  }
  const { primary, fallbacks } = configuredChoice(config, SOLE_AGENT_ID);
  const chosen = primary ? [primary, ...fallbacks] : fallbacks;
  return chosen.length > 0 ? chosen : [{ provider: "builtin", model: "guide" }];
}
