import type { JsonObject } from "./request.ts";

/** A JSON answer of the parts of a provider that do not ask a model to speak. */
export interface CatalogueAnswer {
  readonly status: number;
  readonly body: object;
}

const CREATED_S = 1_760_000_000;

/** `GET /v1/models`, `GET /v1/models/{id}`, Ollama's `/api/tags` and `/api/version`. */
export function catalogue(path: string, models: readonly string[]): CatalogueAnswer | undefined {
  if (path.endsWith("/models")) {
    return { status: 200, body: { object: "list", data: models.map(openAiModel) } };
  }
  const asked = /\/models\/(.+)$/.exec(path)?.[1];
  if (asked !== undefined) {
    const id = decodeURIComponent(asked);
    return models.includes(id)
      ? { status: 200, body: openAiModel(id) }
      : {
          status: 404,
          body: { error: { message: `The model '${id}' does not exist`, code: "model_not_found" } },
        };
  }
  if (path.endsWith("/api/tags")) return { status: 200, body: { models: models.map(ollamaModel) } };
  if (path.endsWith("/api/version")) return { status: 200, body: { version: "0.30.0" } };
  return undefined;
}

/** Fields of OpenAI's list and of Anthropic's in one object; each client reads its own. */
function openAiModel(id: string): object {
  return {
    id,
    object: "model",
    created: CREATED_S,
    owned_by: "mock",
    type: "model",
    display_name: id,
    created_at: new Date(CREATED_S * 1000).toISOString(),
  };
}

function ollamaModel(name: string): object {
  return {
    name,
    model: name,
    modified_at: new Date(CREATED_S * 1000).toISOString(),
    size: 4_000_000_000,
    digest: "0".repeat(64),
    details: {
      format: "gguf",
      family: "mock",
      families: ["mock"],
      parameter_size: "7B",
      quantization_level: "Q4_0",
    },
  };
}

const DEFAULT_DIMENSIONS = 8;

/** `POST /v1/embeddings`: the same text always has the same vector, of length 1. */
export function embeddings(body: JsonObject): CatalogueAnswer {
  const inputs = inputsOf(body.input);
  if (inputs.length === 0) {
    return {
      status: 400,
      body: {
        error: {
          message: "'$.input' is invalid. Please check the API reference.",
          type: "invalid_request_error",
          param: null,
          code: null,
        },
      },
    };
  }
  const dimensions = typeof body.dimensions === "number" ? body.dimensions : DEFAULT_DIMENSIONS;
  const tokens = inputs.reduce((sum, input) => sum + Math.ceil(input.length / 4), 0);
  const data = inputs.map((input, index) => {
    const vector = vectorOf(input, dimensions);
    const embedding =
      body.encoding_format === "base64" ? Buffer.from(vector.buffer).toString("base64") : [...vector];
    return { object: "embedding", index, embedding };
  });
  return {
    status: 200,
    body: {
      object: "list",
      data,
      model: body.model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    },
  };
}

function inputsOf(input: unknown): string[] {
  if (typeof input === "string") return [input];
  if (!Array.isArray(input)) return [];
  if (typeof input[0] === "number") return [input.join(" ")];
  return input.map((one: unknown) => (Array.isArray(one) ? one.join(" ") : String(one)));
}

function vectorOf(input: string, dimensions: number): Float32Array<ArrayBuffer> {
  const vector = Float32Array.from({ length: dimensions }, (_, index) => fraction(input, index));
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** A number in (0, 2] less 1, always the same for the same text and seed. */
function fraction(input: string, seed: number): number {
  return (Number(Bun.hash.wyhash(input, BigInt(seed)) % 2000n) + 1) / 1000 - 1;
}
