import { type Env, readEnv, resolvePaths, resolvePort, valueAt } from "../../../config/index.ts";
import type { InstalledCommand, ServiceDefinition } from "../contract.ts";
import { openConfig } from "../../config/open.ts";
import type { Session } from "../../session.ts";

/** The gateway as its service starts it, which need not be as this shell would. */
export interface InstalledGateway {
  /** A session that sees environment, folders and configuration as the service does. */
  readonly session: Session;
  readonly port: number;
  readonly portSource: "service args" | "service env" | "env/config";
}

/** Reads a definition: the port it leads to, and the environment it gives. */
export function installedGateway(
  session: Session,
  command: Pick<InstalledCommand | ServiceDefinition, "programArguments" | "environment">,
): InstalledGateway {
  const seen = sessionOf(session, command.environment);
  const inArguments = portArgument(command.programArguments);
  if (inArguments !== undefined) return { session: seen, port: inArguments, portSource: "service args" };
  if (seen.env.gateway.port !== undefined)
    return { session: seen, port: seen.env.gateway.port, portSource: "service env" };
  const configured = valueAt(openConfig(seen).peek().resolved, ["gateway", "port"]);
  const config = typeof configured === "number" ? configured : undefined;
  const { port } = resolvePort({ config, profile: seen.profile });
  return { session: seen, port, portSource: "env/config" };
}

/** The value of `--port` in a command line; of several the last one counts, as for the gateway itself. */
export function portArgument(programArguments: readonly string[]): number | undefined {
  const at = programArguments.findLastIndex((word) => word === "--port" || word.startsWith("--port="));
  const word = programArguments[at];
  const text = word === "--port" ? programArguments[at + 1] : word?.slice("--port=".length);
  const port = Number(text ?? Number.NaN);
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

/** What a supervisor hands down of its own accord, so that definitions need not name it. */
const ACCOUNT_VARIABLES = [
  "HOME",
  "USERPROFILE",
  "TMPDIR",
  "TEMP",
  "TMP",
  "APPDATA",
  "LOCALAPPDATA",
] as const;

function sessionOf(session: Session, environment: Readonly<Record<string, string>>): Session {
  const account = Object.fromEntries(
    ACCOUNT_VARIABLES.flatMap((name) => {
      const value = session.env.raw[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const output = pick(session.env, ["NO_COLOR", "FORCE_COLOR", "OPENCLAW_DEBUG"]);
  const env = readEnv({ ...account, ...output, ...environment }, session.env.system);
  const paths = resolvePaths(env);
  return { ...session, env, paths, profile: paths.profile };
}

function pick({ raw }: Env, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (raw[name] === undefined ? [] : [[name, raw[name]]])));
}
