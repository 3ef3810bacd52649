import type { ModelRef } from "../../models/index.ts";
import type { CommandContext } from "../chat-command.ts";
import type { CommandDeps } from "../command-row.ts";
import { patchSession } from "./session-scope.ts";

/** A model somebody picked, with the credential if they named one. */
export type PickedModel = ModelRef & { readonly profileId?: string };

/** `provider/model`. */
export function refText({ provider, model }: ModelRef): string {
  return `${provider}/${model}`;
}

/** The model the session answers with now. @throws UnknownModelError */
export async function currentModel(deps: CommandDeps, context: CommandContext): Promise<ModelRef> {
  const { agentId, session, chatModel } = context;
  const plan = await deps.models.plan({ agentId, entry: session?.entry, chatModel });
  return plan.candidates[0];
}

/**
 * The model a word in running text names: a `provider/model` that resolves, or exactly an alias or id in the list. Any
 * other word is a word.
 */
export async function wordedModel(
  { models, listModels }: CommandDeps,
  { agentId }: CommandContext,
  word: string,
): Promise<PickedModel | undefined> {
  if (!word.includes("/")) {
    const wanted = word.toLowerCase();
    const all = await listModels({ agentId });
    const found = all.find(
      ({ alias, model }) => alias?.toLowerCase() === wanted || model.toLowerCase() === wanted,
    );
    return found && { provider: found.provider, model: found.model };
  }
  try {
    return await models.resolve(word, agentId);
  } catch {
    // No model of that name: the word is part of the message.
    return undefined;
  }
}

/** Pins the session to a model; returns what to say about it. @throws StoreError */
export async function selectModel(
  deps: CommandDeps,
  context: CommandContext,
  picked: PickedModel,
): Promise<string> {
  const { provider, model, profileId } = picked;
  await patchSession(deps, context, {
    providerOverride: provider,
    modelOverride: model,
    modelOverrideSource: "user",
    authProfileOverride: profileId ?? null,
    authProfileOverrideSource: profileId === undefined ? null : "user",
  });
  const account = profileId === undefined ? "" : ` (${profileId})`;
  return `🧠 Model of this session: ${refText(picked)}${account}`;
}

/** Lets the session answer with the configured model again. @throws StoreError */
export async function clearModel(deps: CommandDeps, context: CommandContext): Promise<void> {
  await patchSession(deps, context, {
    providerOverride: null,
    modelOverride: null,
    modelOverrideSource: null,
    authProfileOverride: null,
    authProfileOverrideSource: null,
  });
}
