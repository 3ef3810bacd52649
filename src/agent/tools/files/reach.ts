import { realpath } from "node:fs/promises";
import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import { conversationMediaDir, inboundMediaDir, type OpenClawConfig } from "../../../config/index.ts";
import {
  type Closed,
  isInside,
  type Jail,
  PathJailError,
  resolveInside,
} from "../../../lib/path-jail/index.ts";
import { entryOf, type Roster } from "../../roster/index.ts";
import { ToolInputError } from "../define.ts";
import type { Sender } from "../../sender.ts";
import type { ToolContext } from "../tool.ts";

/** Who may reach what, and where relative paths start. */
export type FileContext = Pick<ToolContext, "agentId" | "sessionKey" | "workspace" | "cwd" | "sender">;

/** Somebody a file may be shown to, and the folders in which some are the owner's own. */
export type Reader = Pick<FileContext, "workspace" | "cwd"> & { readonly sender: Pick<Sender, "isOwner"> };

/** What the file tools work with. */
export interface FileDeps {
  readonly config: () => OpenClawConfig;
  readonly roster: Pick<Roster, "list">;
  readonly places: GatewayPlaces;
}

/** Where the gateway keeps what is its own. */
export interface GatewayPlaces {
  readonly stateDir: string;
  readonly configPath: string;
}

/** Files of the workspace about the owner, not about the work: nobody else's turn gets to see them. */
const PRIVATE_FILES = new Set(["user.md", "memory.md", "bootstrap.md"]);
const PRIVATE_FOLDERS = new Set(["memory", ".git"]);

/** The kernel's view of running programs, this one among them: its environment holds keys. */
const PROCESSES = /^\/(?:proc|dev|sys)(?:\/|$)/;

/**
 * The jail a path is to be looked up in: the agent's workspace, or its working folder when the path lies there. Only the
 * owner may go anywhere, and only when `tools.fs.workspaceOnly` is false; into the gateway's own folder nobody.
 */
export async function jailFor(path: string, context: FileContext, deps: FileDeps): Promise<Jail> {
  const { workspace, cwd } = context;
  const config = deps.config();
  const workspaceOnly =
    entryOf(config, context.agentId).tools?.fs?.workspaceOnly ?? config.tools?.fs?.workspaceOnly ?? true;
  const closed = await closedPlaces(deps, [workspace, cwd]);
  if (!workspaceOnly && context.sender.isOwner) return { root: undefined, base: cwd, closed };
  const own: Jail = { root: workspace, base: cwd, closed };
  if (cwd === workspace) return own;
  try {
    await resolveInside(own, path);
    return own;
  } catch (error) {
    if (error instanceof PathJailError && error.kind === "outside") return { root: cwd, base: cwd, closed };
    throw error;
  }
}

/**
 * The jail for a path that is only read: files people sent into this conversation are open too, to the owner those of
 * all conversations.
 */
export async function jailForReading(path: string, context: FileContext, deps: FileDeps): Promise<Jail> {
  const { cwd } = context;
  const root = receivedFolder(context, deps);
  const isThere = isAbsolute(path) && isInside(root, resolve(path));
  return isThere ? { root, base: cwd } : jailFor(path, context, deps);
}

/** Where files are that people sent: into this conversation, and for the owner into any. */
export function receivedFolder(
  { sender, sessionKey }: Pick<FileContext, "sessionKey"> & Pick<Reader, "sender">,
  { places }: Pick<FileDeps, "places">,
): string {
  const inbound = inboundMediaDir(places.stateDir);
  return sender.isOwner ? inbound : conversationMediaDir(inbound, sessionKey);
}

/**
 * What no tool reaches beside the folders agents work in. Configuration, credentials and transcripts are not changed
 * behind the gateway's back, also where a workspace holds them all; workspaces inside the gateway's folder are open.
 */
export async function closedPlaces(
  { places, roster }: Pick<FileDeps, "places" | "roster">,
  work: readonly string[],
): Promise<Closed> {
  const state = await realOr(places.stateDir);
  const config = await realOr(places.configPath);
  const folders = [...work, ...roster.list().map((agent) => agent.workspace)];
  const open = (await Promise.all(folders.map(realOr))).filter(
    (folder) => folder !== state && isInside(state, folder),
  );
  return (path) =>
    path === config ||
    PROCESSES.test(path) ||
    (isInside(state, path) && !open.some((folder) => isInside(folder, path)));
}

/** The path without links; as it is when it is not there. */
async function realOr(path: string): Promise<string> {
  return await realpath(path).catch(() => path);
}

/** Refuses what is the owner's own to everybody else. `path` is real. @throws ToolInputError */
export async function assertMayRead(path: string, context: Reader): Promise<void> {
  if (context.sender.isOwner) return;
  for (const folder of new Set([context.workspace, context.cwd])) {
    const parts = relative(await realOr(folder), path)
      .toLowerCase()
      .split(sep);
    const [first = ""] = parts;
    if (PRIVATE_FOLDERS.has(first) || (parts.length === 1 && PRIVATE_FILES.has(first))) {
      throw new ToolInputError(`${first} is private to the owner`);
    }
  }
  if (basename(path).toLowerCase().startsWith(".env")) {
    throw new ToolInputError(`${basename(path)} is private to the owner`);
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
