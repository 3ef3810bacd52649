import type { ModelInfo } from "../../models/index.ts";
import type { CommandContext } from "../chat-command.ts";
import type { CommandDeps } from "../command-row.ts";
import { MODELS_LISTED } from "../limits.ts";
import { currentModel, refText } from "../rows/model-choice.ts";
import { count } from "../../../lib/amounts.ts";

/** The providers, or the models of one; the ones that cannot be used now say so. */
export async function modelList(deps: CommandDeps, context: CommandContext, args: string): Promise<string> {
  const { agentId } = context;
  const provider = args.trim().toLowerCase();
  const current = refText(await currentModel(deps, context));
  const wanted = await deps.listModels({ agentId, ...(provider !== "" && { provider }) });
  if (wanted.length === 0) return nothing(deps, agentId, provider);
  if (provider === "" && wanted.length > MODELS_LISTED) return providers(wanted, current);
  const shown = wanted.slice(0, MODELS_LISTED);
  return [
    provider === "" ? `Models (${wanted.length})` : `Models of ${provider} (${wanted.length})`,
    ...shown.map((model) => lineOf(model, current)),
    ...(shown.length < wanted.length ? [`… and ${wanted.length - shown.length} more`] : []),
    "Choose one: /model <provider/model>",
  ].join("\n");
}

async function nothing({ listModels }: CommandDeps, agentId: string, provider: string): Promise<string> {
  if (provider === "") {
    return "No model is configured. Connect one on the gateway's machine: openclaw models --help";
  }
  const known = new Set((await listModels({ agentId })).map((model) => model.provider));
  return `No models of "${provider}". Providers: ${[...known].join(", ")}`;
}

function lineOf(model: ModelInfo, current: string): string {
  const ref = refText(model);
  const facts = [
    ...(model.alias === undefined ? [] : [model.alias]),
    `${count(model.contextWindow)} context`,
    ...(ref === current ? ["in use"] : []),
    ...(model.available ? [] : ["no credential"]),
  ];
  return `- ${ref} (${facts.join(", ")})`;
}

function providers(all: readonly ModelInfo[], current: string): string {
  const groups = Map.groupBy(all, (model) => model.provider);
  return [
    `In use: ${current}`,
    "Providers:",
    ...[...groups].map(([name, models]) => {
      const usable = models.some((model) => model.available);
      return `- ${name} (${models.length}${usable ? "" : ", no credential"})`;
    }),
    "Models of one: /models <provider>",
  ].join("\n");
}
