import type { OpenClawConfig } from "../../../config/index.ts";
import type { Sender } from "../../sender.ts";
import { toolMatch, type ToolMatch, toolName } from "../policy/index.ts";

/**
 * Tools nobody may run from outside a turn unless the owner says so: they run programs, reach into files, start turns or
 * steer the gateway, and no model stands between a stolen token and them.
 */
const NOT_OUTSIDE_TURNS = [
  "exec",
  "spawn",
  "shell",
  "fs_write",
  "fs_delete",
  "fs_move",
  "apply_patch",
  "sessions_spawn",
  "sessions_send",
  "automations",
  "gateway",
  "nodes",
  // Tools of a turn's own folder.
  "process",
  "read",
  "write",
  "edit",
  "ls",
];

/**
 * Which tools can be invoked from outside a turn. `gateway.tools.allow` takes names off the list above, for the owner
 * only; `gateway.tools.deny` adds to it and wins.
 */
export function outsideTurns(config: OpenClawConfig, sender: Sender): ToolMatch {
  const { allow = [], deny = [] } = config.gateway.tools ?? {};
  const allowed = toolMatch(allow);
  const denied = toolMatch(deny);
  const closed = new Set(NOT_OUTSIDE_TURNS);
  return (tool) => {
    const name = toolName(tool);
    if (denied(name)) return false;
    return !closed.has(name) || (sender.isOwner && allowed(name));
  };
}
