import { type Env, readEnv } from "../env.ts";
import { MAX_CONFIG_FILE_BYTES } from "../limits.ts";
import { parseDotenv } from "./dotenv.ts";
import { readPrivateFile } from "./include.ts";

/**
 * The environment of a service that its supervisor cannot set (a Windows task has none of its own): what the file says wins
 * over what the account has, as it would if the supervisor had set it. The process environment itself stays as it is.
 * @throws Error when the file is not there, not private or not readable: without it this would be another gateway
 */
export function withServiceEnvironment(env: Env, path: string): Env {
  const values = parseDotenv(readPrivateFile(path, MAX_CONFIG_FILE_BYTES, env.system));
  return readEnv({ ...env.raw, ...values }, env.system);
}
