import type { ModelApi } from "../request.ts";
import { AnthropicWire } from "./anthropic.ts";
import { GoogleWire } from "./google.ts";
import { CompletionsWire } from "./completions.ts";
import { ResponsesWire } from "./responses.ts";
import type { Wire, WireContext } from "./wire.ts";

export type { Wire, WireContext } from "./wire.ts";

/** The encoder of an API. */
export function wireOf(api: Exclude<ModelApi, "embeddings" | "other">, context: WireContext): Wire {
  switch (api) {
    case "openai-completions":
      return new CompletionsWire(context);
    case "openai-responses":
      return new ResponsesWire(context);
    case "anthropic-messages":
      return new AnthropicWire(context);
    case "google-generative-ai":
      return new GoogleWire(context);
  }
}
