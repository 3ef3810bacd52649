import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseDotenv, withEnvFiles } from "../../config/index.ts";
import type { Session } from "../session.ts";

/** A file of variables beside the state or the configuration. */
export interface EnvFile {
  readonly path: string;
  readonly text: string;
  readonly values: Readonly<Record<string, string>>;
  /** It is written by replacing it, which would make a file of a link. */
  readonly isLink: boolean;
}

/** Larger files are not read: they are no lists of variables. */
const MAX_ENV_BYTES = 1_048_576;

/** Variables of this program and its channels that hold a secret; those of model providers come from their table. */
const OWN_NAMES = [
  "OPENCLAW_GATEWAY_TOKEN",
  "OPENCLAW_GATEWAY_PASSWORD",
  "CLAWDBOT_GATEWAY_TOKEN",
  "CLAWDBOT_GATEWAY_PASSWORD",
  "TELEGRAM_BOT_TOKEN",
];

/** The session as a gateway would have it: with the variables of its service and of `<state>/.env`. */
export function withVariables(session: Session): Session {
  return { ...session, env: withEnvFiles(session.env, session.paths) };
}

/** The `.env` files of the state folder and of the configuration's folder that are there, each once. */
export function envFiles({ paths }: Pick<Session, "paths">): EnvFile[] {
  const seen = new Set<string>();
  return [paths.envFilePath, join(dirname(paths.configPath), ".env")].flatMap((path) => {
    const link = lstatSync(path, { throwIfNoEntry: false });
    if (link === undefined) return [];
    const real = realpathSync(path);
    const stat = lstatSync(real);
    if (seen.has(real) || !stat.isFile() || stat.size > MAX_ENV_BYTES) return [];
    seen.add(real);
    const text = readFileSync(real, "utf8");
    return [{ path, text, values: parseDotenv(text), isLink: link.isSymbolicLink() }];
  });
}

/** True for names of variables that are known to hold a secret, with the numbered ones of model providers. */
export async function secretNames(): Promise<(name: string) => boolean> {
  const { PROVIDERS } = await import("../../agent/index.ts");
  const known = new Set([...OWN_NAMES, ...PROVIDERS.flatMap(({ env }) => env)]);
  return (name) => known.has(name) || known.has(name.replace(/(?:_\d{1,2}|S)$/, ""));
}
