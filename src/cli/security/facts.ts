import { lstatSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import {
  type BindPlan,
  type OpenClawConfig,
  type Paths,
  readLocalGatewayCredential,
  withEnvFiles,
} from "../../config/index.ts";
import { realOf, syncedBy } from "../../lib/files/index.ts";
import { linkPlaces } from "../channels/link/link-places.ts";
import { openConfig } from "../config/open.ts";
import { readConfigSummary } from "../rpc/target-config.ts";
import type { ProbeResult } from "../rpc/probe.ts";
import type { Session } from "../session.ts";
import { logFileOf } from "../top/log-file.ts";

/** A file or folder as the disk has it. */
export interface Place {
  readonly path: string;
  /** Permission bits of what is there, also by a link; 0 on Windows, which keeps its rules elsewhere. */
  readonly mode: number;
  /** It is a link. */
  readonly isLink: boolean;
  readonly isFolder: boolean;
  /** It, or a folder on the way to it from the state folder, is a link: what it leads to is not changed from here. */
  readonly isElsewhere: boolean;
  /** Whose it is; `undefined` on Windows. */
  readonly uid: number | undefined;
}

/** Everything an audit looks at, read once. */
export interface AuditFacts {
  readonly config: OpenClawConfig;
  /** Before defaults were filled in, variables in place. */
  readonly resolved: unknown;
  /** As it stands in the file: whether a secret was written there. */
  readonly source: unknown;
  readonly paths: Paths;
  readonly bind: BindPlan;
  readonly authMode: "none" | "token" | "password" | "trusted-proxy";
  readonly token: string | undefined;
  readonly password: string | undefined;
  /** Secrets that are referred to and could not be read. */
  readonly diagnostics: readonly string[];
  /** Why the configuration cannot be used, so that what is said of it is of the defaults. */
  readonly configFault: string | undefined;
  /** The user who looks. */
  readonly uid: number;
  readonly stateDir: Place | undefined;
  readonly configFile: Place | undefined;
  readonly includes: readonly Place[];
  readonly credentials: readonly Place[];
  readonly database: readonly Place[];
  readonly logFile: Place | undefined;
  /** What lies in a folder that a service keeps in step with other machines. */
  readonly synced: readonly { readonly path: string; readonly service: string }[];
  /** Agents by id. */
  readonly agentIds: readonly string[];
  /** Commands of nodes that are never allowed without being named. */
  readonly dangerousNodeCommands: readonly string[];
  /** What the running gateway said; only with `--deep`. */
  readonly probe: ProbeResult<unknown> | undefined;
}

export interface FactOptions {
  /** Credential that is given only when the gateway is started (`--auth`, `--token`, `--password`). */
  readonly authMode?: "none" | "token" | "password" | "trusted-proxy" | undefined;
  readonly token?: string | undefined;
  readonly password?: string | undefined;
  readonly probe?: ProbeResult<unknown> | undefined;
}

/** Reads what there is to read; asks and changes nothing. */
export async function gatherFacts(session: Session, options: FactOptions): Promise<AuditFacts> {
  const { paths } = session;
  const snapshot = openConfig(session).peek();
  const summary = await readConfigSummary(session);
  const env = withEnvFiles(session.env, paths);
  const known = readLocalGatewayCredential(paths, snapshot.resolved, env);
  const token = options.token ?? env.gateway.token ?? summary.target.token ?? known.token;
  const password = options.password ?? env.gateway.password ?? summary.target.password ?? known.password;
  const configured = snapshot.config.gateway.auth.mode;
  const inferred = token === undefined && password !== undefined ? "password" : "token";
  const place = (path: string) => placeOf(path, paths, session.env.system.platform);
  const { DANGEROUS_COMMANDS } = await import("../../nodes/index.ts");
  return {
    config: snapshot.config,
    resolved: snapshot.resolved,
    source: snapshot.sourceConfig,
    paths,
    bind: summary.bind,
    authMode: options.authMode ?? configured ?? inferred,
    token,
    password,
    diagnostics: summary.target.authWarnings,
    configFault: snapshot.valid ? undefined : (snapshot.issues[0]?.message ?? "it is not valid"),
    uid: session.env.system.uid,
    stateDir: place(paths.stateDir),
    configFile: place(paths.configPath),
    includes: snapshot.includedPaths.flatMap((path) => place(path) ?? []),
    credentials: [
      paths.credentialsDir,
      paths.envFilePath,
      paths.secretStorePath,
      paths.gatewayTokenPath,
      ...linkPlaces(paths, snapshot.resolved),
    ].flatMap((path) => place(path) ?? []),
    database: [paths.dbPath, `${paths.dbPath}-wal`, `${paths.dbPath}-shm`].flatMap(
      (path) => place(path) ?? [],
    ),
    logFile: place(logFileOf(session)),
    synced: [paths.stateDir, paths.configPath].flatMap((path) => {
      const service = syncedBy(realOf(path), env.raw);
      return service === undefined ? [] : [{ path, service }];
    }),
    agentIds: agentIds(snapshot.config),
    dangerousNodeCommands: DANGEROUS_COMMANDS,
    probe: options.probe,
  };
}

function agentIds({ agents }: OpenClawConfig): string[] {
  const listed = (agents.list ?? []).map(({ id }) => id);
  return [...new Set([...Object.keys(agents.entries ?? {}), ...listed])];
}

function placeOf(path: string, { stateDir }: Paths, platform: NodeJS.Platform): Place | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const isLink = stat.isSymbolicLink();
  const seen = isLink ? statSync(path, { throwIfNoEntry: false }) : stat;
  const windows = platform === "win32";
  return {
    path,
    mode: windows || seen === undefined ? 0 : seen.mode & 0o777,
    isLink,
    isFolder: seen?.isDirectory() === true,
    isElsewhere: isLink || liesBehindLink(path, stateDir),
    uid: windows ? undefined : seen?.uid,
  };
}

/** Whether the way from the state folder to a file in it leads through a link. */
function liesBehindLink(path: string, stateDir: string): boolean {
  const way = relative(stateDir, dirname(path));
  if (way === "" || way.startsWith("..")) return false;
  return realpathSync(dirname(path)) !== join(realpathSync(stateDir), way);
}
