import { accessSync, constants, readFileSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { displayPath } from "../config/index.ts";
import { CliError } from "./errors.ts";
import type { Session } from "./session.ts";

type Seat = Pick<Session, "env" | "paths">;

/** Whose state folder root is about to work on, when it is not root's. */
interface Other {
  readonly name: string;
  /** The folder that says so: the state folder, or the nearest one above it. */
  readonly folder: string;
}

/** What root is told before it works on the files of somebody else; `undefined` when it does not. */
export function foreignStateWarning(seat: Seat): string | undefined {
  const other = otherOwner(seat);
  return (
    other && `You are root, and ${other.folder} belongs to ${other.name}: files made now would be root's.`
  );
}

/** Keeps root from making or repairing what is somebody else's: the owner could not use it any more. @throws CliError */
export function refuseForeignState(seat: Seat): void {
  const other = otherOwner(seat);
  if (other === undefined) return;
  throw new CliError(
    `You are root, and ${other.folder} belongs to ${other.name}: what is written now would be root's, and out of their reach.`,
    {
      fields: { code: "foreign-state" },
      hint: `As that user: sudo -u ${other.name} -i openclaw …\nOr give root a state folder of its own: OPENCLAW_STATE_DIR`,
    },
  );
}

/**
 * A state folder that is there and closed to this user looks like none: nothing that is said of it would be true.
 * @throws CliError
 */
export function refuseClosedState({ env, paths }: Seat): void {
  const { stateDir, home } = paths;
  try {
    accessSync(stateDir, constants.R_OK | constants.X_OK);
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EACCES")) return;
    const stat = seen(stateDir);
    // What stands there is no folder that could be looked into: another fault, told where it is met.
    if (stat?.isDirectory() === false) return;
    const uid = stat?.uid;
    const shown = displayPath(stateDir, home);
    if (uid === env.system.uid) {
      throw new CliError(`${shown} is yours, and closed even to you.`, {
        cause,
        fields: { code: "state-unreadable" },
        hint: `Open it: chmod 700 "${stateDir}"`,
      });
    }
    const owner = uid === undefined ? "somebody else" : nameOf(uid);
    throw new CliError(`${shown} belongs to ${owner}, and you may not look into it.`, {
      cause,
      fields: { code: "state-unreadable" },
      hint: `As that user: sudo -u ${uid === undefined ? "<user>" : owner} -i openclaw …\nOr use a folder of your own: OPENCLAW_STATE_DIR`,
    });
  }
}

function seen(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    // A folder above it is closed already.
    return undefined;
  }
}

function otherOwner({ env, paths }: Seat): Other | undefined {
  if (env.system.uid !== 0 || env.system.platform === "win32") return undefined;
  for (let path = paths.stateDir; ; path = dirname(path)) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat !== undefined)
      return stat.uid === 0 ? undefined : { name: nameOf(stat.uid), folder: displayPath(path, paths.home) };
    if (dirname(path) === path) return undefined;
  }
}

/** The name of an account, or its number, which `sudo` takes too. */
function nameOf(uid: number): string {
  try {
    const lines = readFileSync("/etc/passwd", "utf8").split("\n");
    const name = lines.map((line) => line.split(":")).find((fields) => fields[2] === String(uid))?.[0];
    if (name !== undefined && /^[\w.-]+$/.test(name)) return name;
  } catch {
    // No such file: the number has to do.
  }
  return `#${uid}`;
}
