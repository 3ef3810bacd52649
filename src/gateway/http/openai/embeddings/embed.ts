import { Type } from "@sinclair/typebox";
import type { Egress } from "../../../../lib/egress/index.ts";
import { fits } from "../../../../protocol/index.ts";
import { EMBEDDING_TIMEOUT_MS, MAX_EMBEDDING_ANSWER_BYTES } from "../limits.ts";
import type { EmbeddingProvider } from "./provider.ts";

const ANSWER = Type.Object({
  data: Type.Array(
    Type.Object({ index: Type.Optional(Type.Integer()), embedding: Type.Array(Type.Number()) }),
  ),
});

/** Has texts embedded, one vector each, in order. Rejects when the provider does not do it. */
export async function embed(
  texts: readonly string[],
  provider: EmbeddingProvider,
  egress: Pick<Egress, "request">,
  signal: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  const { url, model, headers, dimensions, inputType } = provider;
  const body = {
    model,
    input: texts,
    encoding_format: "float",
    ...(dimensions !== undefined && { dimensions }),
    ...(inputType !== undefined && { input_type: inputType }),
  };
  const response = await egress.request(
    url,
    {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal,
    },
    // The owner configured this address, so it may be on this machine.
    { reach: "public", trusted: [new URL(url).origin] },
    {
      maxRedirects: 0,
      maxBytes: MAX_EMBEDDING_ANSWER_BYTES,
      responseTimeoutMs: EMBEDDING_TIMEOUT_MS,
      totalTimeoutMs: EMBEDDING_TIMEOUT_MS,
    },
  );
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`the embedding provider ${provider.id} answered ${response.status}`);
  }
  const answer: unknown = await response.json();
  if (!fits(ANSWER, answer) || answer.data.length !== texts.length) {
    throw new Error(
      `the embedding provider ${provider.id} answered something else than ${texts.length} vectors`,
    );
  }
  const indexed = answer.data.map((entry, position) => ({ ...entry, index: entry.index ?? position }));
  return indexed.toSorted((a, b) => a.index - b.index).map((entry) => entry.embedding);
}
