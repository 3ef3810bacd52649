import type { AgentTool, AgentToolResult } from "@earendil-works/pi-agent-core";
import type { Tool as Declaration } from "@earendil-works/pi-ai";
import { isRecord } from "../../../lib/records.ts";
import type { Tool, ToolContext, ToolResult } from "../../tools/index.ts";
import type { ClientTool } from "../run.ts";
import { boundedDetails, capText } from "./result-caps.ts";

/** What every call of a turn has in common. */
export type CallContext = Omit<ToolContext, "toolCallId" | "signal" | "update">;

/** Answers that a tool itself called an error; the engine knows only those that were thrown. */
export type Faults = WeakSet<object>;

/** Tools as the engine takes them. */
export class ToolAdapter {
  /** Made once for each tool: the engine compiles a checker for every schema object it has not seen. */
  readonly #declarations = new WeakMap<Tool, Declaration>();

  /** A gateway's tool as the engine calls it. */
  adapt(tool: Tool, context: CallContext, signal: AbortSignal, faults: Faults): AgentTool {
    return {
      ...this.#declarationOf(tool),
      label: tool.label,
      prepareArguments: withoutNulls,
      ...(tool.sequential === true && { executionMode: "sequential" }),
      execute: async (toolCallId, args, _signal, update) => {
        const result = await tool.execute(isRecord(args) ? args : {}, {
          ...context,
          toolCallId,
          signal,
          update: (partial) => update?.(engineResult(partial, context.maxResultChars)),
        });
        const adapted = engineResult(result, context.maxResultChars);
        if (result.isError === true) faults.add(adapted);
        return adapted;
      },
    };
  }

  /** With its schema as plain JSON, where the engine mends the types of arguments (`"5"` for 5) too. */
  #declarationOf(tool: Tool): Declaration {
    const known = this.#declarations.get(tool);
    if (known) return known;
    const parameters = plainJson(tool.parameters);
    const made: Declaration = { name: tool.name, description: tool.description, parameters };
    this.#declarations.set(tool, made);
    return made;
  }
}

/** A tool of an HTTP caller: its call is noted, and answered later by whoever made it. */
export function adaptClientTool(
  tool: ClientTool,
  called: (id: string, args: Readonly<Record<string, unknown>>) => void,
): AgentTool {
  return {
    name: tool.name,
    label: tool.name,
    description: tool.description ?? "",
    parameters: withoutPatterns(tool.parameters),
    execute: async (toolCallId, args) => {
      called(toolCallId, isRecord(args) ? args : {});
      return {
        content: [{ type: "text", text: JSON.stringify(delegated(tool.name)) }],
        details: delegated(tool.name),
        terminate: true,
      };
    },
  };
}

/**
 * A caller's schema with its regular expressions in words: the model is told of them and the caller may check them, but
 * they are not run here, since one that never comes to an end would stop the gateway.
 */
function withoutPatterns(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(schema).filter(
    ([key, value]) => key !== "patternProperties" && !(key === "pattern" && typeof value === "string"),
  );
  const rest: Record<string, unknown> = Object.fromEntries(
    kept.map(([key, value]) => [key, plainSchema(value)] as const),
  );
  // Names that only a pattern allowed.
  if (schema["patternProperties"] !== undefined) rest["additionalProperties"] = true;
  const { pattern } = schema;
  if (typeof pattern !== "string") return rest;
  const before = typeof rest["description"] === "string" ? `${rest["description"]} ` : "";
  return { ...rest, description: `${before}Pattern: ${pattern}` };
}

function plainSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainSchema);
  return isRecord(value) ? withoutPatterns(value) : value;
}

/** What the model sees of a client's tool until its result comes with a later request. */
function delegated(tool: string): Readonly<Record<string, string>> {
  return { status: "pending", tool, message: "The caller runs this tool; its result follows." };
}

/** What the model is told of tools, in their order. */
export function declarationsOf(tools: readonly AgentTool[]): Declaration[] {
  return tools.map(({ name, description, parameters }) => ({ name, description, parameters }));
}

function plainJson(value: object): Declaration["parameters"] {
  const parsed: unknown = JSON.parse(JSON.stringify(value));
  return isRecord(parsed) ? parsed : {};
}

function engineResult(result: ToolResult, maxChars: number): AgentToolResult<unknown> {
  return {
    content: [...capText(result.content, maxChars)],
    details: boundedDetails(result.details),
    ...(result.terminate === true && { terminate: true }),
    ...(result.speaks === true && { speaks: true }),
  };
}

/** Models write `null` for what they do not give; the engine would take it for 0, "" or false. */
function withoutNulls(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const given = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(given.map(([name, field]) => [name, withoutNulls(field)]));
}
