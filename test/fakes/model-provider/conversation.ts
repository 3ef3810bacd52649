import type { JsonObject, ModelApi } from "./request.ts";

/** One message of a conversation as the model is shown it. */
export interface Turn {
  readonly role: "system" | "user" | "assistant" | "tool";
  /** Text parts joined; images and files leave no trace here, look into the body for them. */
  readonly text: string;
  /** Of an assistant: the tools it called. */
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly arguments: unknown }[];
  /** Of a tool's result: the call it answers. */
  readonly toolCallId?: string;
}

/** The messages of a request body of any API in one shape. */
export function conversationOf(api: ModelApi, body: JsonObject): Turn[] {
  switch (api) {
    case "openai-completions":
      return objects(body.messages).map(completionsTurn);
    case "openai-responses":
      return [...said("system", body.instructions), ...responsesTurns(body.input)];
    case "anthropic-messages":
      return [...said("system", body.system), ...objects(body.messages).flatMap(anthropicTurns)];
    case "google-generative-ai":
      return [
        ...said("system", object(body.systemInstruction).parts),
        ...objects(body.contents).flatMap(googleTurns),
      ];
    case "embeddings":
    case "other":
      return [];
  }
}

function said(role: Turn["role"], content: unknown): Turn[] {
  const text = textOf(content);
  return text === "" ? [] : [{ role, text, toolCalls: [] }];
}

function completionsTurn(message: JsonObject): Turn {
  const toolCalls = objects(message.tool_calls).map((call) => {
    const target = object(call.function);
    return { id: String(call.id), name: String(target.name), arguments: parsed(target.arguments) };
  });
  const base = { role: roleOf(message.role), text: textOf(message.content), toolCalls };
  return typeof message.tool_call_id === "string" ? { ...base, toolCallId: message.tool_call_id } : base;
}

function responsesTurns(input: unknown): Turn[] {
  if (typeof input === "string") return said("user", input);
  return objects(input).flatMap((item): Turn[] => {
    if (item.type === "function_call") {
      const call = { id: String(item.call_id), name: String(item.name), arguments: parsed(item.arguments) };
      return [{ role: "assistant", text: "", toolCalls: [call] }];
    }
    if (item.type === "function_call_output") {
      const toolCallId = String(item.call_id);
      return [{ role: "tool", text: textOf(item.output), toolCalls: [], toolCallId }];
    }
    if (item.role === undefined) return [];
    return [{ role: roleOf(item.role), text: textOf(item.content), toolCalls: [] }];
  });
}

function anthropicTurns(message: JsonObject): Turn[] {
  const parts = objects(message.content);
  const results = parts
    .filter((part) => part.type === "tool_result")
    .map((part): Turn => ({
      role: "tool",
      text: textOf(part.content),
      toolCalls: [],
      toolCallId: String(part.tool_use_id),
    }));
  const toolCalls = parts
    .filter((part) => part.type === "tool_use")
    .map((part) => ({ id: String(part.id), name: String(part.name), arguments: part.input }));
  const text = textOf(message.content);
  if (results.length > 0 && text === "") return results;
  return [...results, { role: roleOf(message.role), text, toolCalls }];
}

/** Google knows no ids of calls: a result answers the call of its name. */
function googleTurns({ role, parts: content }: JsonObject): Turn[] {
  const parts = objects(content);
  const results = parts
    .map((part) => object(part.functionResponse))
    .filter(({ name }) => name !== undefined)
    .map(({ name, response }): Turn => {
      const text = String(object(response).output ?? JSON.stringify(response));
      return { role: "tool", text, toolCalls: [], toolCallId: String(name) };
    });
  if (results.length > 0) return results;
  const toolCalls = parts
    .map((part) => object(part.functionCall))
    .filter(({ name }) => name !== undefined)
    .map(({ name, args }) => ({ id: String(name), name: String(name), arguments: args }));
  return [{ role: role === "model" ? "assistant" : "user", text: textOf(parts), toolCalls }];
}

function roleOf(role: unknown): Turn["role"] {
  if (role === "developer") return "system";
  return role === "system" || role === "assistant" || role === "tool" ? role : "user";
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return objects(content)
    .map((part) => part.text)
    .filter((part) => typeof part === "string")
    .join("");
}

function parsed(json: unknown): unknown {
  try {
    return JSON.parse(String(json)) as unknown;
  } catch {
    return json;
  }
}

function object(value: unknown): JsonObject {
  return typeof value === "object" && value !== null ? (value as JsonObject) : {};
}

function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(object) : [];
}
