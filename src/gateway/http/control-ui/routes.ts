import { jsonResponse } from "../responses.ts";
import type { Route } from "../route.ts";
import type { ControlUiDeps } from "./deps.ts";
import type { Serving } from "./serving.ts";

/** The interface for browsers: its page at every address that is nobody else's, its files, and what it is told. */
export function controlUiRoutes(deps: ControlUiDeps): Route[] {
  const { basePath, enabled } = deps;
  let serving: Promise<Serving> | undefined;
  return [
    {
      path: `${basePath}/control-ui-config.json`,
      methods: ["GET"],
      auth: "operator",
      scope: "operator.read",
      enabled,
      summary: "What the Control UI is told of this gateway.",
      handle: () => jsonResponse(200, configOf(deps)),
    },
    {
      path: "/*",
      methods: ["GET", "HEAD"],
      auth: "none",
      enabled,
      isRemainder: true,
      summary: "The Control UI.",
      handle: async (request) => {
        // Most gateways are seldom looked at: nothing of it is loaded before.
        serving ??= import("./serving.ts").then((module) => new module.Serving(deps));
        return (await serving).answer(request);
      },
    },
  ];
}

function configOf({ basePath, version, environment, assistant }: ControlUiDeps): Record<string, unknown> {
  const { id, name, avatar } = assistant();
  const badge = environment();
  return {
    basePath,
    assistantAgentId: id,
    assistantName: name,
    assistantAvatar: avatar ?? name.slice(0, 1).toUpperCase(),
    serverVersion: version,
    terminalEnabled: false,
    ...(badge && { environment: badge }),
  };
}
