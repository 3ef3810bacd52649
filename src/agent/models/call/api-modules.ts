import type { Api, ProviderStreams } from "@earendil-works/pi-ai";

/** The engine's code for each interface, loaded with the first request that speaks it. */
const API_MODULES: Readonly<Record<string, () => Promise<ProviderStreams>>> = {
  "openai-completions": () => import("@earendil-works/pi-ai/api/openai-completions"),
  "openai-responses": () => import("@earendil-works/pi-ai/api/openai-responses"),
  "openai-codex-responses": () => import("@earendil-works/pi-ai/api/openai-codex-responses"),
  "azure-openai-responses": () => import("@earendil-works/pi-ai/api/azure-openai-responses"),
  "anthropic-messages": () => import("@earendil-works/pi-ai/api/anthropic-messages"),
  "google-generative-ai": () => import("@earendil-works/pi-ai/api/google-generative-ai"),
  "google-vertex": () => import("@earendil-works/pi-ai/api/google-vertex"),
  "mistral-conversations": () => import("@earendil-works/pi-ai/api/mistral-conversations"),
  "bedrock-converse-stream": () => import("@earendil-works/pi-ai/api/bedrock-converse-stream"),
  "pi-messages": () => import("@earendil-works/pi-ai/api/pi-messages"),
};

/** Interfaces whose library brings its own HTTP: they go to fixed public hosts and are watched from outside. */
const OWN_HTTP: readonly Api[] = ["google-generative-ai", "google-vertex", "bedrock-converse-stream"];

/** Can be given a `fetch`. */
export function takesFetch(api: Api): boolean {
  return !OWN_HTTP.includes(api);
}

/** @throws Error for an interface there is no code for */
export async function loadApi(api: Api): Promise<ProviderStreams> {
  const load = API_MODULES[api];
  if (load === undefined) throw new Error(`the interface ${api} is not supported`);
  return load();
}
