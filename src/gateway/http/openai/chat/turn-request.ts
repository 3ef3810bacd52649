import type { Attachment } from "../../../../agent/index.ts";
import type { Call } from "../call.ts";
import type { OpenAiDeps } from "../deps.ts";
import { pictureOf } from "../inputs/images.ts";
import { chatImageLimits, MAX_CHAT_IMAGES, MAX_CHAT_IMAGES_BYTES } from "../inputs/limits.ts";
import { contentOf, InputError, sourceOf } from "../inputs/source.ts";
import { invalid } from "../refusal.ts";
import { modelOverride, senderOf, targetOf } from "../target.ts";
import { chooseTools, type ChosenTools, readToolChoice, ToolChoiceError } from "../tool-choice.ts";
import type { TurnRequest } from "../turn.ts";
import { promptOf } from "./messages.ts";
import { type ChatRequest, readChatTools } from "./request.ts";
import { samplingOf } from "./sampling.ts";

/** What a chat request asks of an agent. @throws Refusal */
export async function chatTurn(
  body: ChatRequest,
  { headers, operator, gone }: Call,
  deps: OpenAiDeps,
): Promise<TurnRequest> {
  const { agent, ids } = deps;
  const sampling = samplingOf(body);
  const { model: name, user } = body;
  const newId = (): string => ids.uuid();
  const target = targetOf({ headers, model: name, user, prefix: "openai", newId }, agent);
  const model = await modelOverride(headers, operator, target.agentId, agent.models);
  const tools = toolsOf(body);
  const prompt = promptOf(body.messages ?? []);
  const images = await pictures(prompt.images, deps, gone);
  if (prompt.message === "") throw invalid("Missing user message in `messages`.");
  return {
    id: `chatcmpl_${newId()}`,
    target,
    sender: senderOf(headers, operator),
    message: prompt.message,
    images,
    instructions: [prompt.instructions],
    tools,
    sampling,
    model,
    createdVia: "openai",
  };
}

function toolsOf(body: ChatRequest): ChosenTools {
  try {
    const choice = readToolChoice(body.tool_choice, (pinned) => {
      const named: unknown = Reflect.get(pinned, "function");
      return typeof named === "object" && named !== null ? Reflect.get(named, "name") : undefined;
    });
    return chooseTools(readChatTools(body.tools), choice);
  } catch (error) {
    if (error instanceof ToolChoiceError) throw invalid(`Invalid tools/tool_choice: ${error.message}`);
    throw error;
  }
}

async function pictures(
  urls: readonly (string | undefined)[],
  { config, egress, log }: OpenAiDeps,
  gone: AbortSignal,
): Promise<Attachment[]> {
  if (urls.length === 0) return [];
  const limits = chatImageLimits(config().gateway.http.endpoints);
  const attachments: Attachment[] = [];
  let room = MAX_CHAT_IMAGES_BYTES;
  try {
    if (urls.length > MAX_CHAT_IMAGES) throw new InputError(`${urls.length} pictures are too many`);
    for (const url of urls) {
      if (url === undefined) throw new InputError("a part has no URL");
      const within = { ...limits, maxBytes: Math.min(limits.maxBytes, room) };
      const { attachment, bytes } = pictureOf(await contentOf(sourceOf(url), within, egress, gone), limits);
      attachments.push(attachment);
      room -= bytes;
    }
    return attachments;
  } catch (error) {
    gone.throwIfAborted();
    log.info("picture of a chat request not taken", { error });
    throw invalid("Invalid image_url content in `messages`.");
  }
}
