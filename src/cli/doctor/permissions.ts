import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { displayPath, PRIVATE_DIR_MODE, PRIVATE_FILE_MODE } from "../../config/index.ts";
import { setMode } from "../../lib/files/index.ts";
import { linkPlaces } from "../channels/link/link-places.ts";
import type { Session } from "../session.ts";
import type { Check, Finding } from "./check.ts";

/** Files and folders with secrets are this user's alone. */
export const permissionsCheck: Check = {
  id: "permissions",
  title: "File permissions",
  reason: "The state folder holds tokens and messages; other users of this machine must not read them.",
  async run(session) {
    const { platform, uid } = session.env.system;
    if (platform === "win32") return { skipped: "Windows keeps its access rules elsewhere" };
    const findings: Finding[] = [];
    const linked = new Set<string>();
    for (const path of privatePlaces(session)) {
      // What lies behind a link is told with the link.
      if (linked.has(dirname(path))) continue;
      const stat = lstatSync(path, { throwIfNoEntry: false });
      const shown = displayPath(path, session.paths.home);
      if (stat?.isSymbolicLink() === true) {
        if (path !== session.paths.stateDir) linked.add(path);
        findings.push(...leadingAway(path, shown, uid));
      } else if (stat?.isDirectory() === true || stat?.isFile() === true) {
        const wanted = stat.isDirectory() ? PRIVATE_DIR_MODE : PRIVATE_FILE_MODE;
        const mode = stat.mode & 0o777;
        if (stat.uid !== uid) findings.push(foreign(path, shown, stat.uid));
        else if ((mode & 0o077) !== 0) findings.push(tooOpen(path, shown, mode, wanted));
      }
    }
    return findings;
  },
};

/** A link is the operator's: what it leads to is told of when others can get at it, and never changed. */
function leadingAway(path: string, shown: string, uid: number): Finding[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  const target = realpathSync(path);
  if (stat.uid !== uid) return [foreign(path, `${shown}, a link to ${target},`, stat.uid)];
  const mode = stat.mode & 0o777;
  if ((mode & 0o077) === 0) return [];
  return [
    {
      severity: "warning",
      message: `${shown} is a link to ${target}, which is open to other users (mode ${octal(mode)}).`,
      path,
      fixHint: `What a link leads to is not changed from here. Close it: chmod go-rwx "${target}"`,
    },
  ];
}

/** A file or folder that others can look into. */
export function tooOpen(path: string, shown: string, mode: number, wanted: number): Finding {
  return {
    severity: "warning",
    message: `${shown} is open to other users (mode ${octal(mode)}, should be ${octal(wanted)}).`,
    path,
    repair: {
      summary: `Close ${shown} to others (chmod ${octal(wanted)})`,
      async apply() {
        setMode(path, wanted);
        return `${shown} has mode ${octal(wanted)} now`;
      },
    },
  };
}

function foreign(path: string, shown: string, uid: number): Finding {
  return {
    severity: "error",
    message: `${shown} belongs to another user (uid ${uid}), so this one cannot rely on it.`,
    path,
    fixHint: `Take it over, if it is yours: sudo chown -R "$(id -un)" "${path}"`,
  };
}

function octal(mode: number): string {
  return mode.toString(8).padStart(3, "0");
}

/** The state folder, what is named in it, and the files beside the named ones (backups, journals). */
function privatePlaces({ paths }: Session): string[] {
  const dbDir = dirname(paths.dbPath);
  return [
    ...new Set([
      paths.stateDir,
      paths.configPath,
      ...beside(paths.configPath),
      paths.envFilePath,
      paths.credentialsDir,
      ...inside(paths.credentialsDir),
      ...linkPlaces(paths),
      dbDir,
      paths.dbPath,
      ...beside(paths.dbPath),
      join(paths.stateDir, "identity"),
      ...inside(join(paths.stateDir, "identity")),
      paths.tlsKeyPath,
      paths.lockDir,
    ]),
  ];
}

function beside(file: string): string[] {
  const prefix = `${basename(file)}.`;
  const journal = `${basename(file)}-`;
  return inside(dirname(file)).filter((path) => {
    const name = basename(path);
    return name.startsWith(prefix) || name.startsWith(journal);
  });
}

function inside(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    // Not there, or not ours to look into: then its own row says so.
    return [];
  }
}
