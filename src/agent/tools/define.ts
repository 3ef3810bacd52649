import type { Static, TObject } from "@sinclair/typebox";
import { explain, fits } from "../../protocol/index.ts";
import type { Tool, ToolContext, ToolResult } from "./tool.ts";

/** Arguments a tool cannot work with, or a thing they name that is not there; the message is for who gave them. */
export class ToolInputError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ToolInputError";
  }
}

/** A tool whose arguments are checked before it runs. */
export interface ToolSpec<Args extends TObject> extends Omit<Tool<Args>, "execute"> {
  /** Throws for the model to read: `ToolInputError` when another call may succeed. */
  run(args: Static<Args>, context: ToolContext): Promise<ToolResult>;
}

/** Makes a tool of its description. Arguments that are null count as absent. */
export function defineTool<Args extends TObject>({ run, ...tool }: ToolSpec<Args>): Tool<Args> {
  return {
    ...tool,
    async execute(raw, context) {
      context.signal.throwIfAborted();
      return await run(assertArgs(tool.parameters, raw), context);
    },
  };
}

/** The arguments as a tool takes them; null counts as absent. @throws ToolInputError when they do not fit */
export function assertArgs<Args extends TObject>(
  parameters: Args,
  raw: Readonly<Record<string, unknown>>,
): Static<Args> {
  const args = Object.fromEntries(
    Object.entries(raw).filter(([, value]) => value !== null && value !== undefined),
  );
  assertWords(parameters, args);
  if (!fits(parameters, args)) throw new ToolInputError(faultOf(parameters, args));
  return args;
}

/** What is wrong with the arguments; a missing one is named first, in the words models know. */
function faultOf(parameters: TObject, args: unknown): string {
  const given = typeof args === "object" && args !== null ? args : {};
  const missing = (parameters.required ?? []).find((name) => !Object.hasOwn(given, name));
  return missing === undefined
    ? (explain(parameters, args, true) ?? "invalid arguments")
    : `${missing} required`;
}

/** Refuses words that are not among those a parameter may be. */
function assertWords(parameters: TObject, args: Readonly<Record<string, unknown>>): void {
  for (const [name, schema] of Object.entries(parameters.properties)) {
    const words: unknown = schema["enum"];
    const given = Object.hasOwn(args, name) ? args[name] : undefined;
    if (given === undefined || !Array.isArray(words) || words.includes(given)) continue;
    throw new ToolInputError(`${name} must be one of: ${words.join(", ")}`);
  }
}

/** A result of text, with what clients see besides. */
export function textResult(text: string, details?: unknown): ToolResult {
  return { content: [{ type: "text", text }], ...(details !== undefined && { details }) };
}

/** A result that is data: the model reads it as JSON. */
export function jsonResult(details: unknown): ToolResult {
  return textResult(JSON.stringify(details, null, 2), details);
}
