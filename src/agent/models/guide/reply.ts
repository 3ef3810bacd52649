import type { JsonObject, Tool } from "@earendil-works/pi-ai";
import { isObject } from "../json.ts";
import type { Asked } from "./conversation.ts";
import type { GuideFacts } from "./facts.ts";

/** What the guide does: say something, or call a tool and say something about its result in the next call. */
export type Reply =
  | { readonly text: string }
  | { readonly text: string; readonly tool: string; readonly arguments: JsonObject };

/** What an answer is made from. */
export interface Scene {
  readonly asked: Asked;
  readonly facts: GuideFacts;
  /** Epoch ms. */
  readonly now: number;
  /** The question, without the politeness around it. */
  readonly words: string;
  /** Groups of the expression that recognised the question. */
  readonly groups: readonly (string | undefined)[];
}

/**
 * A call of the first of `names` that is offered and can be called with `wanted`, or without arguments at all;
 * undefined when none is.
 */
export function callOf(
  { tools }: Asked,
  names: readonly string[],
  text: string,
  wanted: JsonObject = {},
): Reply | undefined {
  for (const name of names) {
    const tool = tools.get(name);
    const fitting = tool && argumentsFor(tool, wanted);
    if (fitting) return { text, tool: name, arguments: fitting };
  }
  return undefined;
}

/** The wanted arguments as far as the tool knows them; undefined when it needs others. */
function argumentsFor(tool: Tool, wanted: JsonObject): JsonObject | undefined {
  const schema: unknown = tool.parameters;
  if (!isObject(schema)) return {};
  const known = isObject(schema.properties) ? Object.keys(schema.properties) : [];
  const required = Array.isArray(schema.required) ? schema.required : [];
  const fitting = Object.fromEntries(Object.entries(wanted).filter(([key]) => known.includes(key)));
  return required.every((key) => typeof key === "string" && key in fitting) ? fitting : undefined;
}
