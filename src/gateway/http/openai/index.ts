export type { OpenAiDeps } from "./deps.ts";
export { openAiRoutes } from "./routes.ts";
