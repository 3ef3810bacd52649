import type { OpenClawConfig } from "../../../config/index.ts";
import type { Route, RouteContext } from "../route.ts";
import { answer, answerCall, type Call } from "./call.ts";
import type { OpenAiDeps } from "./deps.ts";
import { MAX_EMBEDDINGS_BODY_BYTES, MAX_TURN_BODY_BYTES } from "./limits.ts";
import { listModels, showModel } from "./models.ts";
import { EarlierResponses } from "./responses/earlier.ts";

/** The OpenAI-compatible API. Models are agents; a request is a turn of one. What answers is loaded when it is asked. */
export function openAiRoutes(deps: OpenAiDeps): Route[] {
  const { agent, config, clock, log } = deps;
  const earlier = new EarlierResponses(clock);
  const endpoints = (): OpenClawConfig["gateway"]["http"]["endpoints"] => config().gateway.http.endpoints;
  const chat = (): boolean => endpoints().chatCompletions.enabled;
  const responses = (): boolean => endpoints().responses.enabled;
  const either = (): boolean => chat() || responses();
  const models = {
    methods: ["GET"],
    auth: "operator",
    scope: "operator.read",
    enabled: either,
  } as const;
  const post = (maxBodyBytes: number, work: (call: Call) => Promise<Response>) =>
    ({
      methods: ["POST"],
      auth: "operator",
      scope: "operator.write",
      maxBodyBytes,
      handle: (request: Request, context: RouteContext) =>
        answerCall(request, context, maxBodyBytes, log, work),
    }) as const;
  return [
    {
      ...models,
      path: "/v1/models",
      summary: "Agents, under the names that requests know them by.",
      handle: () => listModels(agent.roster),
    },
    {
      ...models,
      path: "/v1/models/*",
      summary: "One agent; the slash of its name may be encoded or not.",
      handle: ({ signal }, { params }) => answer(signal, log, () => showModel(params[0] ?? "", agent.roster)),
    },
    {
      ...post(MAX_TURN_BODY_BYTES, async (call) => {
        const { chatCompletion } = await import("./chat/completions.ts");
        return chatCompletion(call, deps);
      }),
      path: "/v1/chat/completions",
      enabled: chat,
      summary: "A turn of an agent, asked for as a chat completion.",
    },
    {
      ...post(MAX_TURN_BODY_BYTES, async (call) => {
        const { createResponse } = await import("./responses/create.ts");
        return createResponse(call, deps, earlier);
      }),
      path: "/v1/responses",
      enabled: responses,
      summary: "A turn of an agent, asked for as a response.",
    },
    {
      ...post(MAX_EMBEDDINGS_BODY_BYTES, async (call) => {
        const { createEmbeddings } = await import("./embeddings/create.ts");
        return createEmbeddings(call, deps);
      }),
      path: "/v1/embeddings",
      enabled: either,
      summary: "Vectors for texts, from the configured provider.",
    },
  ];
}
