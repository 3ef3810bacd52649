import { Type } from "@sinclair/typebox";
import type { Prompts, Tool, Tools } from "../../../src/agent/index.ts";

/** Tools a test brings, all of them for everybody. */
export function toolsOf(...all: Tool[]): Tools {
  return { all, effective: () => all, groups: {}, stop: async () => {} };
}

/** A tool that does what the test says. */
export function tool(name: string, execute: Tool["execute"], options: Partial<Tool> = {}): Tool {
  return {
    name,
    label: `${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`,
    description: `The tool ${name}.`,
    parameters: Type.Object({}, { additionalProperties: true }),
    scope: "anyone",
    execute,
    ...options,
  };
}

/** A prompt of one sentence, so that tests read what else a model is sent. */
export const prompts: Prompts = {
  workspace: async () => "/nowhere",
  build: async () => ({ text: "You are a test.", sections: [] }),
  report: async () => {
    throw new Error("no turn asks for the sizes of its prompt");
  },
  timestamp: () => "[Sat 2026-11-21 00:08 UTC] ",
  userMessage: ({ text }) => `[Sat 2026-11-21 00:08 UTC] ${text}`,
};
