import { join } from "node:path";
import type { Roster } from "../../agent/index.ts";
import type { CanvasPlaces } from "../../canvas/index.ts";
import { displayPath, expandPath, type OpenClawConfig, type Paths } from "../../config/index.ts";
import type { Nodes } from "../../nodes/index.ts";
import type { GatewayDeps } from "../gateway-deps.ts";
import { CanvasWorld } from "./canvas-world.ts";

/** The canvas of a gateway; nothing is loaded before somebody looks at it. */
export function buildCanvas(
  { clock, ids, logging, paths, runtime, settings }: GatewayDeps,
  { nodes, roster }: { readonly nodes: Pick<Nodes, "onConnection">; readonly roster: () => Roster },
): CanvasWorld {
  return new CanvasWorld({
    on: settings.canvas.off === undefined,
    places: () => canvasPlaces(runtime.current, roster(), paths),
    isShownBy: (connId) => {
      const approved = nodes.onConnection(connId)?.approved;
      if (!approved) return false;
      return (
        approved.caps.includes("canvas") || approved.commands.some((command) => command.startsWith("canvas."))
      );
    },
    clock,
    ids,
    log: logging.log.child("canvas"),
  });
}

function canvasPlaces(
  { canvasHost }: OpenClawConfig,
  roster: Pick<Roster, "defaultId" | "get">,
  { home, stateDir }: Pick<Paths, "home" | "stateDir">,
): CanvasPlaces {
  const own = canvasHost.root?.trim();
  const root = own ? expandPath(own, home) : join(roster.get(roster.defaultId).workspace, "canvas");
  const hosted = join(stateDir, "canvas");
  return {
    root,
    rootShown: displayPath(root, home),
    documents: join(hosted, "documents"),
    a2ui: join(hosted, "a2ui"),
    liveReload: canvasHost.liveReload,
  };
}
