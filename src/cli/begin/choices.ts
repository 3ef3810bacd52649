import { filled } from "../flags.ts";

/** Flags that carry the key of a provider. What stands on a command line is seen by others: a variable is better. */
export const keyFlags = {
  anthropicApiKey: key("Anthropic"),
  openaiApiKey: key("OpenAI"),
  geminiApiKey: key("Google Gemini"),
  openrouterApiKey: key("OpenRouter"),
  xaiApiKey: key("xAI"),
  mistralApiKey: key("Mistral"),
  groqApiKey: key("Groq"),
  deepseekApiKey: key("DeepSeek"),
  zaiApiKey: key("Z.AI"),
  moonshotApiKey: key("Moonshot AI"),
  kimiCodeApiKey: key("Kimi Coding"),
  minimaxApiKey: key("MiniMax"),
  cerebrasApiKey: key("Cerebras"),
  togetherApiKey: key("Together AI"),
  fireworksApiKey: key("Fireworks AI"),
  basetenApiKey: key("Baseten"),
  nvidiaApiKey: key("NVIDIA"),
  huggingfaceApiKey: key("Hugging Face"),
  metaApiKey: key("Meta"),
  opencodeZenApiKey: key("OpenCode Zen"),
  opencodeGoApiKey: key("OpenCode Go"),
  aiGatewayApiKey: key("Vercel AI Gateway"),
  xiaomiApiKey: key("Xiaomi MiMo"),
  qwenTokenPlanApiKey: key("Qwen Token Plan"),
  novitaApiKey: key("Novita"),
  deepinfraApiKey: key("DeepInfra"),
  veniceApiKey: key("Venice AI"),
  chutesApiKey: key("Chutes"),
  cohereApiKey: key("Cohere"),
  featherlessApiKey: key("Featherless AI"),
  gmiApiKey: key("GMI Cloud"),
  qianfanApiKey: key("Baidu Qianfan"),
  stepfunApiKey: key("StepFun"),
  kilocodeApiKey: key("Kilo Code"),
  syntheticApiKey: key("Synthetic"),
  ollamaCloudApiKey: key("Ollama Cloud"),
  lmstudioApiKey: key("LM Studio"),
  llamaServerApiKey: key("llama.cpp"),
} as const;

export type KeyFlag = keyof typeof keyFlags;

/** All of them. */
export const KEY_FLAGS: readonly KeyFlag[] = Object.keys(keyFlags).filter(isKeyFlag);

/**
 * A way to a model, by the id it has in scripts. `key`: an API key; `token`: one of `--token`; `sign-in`: in a browser;
 * `server`: one's own, which may want no key; `custom`: any address; `skip`: the built-in guide answers.
 */
export type AuthChoice =
  | { readonly kind: "key"; readonly id: string; readonly provider: string; readonly flag: KeyFlag }
  | { readonly kind: "sign-in"; readonly id: string; readonly provider: string }
  | { readonly kind: "server"; readonly id: string; readonly provider: string; readonly flag?: KeyFlag }
  | { readonly kind: "token"; readonly id: string; readonly provider?: string }
  | { readonly kind: "custom" | "skip"; readonly id: string };

const byKey = (id: string, provider: string, flag: KeyFlag): AuthChoice => ({
  kind: "key",
  id,
  provider,
  flag,
});

/** Every way, in the order people are offered them within their kind. */
export const AUTH_CHOICES: readonly AuthChoice[] = [
  byKey("apiKey", "anthropic", "anthropicApiKey"),
  byKey("openai-api-key", "openai", "openaiApiKey"),
  byKey("gemini-api-key", "google", "geminiApiKey"),
  byKey("openrouter-api-key", "openrouter", "openrouterApiKey"),
  byKey("xai-api-key", "xai", "xaiApiKey"),
  byKey("mistral-api-key", "mistral", "mistralApiKey"),
  byKey("groq-api-key", "groq", "groqApiKey"),
  byKey("deepseek-api-key", "deepseek", "deepseekApiKey"),
  byKey("zai-api-key", "zai", "zaiApiKey"),
  byKey("zai-coding-cn", "zai-coding-cn", "zaiApiKey"),
  byKey("moonshot-api-key", "moonshotai", "moonshotApiKey"),
  byKey("moonshot-api-key-cn", "moonshotai-cn", "moonshotApiKey"),
  byKey("kimi-code-api-key", "kimi-coding", "kimiCodeApiKey"),
  byKey("minimax-global-api", "minimax", "minimaxApiKey"),
  byKey("minimax-cn-api", "minimax-cn", "minimaxApiKey"),
  byKey("cerebras-api-key", "cerebras", "cerebrasApiKey"),
  byKey("together-api-key", "together", "togetherApiKey"),
  byKey("fireworks-api-key", "fireworks", "fireworksApiKey"),
  byKey("baseten-api-key", "baseten", "basetenApiKey"),
  byKey("nvidia-api-key", "nvidia", "nvidiaApiKey"),
  byKey("huggingface-api-key", "huggingface", "huggingfaceApiKey"),
  byKey("meta-api-key", "meta", "metaApiKey"),
  byKey("opencode-zen", "opencode", "opencodeZenApiKey"),
  byKey("opencode-go", "opencode-go", "opencodeGoApiKey"),
  byKey("ai-gateway-api-key", "vercel-ai-gateway", "aiGatewayApiKey"),
  byKey("xiaomi-api-key", "xiaomi", "xiaomiApiKey"),
  byKey("qwen-token-plan", "qwen-token-plan", "qwenTokenPlanApiKey"),
  byKey("qwen-token-plan-cn", "qwen-token-plan-cn", "qwenTokenPlanApiKey"),
  byKey("novita-api-key", "novita", "novitaApiKey"),
  byKey("deepinfra-api-key", "deepinfra", "deepinfraApiKey"),
  byKey("venice-api-key", "venice", "veniceApiKey"),
  byKey("chutes-api-key", "chutes", "chutesApiKey"),
  byKey("cohere-api-key", "cohere", "cohereApiKey"),
  byKey("featherless-api-key", "featherless", "featherlessApiKey"),
  byKey("gmi-api-key", "gmi", "gmiApiKey"),
  byKey("qianfan-api-key", "qianfan", "qianfanApiKey"),
  byKey("stepfun-standard-api-key-intl", "stepfun", "stepfunApiKey"),
  byKey("kilocode-api-key", "kilocode", "kilocodeApiKey"),
  byKey("synthetic-api-key", "synthetic", "syntheticApiKey"),
  byKey("ollama-cloud", "ollama-cloud", "ollamaCloudApiKey"),
  { kind: "sign-in", id: "anthropic-oauth", provider: "anthropic" },
  { kind: "sign-in", id: "openai", provider: "openai-codex" },
  { kind: "sign-in", id: "github-copilot", provider: "github-copilot" },
  { kind: "sign-in", id: "openrouter-oauth", provider: "openrouter" },
  { kind: "sign-in", id: "xai-oauth", provider: "xai" },
  { kind: "sign-in", id: "kimi-code-oauth", provider: "kimi-coding" },
  { kind: "sign-in", id: "meta-oauth", provider: "meta" },
  { kind: "server", id: "ollama", provider: "ollama" },
  { kind: "server", id: "lmstudio", provider: "lmstudio", flag: "lmstudioApiKey" },
  { kind: "server", id: "llama-cpp-existing-server", provider: "llamacpp", flag: "llamaServerApiKey" },
  { kind: "server", id: "vllm", provider: "vllm" },
  { kind: "server", id: "sglang", provider: "sglang" },
  { kind: "token", id: "setup-token", provider: "anthropic" },
  { kind: "token", id: "token" },
  { kind: "custom", id: "custom-api-key" },
  { kind: "skip", id: "skip" },
];

/** The way that scripts know by this id. */
export function authChoice(id: string): AuthChoice | undefined {
  return AUTH_CHOICES.find((choice) => choice.id === id);
}

function key(name: string) {
  return filled("key", `API key of ${name}`);
}

function isKeyFlag(name: string): name is KeyFlag {
  return name in keyFlags;
}
