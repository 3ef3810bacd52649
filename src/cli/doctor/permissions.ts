import { chmodSync, lstatSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { displayPath, PRIVATE_DIR_MODE, PRIVATE_FILE_MODE } from "../../config/index.ts";
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
    return privatePlaces(session).flatMap((path) => {
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat === undefined || !(stat.isDirectory() || stat.isFile())) return [];
      const shown = displayPath(path, session.paths.home);
      if (stat.uid !== uid) return [foreign(path, shown, stat.uid)];
      const wanted = stat.isDirectory() ? PRIVATE_DIR_MODE : PRIVATE_FILE_MODE;
      const mode = stat.mode & 0o777;
      return (mode & 0o077) === 0 ? [] : [tooOpen(path, shown, mode, wanted)];
    });
  },
};

/** A file or folder that others can look into. */
export function tooOpen(path: string, shown: string, mode: number, wanted: number): Finding {
  return {
    severity: "warning",
    message: `${shown} is open to other users (mode ${octal(mode)}, should be ${octal(wanted)}).`,
    path,
    repair: {
      summary: `Close ${shown} to others (chmod ${octal(wanted)})`,
      async apply() {
        chmodSync(path, wanted);
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
