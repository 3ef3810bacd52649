import type { Route } from "../route.ts";
import type { HookDeps } from "./deps.ts";
import type { HookDesk } from "./desk.ts";
import { MAX_HOOK_BODY_BYTES } from "./limits.ts";
import { hookPath } from "./path.ts";

/** `POST <hooks.path>/wake` and `/agent`, while the configuration has them on. What answers is loaded for the first one. */
export function hookRoute(deps: HookDeps): Route {
  let desk: Promise<HookDesk> | undefined;
  const open = async (): Promise<HookDesk> => {
    const { HookDesk } = await import("./desk.ts");
    return new HookDesk(deps);
  };
  return {
    path: "/hooks/*",
    at: () => {
      const { hooks } = deps.config();
      return (hooks?.enabled === true && hookPath(hooks)) || undefined;
    },
    methods: ["POST"],
    auth: "own",
    maxBodyBytes: MAX_HOOK_BODY_BYTES,
    summary: "Wakes an agent, or gives it something to do, in the name of another program.",
    handle: async (request, context) => (await (desk ??= open())).answer(request, context),
  };
}
