import type { OpenClawConfig } from "../../../../config/index.ts";

/** A provider that speaks the embeddings interface, as it is when nothing is configured. */
interface KnownProvider {
  readonly baseUrl: string;
  readonly model: string;
  /** Environment variable that may hold its key; none for a server on this machine. */
  readonly key?: string;
  /** Its section in `models.providers`, where the name differs. */
  readonly section?: string;
}

const KNOWN: Readonly<Record<string, KnownProvider>> = {
  openai: {
    baseUrl: "https://api.openai.com/v1",
    model: "text-embedding-3-small",
    key: "OPENAI_API_KEY",
  },
  gemini: {
    baseUrl: "https://generativelanguage.googleapis.com/v1beta/openai",
    model: "gemini-embedding-001",
    key: "GEMINI_API_KEY",
    section: "google",
  },
  mistral: { baseUrl: "https://api.mistral.ai/v1", model: "mistral-embed", key: "MISTRAL_API_KEY" },
  voyage: { baseUrl: "https://api.voyageai.com/v1", model: "voyage-3.5", key: "VOYAGE_API_KEY" },
  deepinfra: {
    baseUrl: "https://api.deepinfra.com/v1/openai",
    model: "BAAI/bge-m3",
    key: "DEEPINFRA_API_KEY",
  },
  ollama: { baseUrl: "http://127.0.0.1:11434/v1", model: "nomic-embed-text" },
  lmstudio: {
    baseUrl: "http://127.0.0.1:1234/v1",
    model: "text-embedding-nomic-embed-text-v1.5",
  },
};

/** Name of the provider when the configuration names none. */
const DEFAULT_PROVIDER = "openai";

/** Where and how texts become vectors. */
export interface EmbeddingProvider {
  readonly id: string;
  /** Address of the endpoint itself. */
  readonly url: string;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly dimensions: number | undefined;
  readonly inputType: string | undefined;
}

/** What is missing before texts can be embedded; the message says how to mend it. */
export class NoEmbeddingsError extends Error {}

/** Name of the provider in use. */
export function providerId(config: OpenClawConfig): string {
  const named = config.memory?.search?.provider?.trim().toLowerCase();
  return named === undefined || named === "" || named === "auto" ? DEFAULT_PROVIDER : named;
}

/**
 * The provider of the configuration: `memory.search.remote`, then `models.providers.<id>`, then what is known of it.
 * A key or header of the provider is sent only to the provider's own address; `keyOf` knows its key.
 * @throws NoEmbeddingsError
 */
export async function embeddingProvider(
  config: OpenClawConfig,
  keyOf: (provider: string) => Promise<string | undefined>,
): Promise<EmbeddingProvider> {
  const id = providerId(config);
  if (id === "none") throw new NoEmbeddingsError("memory.search.provider is none");
  const search = config.memory?.search;
  const known = Object.hasOwn(KNOWN, id) ? KNOWN[id] : undefined;
  const section = known?.section ?? id;
  const own = config.models?.providers?.[section];
  const home = own?.baseUrl ?? known?.baseUrl;
  const baseUrl = search?.remote?.baseUrl ?? home;
  if (baseUrl === undefined) {
    throw new NoEmbeddingsError(
      `no address for the embeddings of "${id}": set memory.search.remote.baseUrl or models.providers.${id}.baseUrl`,
    );
  }
  const atHome = home !== undefined && isSamePlace(baseUrl, home);
  const key = plain(search?.remote?.apiKey) ?? (atHome ? await keyOf(section) : undefined);
  if (key === undefined && atHome && known?.key !== undefined) {
    throw new NoEmbeddingsError(
      `no key for the embeddings of "${id}": set ${known.key} or memory.search.remote.apiKey, or store one with ` +
        `"openclaw models auth paste-api-key --provider ${section}"`,
    );
  }
  const model = search?.model ?? known?.model;
  if (model === undefined) throw new NoEmbeddingsError("no model for embeddings: set memory.search.model");
  return {
    id,
    url: `${baseUrl.replace(/\/+$/, "")}/embeddings`,
    model,
    headers: {
      ...(atHome && plainHeaders(own?.headers)),
      ...plainHeaders(search?.remote?.headers),
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    dimensions: search?.outputDimensionality,
    inputType: search?.documentInputType ?? search?.inputType,
  };
}

function isSamePlace(one: string, other: string): boolean {
  return one.replace(/\/+$/, "").toLowerCase() === other.replace(/\/+$/, "").toLowerCase();
}

/** A secret's value; one that could not be resolved is none. */
function plain(secret: unknown): string | undefined {
  return typeof secret === "string" && secret !== "" ? secret : undefined;
}

function plainHeaders(headers: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  const entries = Object.entries(headers ?? {}).flatMap(([name, value]) => {
    const text = plain(value);
    return text === undefined ? [] : [[name.toLowerCase(), text] as const];
  });
  return Object.fromEntries(entries);
}
