import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { parseDotenv, PRIVATE_DIR_MODE, PRIVATE_FILE_MODE, writeFileAtomic } from "../config/index.ts";
import { setMode } from "../lib/files/index.ts";
import { ServiceError } from "./errors.ts";

/** What happened to the file. */
export type SecretsFileChange = "written" | "removed" | "unchanged";

const HEADING = "# Secrets of the gateway's service; written by: openclaw gateway install\n";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Puts a service's secrets into its private file (0600, replaced in one step); without any the file is removed. Both
 * readers understand what it says: the gateway (`OPENCLAW_SERVICE_ENV_FILE`) and systemd (`EnvironmentFile=`).
 * @throws ServiceError for a variable that no such file can hold
 */
export function writeSecretsFile(
  path: string,
  variables: Readonly<Record<string, string>>,
): SecretsFileChange {
  if (Object.keys(variables).length === 0) {
    if (!existsSync(path)) return "unchanged";
    rmSync(path, { force: true });
    return "removed";
  }
  const text = secretsText(variables);
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there?.isFile() === true && readFileSync(path, "utf8") === text) {
    // What it says is right; who may read it is made so.
    setMode(path, PRIVATE_FILE_MODE);
    return "unchanged";
  }
  mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_DIR_MODE });
  writeFileAtomic(path, text);
  return "written";
}

/** What stands in a file of secrets; nothing when there is none, or when it cannot be read. */
export function readSecretsFile(path: string): Record<string, string> {
  try {
    return parseDotenv(readFileSync(path, "utf8"));
  } catch {
    // The gateway says so when it starts; whoever compares definitions sees the variables missing.
    return {};
  }
}

/** The lines of such a file: in double quotes, which may span lines, with a backslash before what means something there. */
export function secretsText(variables: Readonly<Record<string, string>>, heading: string = HEADING): string {
  const lines = Object.entries(variables).map(([name, value]) => {
    if (!NAME.test(name) || value.includes("\0")) {
      throw new ServiceError("failed", `${name} cannot be written into the service's file of secrets.`, [
        "Names of variables have letters, digits and _ only.",
      ]);
    }
    return `${name}="${value.replaceAll(/["\\`$]/g, "\\$&")}"\n`;
  });
  return heading + lines.join("");
}
