/** The model of measurements in a configuration; its provider is the fake behind `baseUrl`. */
export function mockModel(baseUrl: string): object {
  const model = {
    id: "mock-1",
    name: "mock-1",
    reasoning: false,
    input: ["text"],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 200_000,
    maxTokens: 4_096,
  };
  return {
    providers: { mock: { baseUrl, apiKey: "mock-key", api: "openai-completions", models: [model] } },
  };
}
