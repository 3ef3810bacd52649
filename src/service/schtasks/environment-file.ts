import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { PRIVATE_DIR_MODE, writeFileAtomic } from "../../config/index.ts";
import { secretsText } from "../secrets-file.ts";

/** A task runs in the account's own `PATH`, which changes with what the account installs. */
const ACCOUNT_VARIABLES: readonly string[] = ["PATH", "TMPDIR"];

/** Where the environment of a task lies: beside the XML that is kept of it. */
export function environmentPath(definitionPath: string): string {
  return definitionPath.replace(/\.xml$/, ".env");
}

/** What of a definition's environment a task is given. */
function taskEnvironment(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !ACCOUNT_VARIABLES.includes(name)),
  );
}

/** Writes the variables of the service, private like all of the state folder. */
export function writeEnvironment(path: string, environment: Readonly<Record<string, string>>): void {
  mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_DIR_MODE });
  writeFileAtomic(path, secretsText(taskEnvironment(environment), HEADING));
}

const HEADING = "# Environment of the gateway's scheduled task; written by: openclaw gateway install\n";
