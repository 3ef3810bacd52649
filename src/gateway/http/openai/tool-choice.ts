import type { ClientTool, ClientToolCall, RunRequest } from "../../../agent/index.ts";

/** A choice of tools that cannot be honoured; the message says why. */
export class ToolChoiceError extends Error {}

export type ToolChoice = "auto" | "none" | "required" | { readonly name: string };

/** Tools as the run gets them, and what its answer must contain. */
export interface ChosenTools {
  readonly tools: readonly ClientTool[];
  readonly choice: Exclude<ToolChoice, "auto"> | undefined;
  /** For the system prompt: a choice binds only the caller's tools, so the provider cannot be told. */
  readonly instruction: string | undefined;
}

/** Narrows the tools to what the choice leaves. @throws ToolChoiceError */
export function chooseTools(tools: readonly ClientTool[], choice: ToolChoice): ChosenTools {
  if (choice === "auto") return { tools, choice: undefined, instruction: undefined };
  if (choice === "none") return { tools: [], choice, instruction: undefined };
  if (choice === "required") {
    if (tools.length === 0) throw new ToolChoiceError("tool_choice=required but no tools were provided");
    return { tools, choice, instruction: "Call one of the caller's tools before you answer." };
  }
  const pinned = tools.filter((tool) => tool.name === choice.name);
  if (pinned.length === 0) throw new ToolChoiceError(`tool_choice requested unknown tool: ${choice.name}`);
  return { tools: pinned, choice, instruction: `Call the tool ${choice.name} before you answer.` };
}

/** Why the calls of a finished run do not satisfy the choice; undefined when they do. */
export function unsatisfied(
  choice: ChosenTools["choice"],
  calls: readonly ClientToolCall[] | undefined,
): string | undefined {
  if (choice === undefined || choice === "none") return undefined;
  if (choice === "required") {
    return calls?.length ? undefined : "tool_choice=required was not satisfied by the agent response";
  }
  if (calls?.some((call) => call.name === choice.name)) return undefined;
  return `tool_choice required a ${choice.name} tool call, but the agent did not produce one`;
}

/** The part of a run's request that is about tools. */
export function toolsOfRun({ tools, choice }: ChosenTools): Pick<RunRequest, "clientTools" | "toolChoice"> {
  return {
    ...(tools.length > 0 && { clientTools: tools }),
    ...(choice !== undefined && tools.length > 0 && { toolChoice: choice }),
  };
}

/** Reads a `tool_choice` whose pinned tool is named by `nameOf`. @throws ToolChoiceError */
export function readToolChoice(value: unknown, nameOf: (choice: object) => unknown): ToolChoice {
  if (value === undefined || value === null || value === "auto") return "auto";
  if (value === "none" || value === "required") return value;
  if (typeof value !== "object")
    throw new ToolChoiceError("tool_choice must be auto, none, required or an object");
  const type: unknown = Reflect.get(value, "type");
  if (typeof type !== "string") throw new ToolChoiceError("unsupported tool_choice type");
  if (type !== "function") throw new ToolChoiceError(`tool_choice ${type} is not supported`);
  const name = nameOf(value);
  if (typeof name !== "string" || name.trim() === "") {
    throw new ToolChoiceError("tool_choice.function.name is required");
  }
  return { name: name.trim() };
}
