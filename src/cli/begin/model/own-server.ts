import { CliError } from "../../errors.ts";
import type { Candidate } from "./candidate.ts";

/** Servers of one's own, as people call them. */
export const SERVER_NAMES: Readonly<Record<string, string>> = {
  ollama: "Ollama",
  lmstudio: "LM Studio",
  llamacpp: "llama.cpp",
  vllm: "vLLM",
  sglang: "SGLang",
};

/** How an address may be spoken to, by its name in scripts. */
export type Compatibility = "openai" | "openai-responses" | "anthropic";

export interface CustomServer {
  readonly baseUrl: string;
  readonly model: string;
  /** Its name in the configuration; made of the address when absent. */
  readonly providerId?: string | undefined;
  readonly compatibility: Compatibility;
  /** Whether the model sees images; told by its name when absent. */
  readonly images?: boolean | undefined;
  readonly key?: { readonly text: string } | { readonly variable: string } | undefined;
}

const APIS: Readonly<Record<Compatibility, string>> = {
  openai: "openai-completions",
  "openai-responses": "openai-responses",
  anthropic: "anthropic-messages",
};

/** Families of models that see images, by their usual names. */
const SEES_IMAGES =
  /gpt-4o|gpt-4\.1|gpt-[5-9]|claude-(?:[3-9]|opus|sonnet|haiku)|gemini|(?:^|[-_/])vl|llava|pixtral|vision/i;

const PROVIDER_ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** A model at any address. @throws CliError for an address or a name that cannot be one */
export function customCandidate(server: CustomServer): Candidate {
  const url = addressOf(server.baseUrl, "--custom-base-url");
  const provider = server.providerId?.trim().toLowerCase() ?? idOf(url);
  if (!PROVIDER_ID.test(provider)) {
    throw new CliError("Invalid --custom-provider-id.", {
      hint: "Use lower-case letters, digits, ., - and _, for example my-server.",
    });
  }
  const images = server.images ?? SEES_IMAGES.test(server.model);
  const { key } = server;
  return {
    choice: "custom-api-key",
    provider,
    model: server.model,
    settings: {
      baseUrl: url,
      api: APIS[server.compatibility],
      ...(key !== undefined &&
        "variable" in key && { apiKey: { source: "env", provider: "default", id: key.variable } }),
      models: [modelEntry(server.model, images)],
    },
    ...(key !== undefined && "text" in key && { credential: { provider, apiKey: key.text } }),
  };
}

/**
 * What the configuration has to say of a known kind of server; nothing for one at its usual place.
 * @throws CliError for an address that cannot be one, or without a model
 */
export function serverSettings(
  baseUrl: string | undefined,
  model: string | undefined,
): Readonly<Record<string, unknown>> | undefined {
  if (baseUrl === undefined) return undefined;
  if (model === undefined) {
    throw new CliError("--custom-base-url needs --custom-model-id: which of the server's models to use.");
  }
  const url = new URL(addressOf(baseUrl, "--custom-base-url"));
  if (url.pathname === "/") url.pathname = "/v1";
  return {
    baseUrl: url.href.replace(/\/$/, ""),
    api: "openai-completions",
    models: [modelEntry(model, SEES_IMAGES.test(model))],
  };
}

/** What is wrong with an address; nothing when it can be used. */
export function addressProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return "Use an address such as https://llm.example.com/v1.";
  if (url.username !== "" || url.password !== "") return "Leave name and password out of the address.";
  return undefined;
}

function addressOf(text: string, flag: string): string {
  const address = text.trim().replace(/\/+$/, "");
  const problem = addressProblem(address);
  if (problem !== undefined) throw new CliError(`Invalid ${flag}. ${problem}`);
  return address;
}

function modelEntry(id: string, images: boolean): Readonly<Record<string, unknown>> {
  return { id, name: id, input: images ? ["text", "image"] : ["text"] };
}

/** `custom-llm-example-com`, of the address. */
function idOf(address: string): string {
  const { host } = new URL(address);
  return `custom-${host.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`.replace(/-$/, "").slice(0, 64);
}
