import { jsonResponse } from "../../responses.ts";
import type { Call } from "../call.ts";
import type { OpenAiDeps } from "../deps.ts";
import { internalError, invalid } from "../refusal.ts";
import { agentOf, requireAdmin } from "../target.ts";
import { embed } from "./embed.ts";
import { embeddingProvider, type EmbeddingProvider, providerId } from "./provider.ts";
import { readEmbeddingsRequest, textsOf } from "./request.ts";

/** `POST /v1/embeddings`. @throws Refusal */
export async function createEmbeddings(call: Call, deps: OpenAiDeps): Promise<Response> {
  const { headers, operator, gone } = call;
  const asked = headers.get("x-openclaw-model")?.trim();
  if (asked) requireAdmin(operator);
  const request = readEmbeddingsRequest(call.body);
  const texts = textsOf(request.input);
  agentOf(request.model, headers, deps.agent.roster);
  const model = asked ? modelOf(asked, providerId(deps.config())) : undefined;
  let vectors: readonly (readonly number[])[];
  try {
    const configured = await embeddingProvider(deps.config(), deps.apiKey);
    const provider: EmbeddingProvider = {
      ...configured,
      model: model ?? configured.model,
      dimensions: request.dimensions ?? configured.dimensions,
    };
    vectors = await embed(texts, provider, deps.egress, gone);
  } catch (error) {
    gone.throwIfAborted();
    deps.log.warn("embeddings not made", { error });
    throw internalError();
  }
  const shape = request.encoding_format === "base64" ? base64 : (vector: readonly number[]) => vector;
  return jsonResponse(200, {
    object: "list",
    data: vectors.map((vector, index) => ({ object: "embedding", index, embedding: shape(vector) })),
    model: request.model ?? "openclaw",
    usage: { prompt_tokens: 0, total_tokens: 0 },
  });
}

/** The model of an override; its provider must be the one in use. @throws Refusal */
function modelOf(asked: string, provider: string): string {
  const slash = asked.indexOf("/");
  if (slash < 0) return asked;
  const model = asked.slice(slash + 1).trim();
  if (asked.slice(0, slash).toLowerCase() !== provider) {
    throw invalid("This agent does not allow that embedding provider on `/v1/embeddings`.");
  }
  if (model === "") throw invalid("Unsupported embedding model reference.");
  return model;
}

/** 32-bit floats, little-endian, as the official packages read them. */
function base64(vector: readonly number[]): string {
  const bytes = new DataView(new ArrayBuffer(vector.length * 4));
  for (const [index, value] of vector.entries()) bytes.setFloat32(index * 4, value, true);
  return Buffer.from(bytes.buffer).toString("base64");
}
