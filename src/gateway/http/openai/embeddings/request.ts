import { type Static, Type } from "@sinclair/typebox";
import { checkBody, maybe, positiveInteger } from "../fields.ts";
import { MAX_EMBEDDING_INPUT_CHARS, MAX_EMBEDDING_INPUTS, MAX_EMBEDDING_TOTAL_CHARS } from "../limits.ts";
import { invalid } from "../refusal.ts";

const SCHEMA = Type.Object({
  model: maybe(Type.String()),
  input: Type.Optional(Type.Unknown()),
  encoding_format: maybe(Type.Union([Type.Literal("float"), Type.Literal("base64")])),
  dimensions: maybe(positiveInteger()),
});

/** The body of `POST /v1/embeddings`. */
export type EmbeddingsRequest = Static<typeof SCHEMA>;

/** @throws Refusal */
export function readEmbeddingsRequest(body: unknown): EmbeddingsRequest {
  return checkBody(SCHEMA, body);
}

/** The texts to embed, within the limits. @throws Refusal */
export function textsOf(input: unknown): readonly string[] {
  const texts: readonly unknown[] | undefined =
    typeof input === "string" ? [input] : Array.isArray(input) ? input : undefined;
  if (!texts?.every((text) => typeof text === "string")) {
    throw invalid("`input` must be a string or an array of strings.");
  }
  if (texts.length === 0 || texts.includes("")) {
    throw invalid("`input` must contain at least one non-empty string.");
  }
  if (texts.length > MAX_EMBEDDING_INPUTS) throw invalid(`Too many inputs (max ${MAX_EMBEDDING_INPUTS}).`);
  if (texts.some((text) => text.length > MAX_EMBEDDING_INPUT_CHARS)) {
    throw invalid(`Input too long (max ${MAX_EMBEDDING_INPUT_CHARS} chars).`);
  }
  if (texts.reduce((sum, text) => sum + text.length, 0) > MAX_EMBEDDING_TOTAL_CHARS) {
    throw invalid(`Total input too large (max ${MAX_EMBEDDING_TOTAL_CHARS} chars).`);
  }
  return texts;
}
