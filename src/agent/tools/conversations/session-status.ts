import { UnknownModelError } from "../../models/index.ts";
import type { SessionRecord } from "../../../store/index.ts";
import { defineTool, textResult, ToolInputError } from "../define.ts";
import { maybe, parameters, text } from "../parameters.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { type ConversationDeps, reach } from "./deps.ts";

/** `session_status`: model, usage and settings of a session, as `/status` shows them; the owner may change the model. */
export function sessionStatusTool(deps: ConversationDeps): Tool {
  return defineTool({
    name: "session_status",
    label: "Session Status",
    description: "Show a session's time, model and usage; model sets the session's model (default resets).",
    scope: "anyone",
    parameters: parameters({ sessionKey: maybe(text()), model: maybe(text()) }),
    async run({ sessionKey, model }, context) {
      const record = sessionKey ? await reach(deps, context, sessionKey) : undefined;
      const key = record?.key ?? context.sessionKey;
      const agentId = record?.agentId ?? context.agentId;
      const changedModel = model
        ? await changeModel(deps, record ?? (await reach(deps, context, key)), model, context)
        : false;
      const statusText = await deps.status(agentId, key);
      const shownKey = sessionKey || (key === deps.sessions.main(agentId) ? "main" : key);
      return textResult(statusText, {
        ok: true,
        sessionKey: shownKey,
        agentId,
        changedModel,
        stateVersion: 0,
        statusText,
      });
    },
  });
}

async function changeModel(
  deps: ConversationDeps,
  { key, agentId, entry }: SessionRecord,
  model: string,
  context: ToolContext,
): Promise<boolean> {
  if (!context.sender.isOwner) throw new ToolInputError("only the owner may change the model");
  if (model.trim().toLowerCase() === "default") {
    const none = { providerOverride: null, modelOverride: null, modelOverrideSource: null };
    await deps.sessions.patch(key, none);
    return entry.modelOverride !== undefined;
  }
  try {
    const ref = await deps.models().resolve(model, agentId);
    // Chosen by an agent, not by a person: when it fails, others may answer.
    await deps.sessions.patch(key, {
      providerOverride: ref.provider,
      modelOverride: ref.model,
      modelOverrideSource: "auto",
    });
    return entry.providerOverride !== ref.provider || entry.modelOverride !== ref.model;
  } catch (error) {
    if (error instanceof UnknownModelError) throw new ToolInputError(error.message, { cause: error });
    throw error;
  }
}
