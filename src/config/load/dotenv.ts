import { existsSync } from "node:fs";
import { type Env, readEnv } from "../env.ts";
import { MAX_CONFIG_FILE_BYTES } from "../limits.ts";
import type { Paths } from "../paths.ts";
import { readRegularFile } from "./include.ts";

const ASSIGNMENT =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|`([^`]*)`|([^\r\n]*))/gm;

/** Variables that decide where `<state>/.env` is; inside it they come too late. */
const LOCATIONS = ["OPENCLAW_HOME", "OPENCLAW_STATE_DIR", "OPENCLAW_CONFIG_PATH", "OPENCLAW_PROFILE"];

/** Reads dotenv text: `NAME=value`, `export`, three kinds of quotes (over several lines), `#` comments. */
export function parseDotenv(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const match of text.matchAll(ASSIGNMENT)) {
    const [, name, double, single, back, bare] = match;
    if (name === undefined) continue;
    values[name] =
      double !== undefined
        ? unescapeDouble(double)
        : (single ?? back ?? (bare ?? "").replace(/(^|\s)#.*$/, "").trim());
  }
  return values;
}

/**
 * The environment with `<state>/.env` below it: what the process already has wins. An unreadable file is listed in
 * `problems` and otherwise counts as absent.
 */
export function withStateEnvFile(env: Env, paths: Pick<Paths, "envFilePath">): Env {
  if (!existsSync(paths.envFilePath)) return env;
  let values: Record<string, string>;
  try {
    values = parseDotenv(readRegularFile(paths.envFilePath, MAX_CONFIG_FILE_BYTES));
  } catch (cause) {
    return {
      ...env,
      problems: [...env.problems, `${paths.envFilePath} could not be read: ${String(cause)}`],
    };
  }
  for (const name of LOCATIONS) delete values[name];
  const merged = readEnv({ ...values, ...env.raw }, env.system);
  return { ...merged, legacyNames: [...new Set([...env.legacyNames, ...merged.legacyNames])] };
}

function unescapeDouble(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, (_, char: string) => {
    if (char === "n") return "\n";
    if (char === "r") return "\r";
    return char === "t" ? "\t" : char;
  });
}
