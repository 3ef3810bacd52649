import type { OpenClawConfig } from "../../config/index.ts";
import { hookPath } from "../http/hooks/index.ts";
import { EXIT_CONFIG, StartRefusal } from "./refusals/refusal.ts";

/** @throws StartRefusal when webhooks are on and would be open to everybody, in the way of everything, or of no use */
export function guardHooks({ hooks }: OpenClawConfig): void {
  if (hooks?.enabled !== true) return;
  if ((hooks.token?.trim() ?? "") === "") {
    throw new StartRefusal(EXIT_CONFIG, [
      "hooks.enabled needs a token: without one anybody could give your agents work.",
      'Set one first: openclaw config set hooks.token "$(openssl rand -hex 24)"',
    ]);
  }
  if (!/^(?:\/[\w.~-]+)+$/.test(hookPath(hooks))) {
    throw new StartRefusal(EXIT_CONFIG, [
      `hooks.path "${hooks.path}" cannot be used: webhooks need a path of their own, such as /hooks.`,
      "Set one: openclaw config set hooks.path /hooks",
    ]);
  }
}
