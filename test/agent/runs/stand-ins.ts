import {
  type Api,
  createAssistantMessageEventStream,
  type Model as EngineModel,
} from "@earendil-works/pi-ai";
import { streamSimple } from "@earendil-works/pi-ai/api/openai-completions";
import { Type } from "@sinclair/typebox";
import type {
  ModelCall,
  ModelFailure,
  ModelInfo,
  ModelPlan,
  Models,
  Prompts,
  Tool,
  Tools,
} from "../../../src/agent/index.ts";
import type { FakeModelProvider } from "../../fakes/model-provider/index.ts";

/** One model of a provider over HTTP; no retries, no fail-over. */
export function modelsOf(provider: FakeModelProvider, contextWindow = 32_000): Models {
  const model: EngineModel<"openai-completions"> = {
    id: "mock-1",
    name: "mock-1",
    api: "openai-completions",
    provider: "mock",
    baseUrl: provider.openAiUrl,
    reasoning: false,
    input: ["text", "image"],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow,
    maxTokens: 4_096,
  };
  const ref = { provider: "mock", model: "mock-1" };
  const info: ModelInfo = {
    ...ref,
    name: "mock-1",
    contextWindow,
    contextTokens: contextWindow,
    reasoning: false,
    input: ["text", "image"],
    thinkingLevels: ["off"],
    thinkingDefault: "off",
    available: true,
    tags: ["default"],
    source: "config",
  };
  const plan: ModelPlan = { candidates: [ref], strict: false };
  const models = {
    resolve: async () => ref,
    plan: async ({ requested }: { readonly requested?: string }) => {
      if (requested === "none/such") throw new Error("There is no model none/such.");
      return plan;
    },
    info: async () => info,
    engineModel: async (): Promise<EngineModel<Api>> => model,
    thinking: async () => "off" as const,
    stream: (call: ModelCall) => {
      call.watcher.attempt?.(ref, model);
      try {
        return streamSimple(model, call.context, { ...call.options, apiKey: "mock-key", maxRetries: 0 });
      } catch (error) {
        const stream = createAssistantMessageEventStream();
        stream.end();
        throw error;
      }
    },
    failureOf: ({ errorMessage = "" }: { readonly errorMessage?: string }): ModelFailure => {
      const status = Number(/^(\d{3})\b/.exec(errorMessage)?.[1] ?? Number.NaN);
      const kind = /context|too long/i.test(errorMessage)
        ? "context_overflow"
        : status === 401
          ? "auth"
          : status === 429
            ? "rate_limit"
            : "unknown";
      return { kind, message: errorMessage, ...(Number.isFinite(status) && { status }) };
    },
  };
  return models as Models;
}

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
