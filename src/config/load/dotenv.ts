import { type Env, readEnv } from "../env.ts";
import { MAX_CONFIG_FILE_BYTES } from "../limits.ts";
import type { Paths } from "../places/paths.ts";
import { readPrivateFile, readRegularFile } from "./include.ts";

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
 * The text without the assignments that `isGone` names, whole lines with their comments; everything else stays as it is.
 * `removed` are their names, in order.
 */
export function withoutAssignments(
  text: string,
  isGone: (name: string, value: string) => boolean,
): { readonly text: string; readonly removed: readonly string[] } {
  const removed: string[] = [];
  let kept = "";
  let at = 0;
  for (const match of text.matchAll(ASSIGNMENT)) {
    const [assignment, name = ""] = match;
    const value = parseDotenv(assignment)[name];
    if (value === undefined || !isGone(name, value)) continue;
    const lineEnd = text.indexOf("\n", match.index + assignment.length);
    kept += text.slice(at, match.index);
    at = lineEnd < 0 ? text.length : lineEnd + 1;
    removed.push(name);
  }
  return { text: kept + text.slice(at), removed };
}

/**
 * The environment with two files below it, in this order: the secrets of the service (`OPENCLAW_SERVICE_ENV_FILE`, private
 * or not used at all) and `<state>/.env`. What the process already has wins. Neither has to be there; one that cannot be
 * used is listed in `problems` and otherwise counts as absent. The process environment itself stays as it is, so no child
 * inherits them.
 */
export function withEnvFiles(env: Env, { envFilePath }: Pick<Paths, "envFilePath">): Env {
  const { envFile } = env.service;
  const secrets =
    envFile === undefined
      ? env
      : withEnvFile(
          env,
          () => readPrivateFile(envFile, MAX_CONFIG_FILE_BYTES, env.system),
          "OPENCLAW_SERVICE_ENV_FILE is not used, and the variables in it are missing",
        );
  const read = () => readRegularFile(envFilePath, MAX_CONFIG_FILE_BYTES);
  return withEnvFile(secrets, read, `${envFilePath} could not be read`);
}

function withEnvFile(env: Env, read: () => string, problem: string): Env {
  let values: Record<string, string>;
  try {
    values = parseDotenv(read());
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return env;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { ...env, problems: [...env.problems, `${problem}: ${reason}`] };
  }
  for (const name of LOCATIONS) delete values[name];
  const merged = readEnv({ ...values, ...env.raw }, env.system);
  return {
    ...merged,
    legacyNames: [...new Set([...env.legacyNames, ...merged.legacyNames])],
    problems: [...new Set([...env.problems, ...merged.problems])],
  };
}

function unescapeDouble(text: string): string {
  return text.replaceAll(/\\([\s\S])/g, (_, char: string) => {
    if (char === "n") return "\n";
    if (char === "r") return "\r";
    return char === "t" ? "\t" : char;
  });
}
