import { createHash } from "node:crypto";
import type { HttpOperator } from "../../../auth/index.ts";
import type { Call } from "../call.ts";
import type { OpenAiDeps } from "../deps.ts";
import { invalid } from "../refusal.ts";
import { samplingOf } from "../chat/sampling.ts";
import { modelOverride, senderOf, targetOf } from "../target.ts";
import { chooseTools, type ChosenTools, readToolChoice, ToolChoiceError } from "../tool-choice.ts";
import type { TurnRequest } from "../turn.ts";
import type { EarlierResponses, ResponseScope } from "./earlier.ts";
import { promptOf } from "./items.ts";
import { mediaOf } from "./media.ts";
import { readResponseTools, type ResponsesRequest } from "./request.ts";

/** A turn, and who may go on from its response. */
export interface ResponseTurn {
  readonly turn: TurnRequest;
  readonly scope: ResponseScope;
}

/** What a response request asks of an agent. @throws Refusal */
export async function responseTurn(
  body: ResponsesRequest,
  { headers, operator, gone }: Call,
  deps: OpenAiDeps,
  earlier: EarlierResponses,
): Promise<ResponseTurn> {
  const { agent, ids } = deps;
  const sampling = samplingOf({
    max_tokens: body.max_output_tokens ?? null,
    temperature: body.temperature ?? null,
    top_p: body.top_p ?? null,
    response_format: formatOf(body.text),
  });
  const newId = (): string => ids.uuid();
  const { model: name, user } = body;
  const target = targetOf({ headers, model: name, user, prefix: "openresponses", newId }, agent);
  const scope = scopeOf(headers, operator, target.agentId);
  const model = await modelOverride(headers, operator, target.agentId, agent.models);
  const tools = toolsOf(body);
  const prompt = promptOf(body.input);
  const { images, files } = await mediaOf(prompt, deps, gone);
  if (prompt.message.trim() === "") throw invalid("Missing user message in `input`.");
  const previous = body.previous_response_id;
  const turn = {
    id: `resp_${newId()}`,
    target: { ...target, sessionKey: (previous && earlier.find(previous, scope)) || target.sessionKey },
    sender: senderOf(headers, operator),
    message: prompt.message,
    images,
    instructions: [body.instructions ?? "", prompt.instructions, ...files],
    tools,
    sampling,
    model,
    createdVia: "openresponses",
  };
  return { turn, scope };
}

function toolsOf(body: ResponsesRequest): ChosenTools {
  try {
    const choice = readToolChoice(body.tool_choice, (pinned) => {
      const named: unknown = Reflect.get(pinned, "function");
      const inside = typeof named === "object" && named !== null ? named : pinned;
      return Reflect.get(inside, "name");
    });
    return chooseTools(readResponseTools(body.tools), choice);
  } catch (error) {
    if (error instanceof ToolChoiceError) throw invalid(`Invalid tools/tool_choice: ${error.message}`);
    throw error;
  }
}

/** `text.format` as chat completions call it. */
function formatOf(text: unknown): unknown {
  if (typeof text !== "object" || text === null) return undefined;
  const format: unknown = Reflect.get(text, "format");
  if (typeof format !== "object" || format === null) return undefined;
  const { type, ...schema }: { type?: unknown } = format;
  return type === "json_schema" ? { type, json_schema: schema } : format;
}

function scopeOf(headers: Headers, operator: HttpOperator, agentId: string): ResponseScope {
  const credential = headers.get("authorization");
  const caller =
    operator.user === undefined && credential !== null
      ? createHash("sha256").update(credential).digest("base64url")
      : `${operator.method}:${operator.user ?? ""}`;
  return { caller, agentId, askedKey: headers.get("x-openclaw-session-key")?.trim() ?? "" };
}
