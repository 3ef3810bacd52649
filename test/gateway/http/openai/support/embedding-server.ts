/** What was asked of the provider. */
export interface EmbeddingAsk {
  readonly authorization: string | null;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** A provider of embeddings on a loopback port, whose vectors are `[0.1, 0.2, 0.3, index]`, told in reverse order. */
export function embeddingServer() {
  const asked: EmbeddingAsk[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const body = (await request.json()) as Record<string, unknown>;
      asked.push({
        authorization: request.headers.get("authorization"),
        path: new URL(request.url).pathname,
        body,
      });
      if (body["model"] === "broken") return new Response("no", { status: 500 });
      const texts = body["input"] as string[];
      const data = texts.map((_, index) => ({
        object: "embedding",
        index,
        embedding: [0.1, 0.2, 0.3, index],
      }));
      return Response.json({ object: "list", data: data.toReversed(), model: body["model"] });
    },
  });
  return { url: `${server.url.origin}/v1`, asked, stop: () => server.stop(true) };
}
