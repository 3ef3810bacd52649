import type { KnownProvider } from "./known-provider.ts";

const CHAT = "openai-completions";

/** Providers whose interface is known and whose models are not: any id they have will do. */
export const ENDPOINTS: readonly KnownProvider[] = [
  {
    id: "novita",
    name: "Novita",
    env: ["NOVITA_API_KEY"],
    endpoint: { api: CHAT, baseUrl: "https://api.novita.ai/openai/v1" },
  },
  {
    id: "deepinfra",
    name: "DeepInfra",
    env: ["DEEPINFRA_API_KEY"],
    endpoint: { api: CHAT, baseUrl: "https://api.deepinfra.com/v1/openai" },
  },
  {
    id: "venice",
    name: "Venice AI",
    env: ["VENICE_API_KEY"],
    endpoint: { api: CHAT, baseUrl: "https://api.venice.ai/api/v1" },
  },
  {
    id: "chutes",
    name: "Chutes",
    env: ["CHUTES_API_KEY"],
    endpoint: { api: CHAT, baseUrl: "https://llm.chutes.ai/v1" },
  },
  {
    id: "cohere",
    name: "Cohere",
    env: ["COHERE_API_KEY"],
    endpoint: { api: CHAT, baseUrl: "https://api.cohere.ai/compatibility/v1" },
  },
  {
    id: "featherless",
    name: "Featherless AI",
    env: ["FEATHERLESS_API_KEY"],
    endpoint: { api: CHAT, baseUrl: "https://api.featherless.ai/v1" },
  },
  {
    id: "gmi",
    name: "GMI Cloud",
    env: ["GMI_API_KEY"],
    endpoint: { api: CHAT, baseUrl: "https://api.gmi-serving.com/v1" },
  },
  {
    id: "qianfan",
    name: "Baidu Qianfan",
    env: ["QIANFAN_API_KEY"],
    endpoint: { api: CHAT, baseUrl: "https://qianfan.baidubce.com/v2" },
  },
  {
    id: "stepfun",
    name: "StepFun",
    env: ["STEPFUN_API_KEY"],
    endpoint: { api: CHAT, baseUrl: "https://api.stepfun.ai/v1" },
  },
  {
    id: "kilocode",
    name: "Kilo Code",
    env: ["KILOCODE_API_KEY"],
    endpoint: { api: CHAT, baseUrl: "https://api.kilo.ai/api/gateway" },
  },
  {
    id: "synthetic",
    name: "Synthetic",
    env: ["SYNTHETIC_API_KEY"],
    endpoint: { api: "anthropic-messages", baseUrl: "https://api.synthetic.new/anthropic" },
  },
  {
    id: "ollama-cloud",
    name: "Ollama Cloud",
    env: ["OLLAMA_API_KEY"],
    endpoint: { api: CHAT, baseUrl: "https://ollama.com/v1" },
  },
];
