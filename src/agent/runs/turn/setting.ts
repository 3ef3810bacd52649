import type { Api, Model as EngineModel } from "@earendil-works/pi-ai";
import type { SessionRecord } from "../../../store/index.ts";
import type { ModelInfo, ModelPlan, ModelRef, ThinkingLevel } from "../../models/index.ts";
import type { Tool } from "../../tools/index.ts";
import type { RunsDeps } from "../deps.ts";
import type { RunRequest } from "../run.ts";
import { maxResultChars } from "../calls/result-caps.ts";
import { nameOf } from "./tally.ts";
import type { CallContext } from "../calls/tool-adapter.ts";

/** What a turn is done with: chosen once, before its first model call. */
export interface Setting {
  readonly plan: ModelPlan;
  readonly ref: ModelRef;
  readonly info: ModelInfo;
  readonly model: EngineModel<Api>;
  readonly thinking: ThinkingLevel;
  readonly tools: readonly Tool[];
  readonly systemPrompt: string;
  readonly call: CallContext;
  readonly isGroup: boolean;
}

type SettingDeps = Pick<RunsDeps, "models" | "tools" | "prompts" | "roster" | "sessions">;

/** Chooses model, thinking, tools and prompt. @throws UnknownModelError, UnknownAgentError, Error for a workspace that cannot be used */
export async function chooseSetting(
  deps: SettingDeps,
  request: RunRequest,
  record: SessionRecord,
  workspace: string,
): Promise<Setting> {
  const { agentId, sessionKey, sender } = request;
  const { entry } = record;
  const plan = await deps.models.plan({
    agentId,
    entry,
    chatModel: request.chatModel,
    ...(request.model !== undefined && { requested: request.model }),
    ...(bringsImage(request) && { purpose: "image" as const }),
  });
  const [ref] = plan.candidates;
  const [info, model, thinking] = await Promise.all([
    deps.models.info(ref, agentId),
    deps.models.engineModel(ref),
    deps.models.thinking({
      ref,
      agentId,
      entry,
      ...(request.thinking !== undefined && { requested: request.thinking }),
    }),
  ]);
  const tools = deps.tools.effective({ agentId, sessionKey, sender, model: nameOf(ref) });
  const isGroup = deps.sessions.isGroup(record);
  const prompt = await deps.prompts.build({
    agentId,
    sessionKey,
    sender,
    tools,
    model: nameOf(ref),
    thinking,
    mode: request.lane === "subagent" ? "minimal" : "full",
    isGroup,
    isFirstTurn: entry.systemSent !== true,
    ...(request.extraSystemPrompt !== undefined && { extra: request.extraSystemPrompt }),
  });
  const call: CallContext = {
    agentId,
    sessionKey,
    sessionId: record.sessionId,
    runId: request.runId,
    workspace,
    cwd: deps.roster.get(agentId).cwd,
    sender,
    seesImages: info.input.includes("image"),
    maxResultChars: maxResultChars(info.contextTokens),
  };
  return { plan, ref, info, model, thinking, tools, systemPrompt: prompt.text, call, isGroup };
}

function bringsImage({ attachments = [] }: RunRequest): boolean {
  return attachments.some(({ content }) => content.type === "image");
}
