import { webLogin as specs } from "../../../protocol/index.ts";
import type { Logins } from "../../channels/logins/logins.ts";
import { type BoundMethod, handle } from "../../method.ts";

/** The `web.login.*` methods. */
export function webLoginHandlers(logins: Logins): BoundMethod[] {
  return [
    handle(specs.webLoginStart, (params, { signal }) => logins.start(params, signal)),
    handle(specs.webLoginWait, (params, { signal }) => logins.wait(params, signal)),
    handle(specs.webLoginCancel, (params) => logins.cancel(params)),
  ];
}
