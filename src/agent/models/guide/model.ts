import type { Api, Model as EngineModel } from "@earendil-works/pi-ai";
import type { ModelRef } from "../model.ts";

/** The provider of what is built in. */
export const BUILTIN_PROVIDER = "builtin";

/** The model that answers when there is no other. */
export const GUIDE: ModelRef = { provider: BUILTIN_PROVIDER, model: "guide" };

/** The engine's description of it. It is asked inside this program: it has no address. */
export const GUIDE_MODEL: EngineModel<Api> = {
  id: GUIDE.model,
  name: "Guide",
  api: "builtin-guide",
  provider: BUILTIN_PROVIDER,
  baseUrl: "",
  reasoning: false,
  input: ["text"],
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  contextWindow: 32_000,
  maxTokens: 2_000,
};
