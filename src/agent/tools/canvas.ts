import { defineTool, jsonResult, ToolInputError } from "./define.ts";
import { maybe, number, parameters, text, word } from "./parameters.ts";
import type { CanvasPanels } from "./ports.ts";
import type { Tool } from "./tool.ts";

/** `canvas`: shows pages on a machine with a panel; they are drawn with the tools that write files. */
export function canvasTool(panels: CanvasPanels): Tool {
  return defineTool({
    name: "canvas",
    label: "Canvas",
    description:
      "Show a page on a connected Mac's panel. Write it into canvas/ of the main workspace first: canvas/a.html is " +
      "/__openclaw__/canvas/a.html.",
    scope: "owner",
    sequential: true,
    parameters: parameters({
      action: word(["present", "navigate", "hide"]),
      node: maybe(text("id or name; needed when several could")),
      target: maybe(text("path to present")),
      url: maybe(text("path to navigate to")),
      x: maybe(number()),
      y: maybe(number()),
      width: maybe(number()),
      height: maybe(number()),
      timeoutMs: maybe(number()),
    }),
    async run({ action, node, timeoutMs, ...given }, { signal, toolCallId }) {
      try {
        const { nodeId, payload } = await panels.tell({
          command: `canvas.${action}`,
          params: paramsOf(action, given),
          ...(node && { node }),
          ...(timeoutMs !== undefined && { timeoutMs }),
          idempotencyKey: toolCallId,
          signal,
        });
        return jsonResult({ ok: true, nodeId, ...(payload !== undefined && { payload }) });
      } catch (error) {
        throw new ToolInputError(error instanceof Error ? error.message : String(error), { cause: error });
      }
    },
  });
}

interface Given {
  readonly target?: string;
  readonly url?: string;
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
}

/** What the node is told; models mix up the two words for a page. */
function paramsOf(action: string, { target, url, ...place }: Given): Record<string, unknown> {
  const page = (action === "navigate" ? (url ?? target) : (target ?? url))?.trim();
  switch (action) {
    case "navigate":
      if (!page) throw new ToolInputError("url required");
      return { url: page };
    case "present":
      return { ...(page && { target: page }), ...place };
    default:
      return {};
  }
}
