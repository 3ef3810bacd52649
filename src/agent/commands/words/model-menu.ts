import type { CommandContext, CommandMenu } from "../chat-command.ts";
import type { CommandDeps } from "../command-row.ts";
import { currentModel } from "../rows/model-choice.ts";

/** All models as a menu: those of one provider when it is named and has some; undefined when there are none. */
export async function modelMenu(
  deps: CommandDeps,
  context: CommandContext,
  kind: "invitation" | "providers",
  provider = "",
): Promise<CommandMenu | undefined> {
  const ref = await currentModel(deps, context);
  const listed = await deps.listModels({ agentId: context.agentId });
  if (listed.length === 0) return undefined;
  const models = listed.map(({ provider: own, model, name }) => ({ provider: own, id: model, name }));
  const all = { models, current: { provider: ref.provider, id: ref.model } };
  return models.some((model) => model.provider === provider)
    ? { ...all, kind: "models", provider, page: 1 }
    : { ...all, kind };
}
