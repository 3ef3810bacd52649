import { existsSync } from "node:fs";
import { localModels, openRoom, withoutWrites } from "../../models/local.ts";
import { agentModule } from "../../models/agent.ts";
import { readStatus } from "../../models/status-facts.ts";
import { openConfig } from "../../config/open.ts";
import { spanOf } from "../../words.ts";
import type { Session } from "../../session.ts";
import type { Check, Finding } from "../check.ts";

/** What answers when nothing else does. */
const GUIDE = "builtin/guide";

/** A model answers, and may be asked. Nobody is asked over the network. */
export const modelsCheck: Check = {
  id: "models",
  title: "Models",
  reason: "Without a model and a credential that is good, messages come in and nobody answers them.",
  async run(session) {
    const { config, valid } = await openConfig(session).load();
    if (!valid) return { skipped: "the configuration cannot be used" };
    const [{ resolvedDefault, auth }, { providers }] = await withReadModels(session, async (models) => [
      await readStatus(models, config, undefined),
      await models.authStatus(),
    ]);
    const now = session.clock.now();
    return [
      ...(resolvedDefault === GUIDE ? [noModel()] : []),
      ...auth.missingProvidersInUse.map(noCredential),
      ...auth.unusableProfiles.map(({ profileId, reason, until }): Finding => ({
        severity: "warning",
        message: `The credential ${profileId} rests after ${reason}, for ${spanOf(until - now)} more.`,
        target: profileId,
        fixHint: "See whether it is good again: openclaw models probe",
      })),
      ...providers
        .flatMap(({ profiles }) => profiles)
        .filter(({ status, type }) => status === "expired" && type !== "oauth")
        .map(({ profileId }): Finding => ({
          severity: "warning",
          message: `The credential ${profileId} has ended.`,
          target: profileId,
          fixHint: "Store a new one: openclaw models auth paste-api-key --provider <name>",
        })),
    ];
  },
};

/** The models as a gateway would see them, without opening its database for writing. */
async function withReadModels<T extends readonly unknown[]>(
  session: Session,
  work: (models: ReturnType<typeof localModels>) => Promise<readonly [...T]>,
): Promise<readonly [...T]> {
  const agent = await agentModule();
  const { dbPath } = session.paths;
  if (!existsSync(dbPath)) return work(localModels(await openRoom(session, withoutWrites()), agent));
  const { openStoreReader } = await import("../../../store/index.ts");
  using reader = openStoreReader(dbPath);
  return await work(localModels(await openRoom(session, withoutWrites(reader)), agent));
}

function noModel(): Finding {
  return {
    severity: "info",
    message: "No model is configured: the built-in guide answers, which explains how to set one up.",
    target: "agents.defaults.model",
    fixHint: "Store a key: openclaw models auth paste-api-key --provider anthropic",
  };
}

function noCredential(provider: string): Finding {
  return {
    severity: "warning",
    message: `The configured model is one of ${provider}, and there is no credential for it.`,
    target: provider,
    fixHint: `Store one: openclaw models auth paste-api-key --provider ${provider}`,
  };
}
