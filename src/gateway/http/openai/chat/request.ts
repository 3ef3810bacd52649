import { Type } from "@sinclair/typebox";
import { isRecord } from "../../../../lib/records.ts";
import type { ClientTool } from "../../../../agent/index.ts";
import { checkBody, maybe, positiveInteger } from "../fields.ts";
import { ToolChoiceError } from "../tool-choice.ts";

const SCHEMA = Type.Object({
  model: maybe(Type.String()),
  stream: maybe(Type.Boolean()),
  stream_options: maybe(Type.Object({ include_usage: maybe(Type.Boolean()) })),
  tools: maybe(Type.Array(Type.Unknown())),
  tool_choice: Type.Optional(Type.Unknown()),
  messages: maybe(Type.Array(Type.Unknown())),
  user: maybe(Type.String()),
  max_tokens: maybe(positiveInteger()),
  max_completion_tokens: maybe(positiveInteger()),
  temperature: maybe(Type.Number()),
  top_p: maybe(Type.Number()),
  frequency_penalty: maybe(Type.Number()),
  presence_penalty: maybe(Type.Number()),
  seed: maybe(Type.Number()),
  stop: maybe(Type.Union([Type.String(), Type.Array(Type.String())])),
  response_format: Type.Optional(Type.Unknown()),
});

/** The body of `POST /v1/chat/completions`. */
export type ChatRequest = ReturnType<typeof readChatRequest>;

/** @throws Refusal */
export function readChatRequest(body: unknown) {
  return checkBody(SCHEMA, body);
}

/** The functions a caller offers. @throws ToolChoiceError */
export function readChatTools(tools: readonly unknown[] | null | undefined): ClientTool[] {
  return (tools ?? []).map((tool) => {
    if (typeof tool !== "object" || tool === null) throw new ToolChoiceError("each tool must be an object");
    if (Reflect.get(tool, "type") !== "function") {
      throw new ToolChoiceError("only function tools are supported");
    }
    const described: unknown = Reflect.get(tool, "function");
    if (!isRecord(described)) throw new ToolChoiceError("tool.function is required");
    const { name, description, parameters } = described;
    if (typeof name !== "string" || name.trim() === "") {
      throw new ToolChoiceError("tool.function.name is required");
    }
    return {
      name: name.trim(),
      ...(typeof description === "string" && { description }),
      parameters: isRecord(parameters) ? parameters : { type: "object", properties: {} },
    };
  });
}
