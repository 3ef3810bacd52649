import { existsSync, lstatSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { displayPath } from "../../config/index.ts";
import { isWithin, realOf } from "../../lib/files/index.ts";
import { childEnv, readProgram } from "../../lib/spawn/index.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";

/** How long git may take to tell what is not committed. */
const GIT_TIMEOUT_MS = 5_000;

/** What a state folder has at least one of. */
const STATE_MARKS = [
  "openclaw.json",
  "moltbot.json",
  "clawdbot.json",
  "state/openclaw.sqlite",
  "credentials/gateway-token",
];

/** Files that only the workspace of an agent has. */
const WORKSPACE_MARKS = ["SOUL.md", "IDENTITY.md", "USER.md", "BOOTSTRAP.md", "HEARTBEAT.md"];

/** Refuses a folder that is no state folder, or more than one. @throws CliError */
export function assertStateFolder({ paths, env }: Session): void {
  const { stateDir, home } = paths;
  const shown = displayPath(stateDir, home);
  const stat = lstatSync(stateDir, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.isSymbolicLink()) {
    throw new CliError(`${shown} is a link, and what it leads to is not removed through it.`, {
      hint: `If you mean that folder, name it: OPENCLAW_STATE_DIR=${realOf(stateDir)}`,
    });
  }
  const real = realOf(stateDir);
  const precious = [home, env.system.accountHome, process.cwd()]
    .map(realOf)
    .find((path) => isWithin(path, real));
  const inside = realOf(process.cwd()) === precious;
  if (dirname(real) === real || (precious !== undefined && !inside)) {
    throw new CliError(`${shown} is not removed: your home lies in it, or is it.`, {
      hint: "OPENCLAW_STATE_DIR names the folder of this gateway alone; see: openclaw config file",
    });
  }
  const bare = readdirSync(stateDir).every((name) => name === "tmp");
  if (bare || STATE_MARKS.some((mark) => existsSync(join(stateDir, mark))) || existsSync(paths.dbPath))
    return;
  throw new CliError(`${shown} does not look like the state folder of a gateway, so it is left alone.`, {
    hint: `It has none of: ${STATE_MARKS.join(", ")}. Remove it by hand if you mean to.`,
  });
}

/** Why a workspace stays where it is; undefined when it may be moved. */
export function workspaceKeptFor({ paths, env }: Session, path: string): string | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (stat.isSymbolicLink()) return `a link to ${realpathOrNothing(path)}; remove it by hand if you mean to`;
  if (!stat.isDirectory()) return "not a folder";
  const real = realOf(path);
  if ([paths.home, env.system.accountHome].map(realOf).some((home) => isWithin(home, real))) {
    return "your home lies in it";
  }
  const state = realOf(paths.stateDir);
  if (real !== state && isWithin(state, real)) return "the state folder lies in it";
  const ours =
    isWithin(real, state) ||
    isWithin(real, realOf(paths.workspaceDir)) ||
    WORKSPACE_MARKS.some((mark) => existsSync(join(path, mark)));
  return ours
    ? undefined
    : `none of the files of an agent's workspace is in it (${WORKSPACE_MARKS.join(", ")}); remove it by hand if you mean to`;
}

/** What git knows of a folder and nobody else has; undefined when there is no such thing. */
export function uncommittedWork(session: Session, path: string): string | undefined {
  if (!existsSync(join(path, ".git"))) return undefined;
  const answer = runsItsOwn(session, path)
    ? undefined
    : git(session, path, ["status", "--porcelain", "--ignore-submodules=dirty"]);
  if (answer === undefined) return "a git repository that could not be asked what is not committed";
  const changes = answer.split("\n").filter((line) => line !== "").length;
  return changes === 0
    ? undefined
    : `a git repository with ${changes} uncommitted change${changes === 1 ? "" : "s"}`;
}

/** What git finds out about a user, and nothing that is a secret of the gateway. */
const GIT_ENV = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "XDG_CONFIG_HOME", "SystemRoot"] as const;

/** Settings of a repository that name a program which `git status` would run on its files. */
const FILTER = /^(?:local|worktree)\s+filter\..*\.(?:clean|process)$/im;

/** Whether a repository, which an agent may have set up, has programs of its own run when it is asked for its state. */
function runsItsOwn(session: Session, path: string): boolean {
  const settings = git(session, path, ["config", "--show-scope", "--name-only", "--list"]);
  return settings === undefined || FILTER.test(settings);
}

function git({ env }: Session, path: string, args: readonly string[]): string | undefined {
  return readProgram({
    command: "git",
    // Hooks and a monitor of files are programs too; none of them is run.
    args: ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-C", path, ...args],
    env: { ...childEnv(env.raw, GIT_ENV), GIT_OPTIONAL_LOCKS: "0", GIT_NO_LAZY_FETCH: "1" },
    timeoutMs: GIT_TIMEOUT_MS,
  });
}

function realpathOrNothing(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return "nowhere";
  }
}
