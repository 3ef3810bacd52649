import { afterAll, beforeAll, describe, test } from "bun:test";
import { embeddingServer } from "./support/embedding-server.ts";
import { cases, replay } from "./support/recorded.ts";
import { serve, type Served } from "./support/serve.ts";

describe("recorded requests get the recorded replies", () => {
  for (const name of ["models", "chat-completions", "responses"]) {
    describe(name, async () => {
      const recorded = await cases(name);
      let served: Served;
      beforeAll(async () => {
        served = await serve();
      });
      afterAll(() => served[Symbol.asyncDispose]());
      for (const one of recorded) test(one.name, () => replay(served, one));
    });
  }

  describe("embeddings", async () => {
    const recorded = await cases("embeddings");
    const withProvider = recorded.findIndex((one) => one.name.startsWith("batch"));
    let served: Served;
    let provider: ReturnType<typeof embeddingServer>;
    beforeAll(async () => {
      served = await serve();
      provider = embeddingServer();
    });
    afterAll(async () => {
      await served[Symbol.asyncDispose]();
      await provider.stop();
    });
    for (const [index, one] of recorded.entries()) {
      test(one.name, async () => {
        if (index >= withProvider) {
          served.configure({ memory: { search: { remote: { baseUrl: provider.url, apiKey: "k" } } } });
        }
        await replay(served, one);
      });
    }
  });
});
