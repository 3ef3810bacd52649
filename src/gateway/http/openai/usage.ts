import type { RunUsage } from "../../../agent/index.ts";

/** Usage as chat completions tell it; cached tokens are part of the prompt. */
export interface ChatUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details?: { readonly cached_tokens: number };
}

/** Usage as responses tell it. */
export interface ResponseUsage {
  readonly input_tokens: number;
  readonly input_tokens_details: { readonly cached_tokens: number; readonly cache_write_tokens: number };
  readonly output_tokens: number;
  readonly output_tokens_details: { readonly reasoning_tokens: number };
  readonly total_tokens: number;
}

/** Before anything was used. */
export const NO_USAGE: RunUsage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0, cost: 0 };

export function chatUsage({ input, output, cacheRead, total }: RunUsage): ChatUsage {
  const prompt = input + cacheRead;
  return {
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: Math.max(total, prompt + output),
    ...(cacheRead > 0 && { prompt_tokens_details: { cached_tokens: cacheRead } }),
  };
}

export function responseUsage({ input, output, cacheRead, cacheWrite, total }: RunUsage): ResponseUsage {
  const all = input + cacheRead + cacheWrite;
  return {
    input_tokens: all,
    input_tokens_details: { cached_tokens: cacheRead, cache_write_tokens: cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: Math.max(total, all + output),
  };
}
