import { type Static, Type } from "@sinclair/typebox";
import { isRecord } from "../../../../lib/records.ts";
import type { ClientTool } from "../../../../agent/index.ts";
import { checkBody, maybe, positiveInteger } from "../fields.ts";
import { ToolChoiceError } from "../tool-choice.ts";

const SOURCE = Type.Union([
  Type.Object({ type: Type.Literal("url"), url: Type.String({ minLength: 1 }) }),
  Type.Object({
    type: Type.Literal("base64"),
    media_type: maybe(Type.String()),
    data: Type.String({ minLength: 1 }),
    filename: maybe(Type.String()),
  }),
]);

const TEXT_PART = Type.Object({
  type: Type.Union([Type.Literal("input_text"), Type.Literal("output_text"), Type.Literal("text")]),
  text: Type.String(),
});
const REFUSAL_PART = Type.Object({ type: Type.Literal("refusal"), refusal: Type.String() });

/** Two shapes of the same: `source` as recorded clients send it, and the fields of the official packages. */
const IMAGE_PART = Type.Object({
  type: Type.Literal("input_image"),
  source: maybe(SOURCE),
  image_url: maybe(Type.String()),
  file_id: maybe(Type.String()),
});
const FILE_PART = Type.Object({
  type: Type.Literal("input_file"),
  source: maybe(SOURCE),
  filename: maybe(Type.String()),
  file_data: maybe(Type.String()),
  file_url: maybe(Type.String()),
  file_id: maybe(Type.String()),
});
const PART = Type.Union([TEXT_PART, REFUSAL_PART, IMAGE_PART, FILE_PART]);

const MESSAGE = Type.Object({
  type: Type.Optional(Type.Literal("message")),
  role: Type.Union([
    Type.Literal("system"),
    Type.Literal("developer"),
    Type.Literal("user"),
    Type.Literal("assistant"),
  ]),
  content: Type.Union([Type.String(), Type.Array(PART)]),
});
const FUNCTION_CALL = Type.Object({
  type: Type.Literal("function_call"),
  id: maybe(Type.String()),
  call_id: maybe(Type.String()),
  name: Type.String(),
  arguments: Type.String(),
});
const FUNCTION_CALL_OUTPUT = Type.Object({
  type: Type.Literal("function_call_output"),
  call_id: Type.String(),
  output: Type.Union([Type.String(), Type.Array(PART)]),
});
/** Taken, and left out of the prompt. */
const IGNORED = Type.Object({
  type: Type.Union([Type.Literal("reasoning"), Type.Literal("item_reference")]),
});

const SCHEMA = Type.Object({
  model: maybe(Type.String()),
  input: Type.Union([
    Type.String(),
    Type.Array(Type.Union([MESSAGE, FUNCTION_CALL, FUNCTION_CALL_OUTPUT, IGNORED])),
  ]),
  instructions: maybe(Type.String()),
  tools: maybe(Type.Array(Type.Unknown())),
  tool_choice: Type.Optional(Type.Unknown()),
  text: Type.Optional(Type.Unknown()),
  stream: maybe(Type.Boolean()),
  user: maybe(Type.String()),
  previous_response_id: maybe(Type.String()),
  max_output_tokens: maybe(positiveInteger()),
  temperature: maybe(Type.Number()),
  top_p: maybe(Type.Number()),
});

/** The body of `POST /v1/responses`. */
export type ResponsesRequest = Static<typeof SCHEMA>;
export type InputItem = Exclude<ResponsesRequest["input"], string>[number];
export type MessageItem = Static<typeof MESSAGE>;
export type InputPart = Static<typeof PART>;
export type ImagePart = Static<typeof IMAGE_PART>;
export type FilePart = Static<typeof FILE_PART>;
export type PartSource = Static<typeof SOURCE>;

/** @throws Refusal */
export function readResponsesRequest(body: unknown): ResponsesRequest {
  return checkBody(SCHEMA, body);
}

/** The functions a caller offers. @throws ToolChoiceError */
export function readResponseTools(tools: readonly unknown[] | null | undefined): ClientTool[] {
  return (tools ?? []).map((tool) => {
    if (!isRecord(tool)) throw new ToolChoiceError("each tool must be an object");
    const { type, name, description, parameters } = tool;
    if (type !== "function") throw new ToolChoiceError("only function tools are supported");
    if (typeof name !== "string" || name.trim() === "") throw new ToolChoiceError("tool.name is required");
    return {
      name: name.trim(),
      ...(typeof description === "string" && { description }),
      parameters: isRecord(parameters) ? parameters : { type: "object", properties: {} },
    };
  });
}
