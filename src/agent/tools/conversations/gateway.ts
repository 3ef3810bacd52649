import { defineTool, jsonResult, ToolInputError } from "../define.ts";
import { maybe, parameters, text, word } from "../parameters.ts";
import type { GatewayView } from "../ports.ts";
import type { Tool } from "../tool.ts";

/** `gateway`: reads status and configuration; it changes nothing. */
export function gatewayTool(view: GatewayView): Tool {
  return defineTool({
    name: "gateway",
    label: "Gateway",
    description: "Read this gateway's status, config or config schema.",
    scope: "owner",
    readOnly: true,
    parameters: parameters({
      action: word(["status", "config.get", "config.schema.lookup"]),
      path: maybe(text("dotted key")),
    }),
    async run({ action, path }) {
      if (action === "status") return jsonResult({ ok: true, result: await view.status() });
      if (action === "config.schema.lookup" && !path) throw new ToolInputError("path required");
      try {
        const result =
          action === "config.get" ? await view.config(path || undefined) : await view.schema(path ?? "");
        return jsonResult({ ok: true, result });
      } catch (error) {
        throw new ToolInputError(error instanceof Error ? error.message : String(error), { cause: error });
      }
    },
  });
}
