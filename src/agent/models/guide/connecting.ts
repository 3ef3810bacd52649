/** Providers people ask for by name, and how their credential is given. */
interface Provider {
  readonly says: RegExp;
  readonly name: string;
  readonly id: string;
  /** Environment variable of its key. */
  readonly variable: string;
  /** A sign-in with the browser, where there is one. */
  readonly login?: string;
}

const PROVIDERS: readonly Provider[] = [
  {
    says: /\b(?:anthropic|claude|opus|sonnet|haiku)\b/i,
    name: "Anthropic",
    id: "anthropic",
    variable: "ANTHROPIC_API_KEY",
    login: "anthropic",
  },
  {
    says: /\b(?:open ?ai|chat ?gpt|gpt(?:-?\d[\w.]*)?|codex)\b/i,
    name: "OpenAI",
    id: "openai",
    variable: "OPENAI_API_KEY",
    login: "openai-codex",
  },
  { says: /\b(?:google|gemini)\b/i, name: "Google", id: "google", variable: "GEMINI_API_KEY" },
  {
    says: /\bopen ?router\b/i,
    name: "OpenRouter",
    id: "openrouter",
    variable: "OPENROUTER_API_KEY",
    login: "openrouter",
  },
  { says: /\bmistral\b/i, name: "Mistral", id: "mistral", variable: "MISTRAL_API_KEY" },
  { says: /\bgroq\b/i, name: "Groq", id: "groq", variable: "GROQ_API_KEY" },
  { says: /\b(?:x\.?ai|grok)\b/i, name: "xAI", id: "xai", variable: "XAI_API_KEY", login: "xai" },
  { says: /\bdeep ?seek\b/i, name: "DeepSeek", id: "deepseek", variable: "DEEPSEEK_API_KEY" },
];

const LOCAL =
  /\b(?:ollama|lm ?studio|llama(?:\.?cpp)?|vllm|sglang|local(?:ly)?(?: models?)?|offline|own (?:machine|computer|server))\b/i;

/** How to give this gateway a real model, the whole of it. */
export const CONNECT = `To connect a real model, run one of these in a terminal; it answers from the next message on:
- Anthropic: \`openclaw models auth paste-api-key --provider anthropic\`
- OpenAI, Google, OpenRouter …: the same with \`--provider openai\`, \`google\`, \`openrouter\`
- on your own machine (Ollama, LM Studio …): \`openclaw models list --local --refresh\`, then \`openclaw models set ollama/NAME\`
\`openclaw models\` shows who answers. Ask me about one of them, as in \`connect anthropic\`.`;

/** The same for what was asked for by name. */
export function connectText(asked: string): string {
  if (LOCAL.test(asked)) return LOCAL_TEXT;
  const provider = PROVIDERS.find(({ says }) => says.test(asked));
  if (provider === undefined) return CONNECT;
  const { name, id, variable, login } = provider;
  return [
    `To connect ${name}, run this in a terminal and paste your key; it is not shown:`,
    `\`openclaw models auth paste-api-key --provider ${id}\``,
    ...(login === undefined
      ? []
      : [`To sign in with the browser instead: \`openclaw models auth login --provider ${login}\``]),
    `A gateway that is started with \`${variable}\` in its environment finds the key by itself.`,
    "From the next message on it answers instead of me; `openclaw models probe` tries it.",
  ].join("\n");
}

const LOCAL_TEXT = `To connect a model on this machine (Ollama, LM Studio, llama.cpp, vLLM, SGLang), run in a terminal:
\`openclaw models list --local --refresh\` – what runs here
\`openclaw models set ollama/NAME\` – the one that shall answer, from the next message on
A server elsewhere is a provider of your own: see \`config models.providers\`.`;
