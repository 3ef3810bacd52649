import { basename, relative, sep } from "node:path";
import type { OpenClawConfig } from "../../../config/index.ts";
import { type Jail, PathJailError, resolveInside } from "../../../lib/path-jail/index.ts";
import { entryOf } from "../../roster/index.ts";
import { ToolInputError } from "../define.ts";
import type { ToolContext } from "../tool.ts";

/** Who may reach what, and where relative paths start. */
export type FileContext = Pick<ToolContext, "agentId" | "workspace" | "cwd" | "sender">;

/** Files of the workspace the agent is steered by; what a stranger puts there would speak to the owner's turns. */
const STEERING_FILES = new Set(
  "agents.md soul.md identity.md user.md bootstrap.md memory.md boot.md heartbeat.md tools.md".split(" "),
);
const STEERING_FOLDERS = new Set(["skills", ".agents", ".git", "hooks", "memory"]);

/**
 * The jail a path is to be looked up in: the agent's workspace, or its working folder when the path lies there. Only the
 * owner may go anywhere, and only when `tools.fs.workspaceOnly` is false.
 */
export async function jailFor(path: string, context: FileContext, config: OpenClawConfig): Promise<Jail> {
  const { workspace, cwd } = context;
  const workspaceOnly =
    entryOf(config, context.agentId).tools?.fs?.workspaceOnly ?? config.tools?.fs?.workspaceOnly ?? true;
  if (!workspaceOnly && context.sender.isOwner) return { root: undefined, base: cwd };
  const own: Jail = { root: workspace, base: cwd };
  if (cwd === workspace) return own;
  try {
    await resolveInside(own, path);
    return own;
  } catch (error) {
    if (error instanceof PathJailError && error.kind === "outside") return { root: cwd, base: cwd };
    throw error;
  }
}

/** Refuses a file that steers the agent to everybody but the owner. `path` is real. @throws ToolInputError */
export function assertMayWrite(path: string, realWorkspace: string, context: FileContext): void {
  if (context.sender.isOwner) return;
  const parts = relative(realWorkspace, path).toLowerCase().split(sep);
  const [first = ""] = parts;
  const steers = parts.length === 1 ? STEERING_FILES.has(first) : STEERING_FOLDERS.has(first);
  if (steers || basename(path).startsWith(".env")) {
    throw new ToolInputError(
      `only the owner may change ${relative(realWorkspace, path)}: the agent is steered by it`,
    );
  }
}

/** A refusal of the jail in words that help the model: where it may go. */
export function asToolError(error: unknown, context: FileContext): unknown {
  if (!(error instanceof PathJailError)) return error;
  const hint = error.kind === "outside" ? ` (file tools reach ${placesOf(context)})` : "";
  return new ToolInputError(`${error.message}${hint}`, { cause: error });
}

function placesOf({ workspace, cwd }: FileContext): string {
  return cwd === workspace ? workspace : `${workspace} and ${cwd}`;
}
