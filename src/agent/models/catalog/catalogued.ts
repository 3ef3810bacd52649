import type { Api, Model as EngineModel } from "@earendil-works/pi-ai";
import type { KnownProvider } from "./known-provider.ts";

type Catalog = Readonly<Record<string, EngineModel<Api>>>;

/** Makes the list of a catalogue module that is loaded at first use. */
function list(load: () => Promise<Catalog>): () => Promise<readonly EngineModel<Api>[]> {
  return async () => Object.values(await load());
}

/**
 * Known providers. The order is the order in which the default model is looked for when none is configured: the first
 * one with a credential answers.
 */
export const CATALOGUED: readonly KnownProvider[] = [
  {
    id: "anthropic",
    name: "Anthropic",
    env: ["ANTHROPIC_API_KEY", "ANTHROPIC_OAUTH_TOKEN", "ANTHROPIC_AUTH_TOKEN"],
    defaultModel: "claude-opus-5-5",
    oauth: true,
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/anthropic.models")).ANTHROPIC_MODELS,
    ),
  },
  {
    id: "openai",
    name: "OpenAI",
    env: ["OPENAI_API_KEY"],
    defaultModel: "gpt-6-sol",
    models: list(async () => (await import("@earendil-works/pi-ai/providers/openai.models")).OPENAI_MODELS),
  },
  {
    id: "openai-codex",
    name: "OpenAI (ChatGPT account)",
    env: [],
    defaultModel: "gpt-6-sol",
    oauth: true,
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/openai-codex.models")).OPENAI_CODEX_MODELS,
    ),
  },
  {
    id: "google",
    name: "Google Gemini",
    env: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
    defaultModel: "gemini-3.1-pro-preview",
    aliases: ["gemini"],
    models: list(async () => (await import("@earendil-works/pi-ai/providers/google.models")).GOOGLE_MODELS),
  },
  {
    id: "openrouter",
    name: "OpenRouter",
    env: ["OPENROUTER_API_KEY"],
    defaultModel: "auto",
    oauth: true,
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/openrouter.models")).OPENROUTER_MODELS,
    ),
  },
  {
    id: "xai",
    name: "xAI",
    env: ["XAI_API_KEY"],
    defaultModel: "grok-4.7",
    oauth: true,
    models: list(async () => (await import("@earendil-works/pi-ai/providers/xai.models")).XAI_MODELS),
  },
  {
    id: "mistral",
    name: "Mistral",
    env: ["MISTRAL_API_KEY"],
    defaultModel: "mistral-medium-latest",
    models: list(async () => (await import("@earendil-works/pi-ai/providers/mistral.models")).MISTRAL_MODELS),
  },
  {
    id: "groq",
    name: "Groq",
    env: ["GROQ_API_KEY"],
    defaultModel: "openai/gpt-oss-120b",
    models: list(async () => (await import("@earendil-works/pi-ai/providers/groq.models")).GROQ_MODELS),
  },
  {
    id: "deepseek",
    name: "DeepSeek",
    env: ["DEEPSEEK_API_KEY"],
    defaultModel: "deepseek-v4-pro",
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/deepseek.models")).DEEPSEEK_MODELS,
    ),
  },
  {
    id: "zai",
    name: "Z.AI",
    env: ["ZAI_API_KEY"],
    defaultModel: "glm-5.3",
    aliases: ["z.ai", "z-ai"],
    models: list(async () => (await import("@earendil-works/pi-ai/providers/zai.models")).ZAI_MODELS),
  },
  {
    id: "zai-coding-cn",
    name: "Z.AI Coding (China)",
    env: ["ZAI_CODING_CN_API_KEY"],
    defaultModel: "glm-5.3",
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/zai-coding-cn.models")).ZAI_CODING_CN_MODELS,
    ),
  },
  {
    id: "moonshotai",
    name: "Moonshot AI",
    env: ["MOONSHOT_API_KEY"],
    defaultModel: "kimi-k3",
    aliases: ["moonshot"],
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/moonshotai.models")).MOONSHOTAI_MODELS,
    ),
  },
  {
    id: "moonshotai-cn",
    name: "Moonshot AI (China)",
    env: ["MOONSHOT_CN_API_KEY"],
    defaultModel: "kimi-k3",
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/moonshotai-cn.models")).MOONSHOTAI_CN_MODELS,
    ),
  },
  {
    id: "kimi-coding",
    name: "Kimi Coding",
    env: ["KIMI_API_KEY"],
    defaultModel: "k3",
    aliases: ["kimi", "kimi-code"],
    oauth: true,
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/kimi-coding.models")).KIMI_CODING_MODELS,
    ),
  },
  {
    id: "minimax",
    name: "MiniMax",
    env: ["MINIMAX_API_KEY"],
    defaultModel: "MiniMax-M3",
    models: list(async () => (await import("@earendil-works/pi-ai/providers/minimax.models")).MINIMAX_MODELS),
  },
  {
    id: "minimax-cn",
    name: "MiniMax (China)",
    env: ["MINIMAX_CN_API_KEY"],
    defaultModel: "MiniMax-M3",
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/minimax-cn.models")).MINIMAX_CN_MODELS,
    ),
  },
  {
    id: "cerebras",
    name: "Cerebras",
    env: ["CEREBRAS_API_KEY"],
    defaultModel: "gpt-oss-120b",
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/cerebras.models")).CEREBRAS_MODELS,
    ),
  },
  {
    id: "together",
    name: "Together AI",
    env: ["TOGETHER_API_KEY"],
    defaultModel: "moonshotai/Kimi-K3",
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/together.models")).TOGETHER_MODELS,
    ),
  },
  {
    id: "fireworks",
    name: "Fireworks AI",
    env: ["FIREWORKS_API_KEY"],
    defaultModel: "accounts/fireworks/models/kimi-k3",
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/fireworks.models")).FIREWORKS_MODELS,
    ),
  },
  {
    id: "baseten",
    name: "Baseten",
    env: ["BASETEN_API_KEY"],
    defaultModel: "moonshotai/Kimi-K3",
    models: list(async () => (await import("@earendil-works/pi-ai/providers/baseten.models")).BASETEN_MODELS),
  },
  {
    id: "nvidia",
    name: "NVIDIA",
    env: ["NVIDIA_API_KEY"],
    defaultModel: "moonshotai/kimi-k3",
    models: list(async () => (await import("@earendil-works/pi-ai/providers/nvidia.models")).NVIDIA_MODELS),
  },
  {
    id: "huggingface",
    name: "Hugging Face",
    env: ["HF_TOKEN", "HUGGINGFACE_HUB_TOKEN"],
    defaultModel: "zai-org/GLM-5.3",
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/huggingface.models")).HUGGINGFACE_MODELS,
    ),
  },
  {
    id: "meta",
    name: "Meta",
    env: ["META_API_KEY"],
    defaultModel: "muse-spark-1.3",
    oauth: true,
    models: list(async () => (await import("@earendil-works/pi-ai/providers/meta.models")).META_MODELS),
  },
  {
    id: "github-copilot",
    name: "GitHub Copilot",
    env: ["COPILOT_GITHUB_TOKEN"],
    defaultModel: "gpt-5.5",
    aliases: ["copilot"],
    oauth: true,
    models: list(
      async () =>
        (await import("@earendil-works/pi-ai/providers/github-copilot.models")).GITHUB_COPILOT_MODELS,
    ),
  },
  {
    id: "opencode",
    name: "OpenCode Zen",
    sessionHeader: "x-opencode-session",
    env: ["OPENCODE_API_KEY", "OPENCODE_ZEN_API_KEY"],
    defaultModel: "gpt-6-sol",
    aliases: ["opencode-zen"],
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/opencode.models")).OPENCODE_MODELS,
    ),
  },
  {
    id: "opencode-go",
    name: "OpenCode Go",
    sessionHeader: "x-opencode-session",
    env: ["OPENCODE_API_KEY"],
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/opencode-go.models")).OPENCODE_GO_MODELS,
    ),
  },
  {
    id: "vercel-ai-gateway",
    name: "Vercel AI Gateway",
    env: ["AI_GATEWAY_API_KEY"],
    defaultModel: "anthropic/claude-opus-4.6",
    models: list(
      async () =>
        (await import("@earendil-works/pi-ai/providers/vercel-ai-gateway.models")).VERCEL_AI_GATEWAY_MODELS,
    ),
  },
  {
    id: "amazon-bedrock",
    name: "Amazon Bedrock",
    env: ["AWS_BEARER_TOKEN_BEDROCK"],
    ambient: [
      "AWS_ACCESS_KEY_ID",
      "AWS_PROFILE",
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
      "AWS_WEB_IDENTITY_TOKEN_FILE",
    ],
    aliases: ["bedrock", "aws-bedrock"],
    models: list(
      async () =>
        (await import("@earendil-works/pi-ai/providers/amazon-bedrock.models")).AMAZON_BEDROCK_MODELS,
    ),
  },
  {
    id: "google-vertex",
    name: "Google Vertex AI",
    env: ["GOOGLE_CLOUD_API_KEY"],
    ambient: ["GOOGLE_APPLICATION_CREDENTIALS"],
    defaultModel: "gemini-3.1-pro-preview",
    aliases: ["vertex"],
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/google-vertex.models")).GOOGLE_VERTEX_MODELS,
    ),
  },
  {
    id: "azure-openai-responses",
    name: "Azure OpenAI",
    env: ["AZURE_OPENAI_API_KEY"],
    aliases: ["azure-openai", "azure"],
    models: list(
      async () =>
        (await import("@earendil-works/pi-ai/providers/azure-openai-responses.models"))
          .AZURE_OPENAI_RESPONSES_MODELS,
    ),
  },
  {
    id: "ant-ling",
    name: "Ant Ling",
    env: ["ANT_LING_API_KEY"],
    models: list(
      async () => (await import("@earendil-works/pi-ai/providers/ant-ling.models")).ANT_LING_MODELS,
    ),
  },
  {
    id: "xiaomi",
    name: "Xiaomi MiMo",
    env: ["XIAOMI_API_KEY"],
    defaultModel: "mimo-v2.6-pro",
    models: list(async () => (await import("@earendil-works/pi-ai/providers/xiaomi.models")).XIAOMI_MODELS),
  },
  {
    id: "qwen-token-plan",
    name: "Qwen Token Plan",
    env: ["QWEN_TOKEN_PLAN_API_KEY"],
    defaultModel: "qwen3.8-max",
    aliases: ["qwen"],
    models: list(
      async () =>
        (await import("@earendil-works/pi-ai/providers/qwen-token-plan.models")).QWEN_TOKEN_PLAN_MODELS,
    ),
  },
  {
    id: "qwen-token-plan-cn",
    name: "Qwen Token Plan (China)",
    env: ["QWEN_TOKEN_PLAN_CN_API_KEY"],
    models: list(
      async () =>
        (await import("@earendil-works/pi-ai/providers/qwen-token-plan-cn.models")).QWEN_TOKEN_PLAN_CN_MODELS,
    ),
  },
  {
    id: "cloudflare-workers-ai",
    name: "Cloudflare Workers AI",
    env: ["CLOUDFLARE_API_KEY"],
    needs: ["CLOUDFLARE_ACCOUNT_ID"],
    models: list(
      async () =>
        (await import("@earendil-works/pi-ai/providers/cloudflare-workers-ai.models"))
          .CLOUDFLARE_WORKERS_AI_MODELS,
    ),
  },
  {
    id: "cloudflare-ai-gateway",
    name: "Cloudflare AI Gateway",
    env: ["CLOUDFLARE_API_KEY"],
    needs: ["CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_GATEWAY_ID"],
    models: list(
      async () =>
        (await import("@earendil-works/pi-ai/providers/cloudflare-ai-gateway.models"))
          .CLOUDFLARE_AI_GATEWAY_MODELS,
    ),
  },
];
