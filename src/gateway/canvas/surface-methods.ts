import { surfaces as spec } from "../../protocol/index.ts";
import { type BoundMethod, handle } from "../method.ts";
import type { CanvasWorld } from "./canvas-world.ts";

/** The methods that give out addresses of what is hosted. */
export function surfaceHandlers(canvas: Pick<CanvasWorld, "refresh">): BoundMethod[] {
  return [
    handle(spec.refresh, ({ surface, observedUrl }, { client }) =>
      canvas.refresh(client, surface, observedUrl),
    ),
    handle(spec.nodeRefresh, ({ surface, observedUrl }, { client }) =>
      canvas.refresh(client, surface, observedUrl),
    ),
  ];
}
