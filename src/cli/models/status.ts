import { displayPath } from "../../config/index.ts";
import type { Run } from "../command.ts";
import type { statusFlags } from "../commands/models.ts";
import { EXIT_FAILURE } from "../errors.ts";
import { withModels } from "./access.ts";
import { validConfig } from "./local.ts";
import { probeAll, probeLines } from "./probe.ts";
import { readStatus, type Status } from "./status-facts.ts";
import { statusLines } from "./status-view.ts";

/** A credential ends soon. */
const EXIT_EXPIRING = 2;

export const run: Run<typeof statusFlags> = async ({ flags, session }) => {
  const { out, paths } = session;
  const config = await validConfig(session);
  const right = flags.probe ? "operator.admin" : "operator.read";
  const { status, probes } = await withModels(session, flags, right, async (models) => {
    const read = await readStatus(models, config, flags.agent);
    const providers = flags.probeProvider ?? read.auth.providers.map(({ provider }) => provider);
    const targets = [providers].flat().map((provider) => ({ provider }));
    const limits = { timeoutMs: flags.probeTimeout };
    return { status: read, probes: flags.probe ? await probeAll(models, targets, limits) : undefined };
  });
  if (flags.json) {
    out.json({ configPath: paths.configPath, ...status, ...(probes && { probes }) });
  } else if (flags.plain) {
    out.line(status.resolvedDefault);
  } else {
    const file = displayPath(paths.configPath, paths.home);
    for (const line of statusLines(status, file, session.clock.now())) out.line(line);
    for (const line of probes?.flatMap(probeLines) ?? []) out.line(line);
  }
  return flags.check ? exitOf(status) : undefined;
};

function exitOf({ auth, defaultModel }: Status): number | undefined {
  if (auth.missingProvidersInUse.length > 0) return EXIT_FAILURE;
  const health = new Set(auth.inUse.map(({ status }) => status));
  if (health.has("expired") || health.has("missing")) return EXIT_FAILURE;
  if (defaultModel === null && auth.inUse.length === 0) return EXIT_FAILURE;
  return health.has("expiring") ? EXIT_EXPIRING : undefined;
}
