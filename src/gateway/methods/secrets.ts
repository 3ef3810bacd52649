import { secrets } from "../../protocol/index.ts";
import { type BoundMethod, handle } from "../method.ts";
import type { RuntimeConfig } from "../runtime-config.ts";

export function secretHandlers({ runtime }: { readonly runtime: RuntimeConfig }): BoundMethod[] {
  return [
    handle(secrets.reload, async () => {
      const { warningCount } = await runtime.reload();
      return { ok: true, warningCount };
    }),
    handle(secrets.resolve, ({ commandName, targetIds }) => runtime.resolveFor(commandName, targetIds)),
  ];
}
