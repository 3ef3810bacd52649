import { mkdir } from "node:fs/promises";
import {
  displayPath,
  expandPath,
  isObject,
  PRIVATE_DIR_MODE,
  valueAt,
  withValue,
} from "../../../config/index.ts";
import { GatewayRunningError } from "../../../lib/locks/index.ts";
import { silentLogger } from "../../../lib/logger.ts";
import { openConfig } from "../../config/open.ts";
import { CliError } from "../../errors.ts";
import { withStore } from "../../local-store.ts";
import { validConfig } from "../../models/local.ts";
import type { Session } from "../../session.ts";
import { editConfig, withChoice } from "../edit.ts";
import type { Interview } from "../interview.ts";

/** Where the agent is to live, and what it is called; what is not told stays. */
export interface WorkspaceWish {
  readonly workspace?: string | undefined;
  readonly agentName?: string | undefined;
  readonly skipBootstrap?: boolean | undefined;
}

/** The name an agent has unless it is given another one. */
const USUAL_NAME = "main";

/** Asks for folder and name. */
export async function askWorkspace(
  session: Session,
  interview: Interview,
  wish: WorkspaceWish,
): Promise<WorkspaceWish> {
  const { home } = session.paths;
  const workspace =
    wish.workspace ??
    (await interview.text("workspace.folder", {
      question: "In which folder shall the agent work?",
      initial: displayPath(await workspaceOf(session), home),
      check: (answer) => (answer === "" ? "Name a folder." : undefined),
    }));
  const named = Object.keys(rosterOf(session)).length > 0;
  const agentName =
    wish.agentName ??
    (named
      ? undefined
      : await interview.text("workspace.name", {
          question: "What shall your first agent be called?",
          initial: USUAL_NAME,
          check: (answer) => nameProblem(answer),
        }));
  return { ...wish, workspace, agentName };
}

/**
 * Writes the choices down, makes the folder and gives it its first files. Resolves to the folder.
 * @throws CliError
 */
export async function settleWorkspace(session: Session, wish: WorkspaceWish): Promise<string> {
  refuseName(wish.agentName);
  await editConfig(session, (config) => withWorkspace(config, session, wish));
  const workspace = await workspaceOf(session);
  await fill(session, workspace);
  return workspace;
}

/** The folder of the first agent, as configured. @throws CliError */
export async function workspaceOf(session: Session): Promise<string> {
  const { ConfiguredRoster } = await import("../../../agent/index.ts");
  const config = await validConfig(session);
  const roster = new ConfiguredRoster({ config: () => config, paths: session.paths });
  return roster.get(roster.defaultId).workspace;
}

function withWorkspace(config: unknown, session: Session, wish: WorkspaceWish): unknown {
  const { home, workspaceDir } = session.paths;
  const at = ["agents", "defaults", "workspace"];
  let next = config;
  if (wish.workspace !== undefined) {
    const written = valueAt(config, at);
    const now = typeof written === "string" ? expandPath(written, home) : workspaceDir;
    const wanted = expandPath(wish.workspace, home);
    if (wanted !== now && Object.keys(entriesOf(config)).length > 0) {
      session.out.warn(
        `The agents stay where they are, below ${displayPath(now, home)}. To move them: openclaw config set agents.defaults.workspace <folder>`,
      );
    } else if (wanted !== now) next = withValue(next, at, displayPath(wanted, home));
  }
  const { agentName } = wish;
  const id = agentName === undefined ? undefined : agentId(agentName);
  if (id !== undefined && id !== USUAL_NAME && Object.keys(entriesOf(next)).length === 0)
    next = withValue(next, ["agents", "entries", id], agentName === id ? {} : { name: agentName });
  if (wish.skipBootstrap === true)
    next = withChoice(next, ["agents", "defaults", "skipBootstrap"], true, false);
  return next;
}

/** A gateway that runs has the database, and fills the folder itself with the first message. */
async function fill(session: Session, workspace: string): Promise<void> {
  const { clock, env } = session;
  await mkdir(workspace, { recursive: true, mode: PRIVATE_DIR_MODE });
  const { Seeding } = await import("../../../agent/index.ts");
  const { agents } = await validConfig(session);
  const rules = {
    skip: agents.defaults?.skipBootstrap === true,
    without: agents.defaults?.skipOptionalBootstrapFiles ?? [],
  };
  try {
    await withStore(session, async (store) => {
      await new Seeding({ kv: store.kv, clock, log: silentLogger, env: env.raw }).prepare(workspace, rules);
    });
  } catch (error) {
    if (!(error instanceof GatewayRunningError)) throw error;
  }
}

/** Refuses what cannot be the name of an agent. @throws CliError */
export function refuseName(agentName: string | undefined): void {
  const problem = agentName === undefined ? undefined : nameProblem(agentName);
  if (problem !== undefined) throw new CliError(`Invalid --agent-name. ${problem}`);
}

/** What keeps a text from being the name of an agent. */
function nameProblem(name: string): string | undefined {
  if (agentId(name) !== undefined) return undefined;
  return "Use letters, digits, blanks, - and _, beginning with a letter or a digit, at most 64 of them.";
}

/** The id an agent of this name has. */
function agentId(name: string): string | undefined {
  const id = name.trim().toLowerCase().replaceAll(/\s+/g, "-");
  return /^[a-z0-9][a-z0-9_-]{0,63}$/.test(id) ? id : undefined;
}

function rosterOf(session: Session): Record<string, unknown> {
  return entriesOf(openConfig(session).peek().resolved);
}

function entriesOf(config: unknown): Record<string, unknown> {
  const entries = valueAt(config, ["agents", "entries"]) ?? valueAt(config, ["agents", "list"]);
  return isObject(entries) ? entries : Array.isArray(entries) ? { ...entries } : {};
}
