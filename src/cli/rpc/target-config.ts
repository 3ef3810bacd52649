import { isRecord, type TargetConfig } from "../../client/index.ts";
import {
  type BindPlan,
  BIND_MODES,
  browserControlPlan,
  type BrowserControlPlan,
  type CanvasPlan,
  canvasPlan,
  type PlacedIssue,
  ConfigStore,
  controlUiPath,
  expandPath,
  type ConfigRules,
  type ConfigSnapshot,
  InvalidBindError,
  isReference,
  lastGoodPath,
  resolveBind,
  wholeReference,
} from "../../config/index.ts";
import { type GatewayOwner, runningGateway } from "../../lib/locks/index.ts";
import { VERSION } from "../../lib/version.ts";
import type { Session } from "../session.ts";

/** Where a gateway is according to the configuration, and which of its secrets could not be had. */
export interface TargetSettings extends TargetConfig {
  /** One line per credential that could not be resolved. */
  readonly authWarnings: readonly string[];
  /** Whether the gateway of this configuration serves its Control UI, and below which path. */
  readonly controlUi: { readonly enabled: boolean; readonly path: string };
  /**
   * The file says no longer where the gateway is, and this one runs: the port is the one of its lock, and the secrets are
   * those of the configuration it started on.
   */
  readonly byLock?: GatewayOwner | undefined;
}

/** The configuration as the status commands show it. */
export interface ConfigSummary {
  readonly path: string;
  readonly exists: boolean;
  readonly valid: boolean;
  readonly issues: readonly PlacedIssue[];
  readonly target: TargetSettings;
  readonly bind: BindPlan;
  /** Unknown while the file is not valid. */
  readonly canvas: CanvasPlan | undefined;
  /** Unknown while the file is not valid. */
  readonly browserControl: BrowserControlPlan | undefined;
}

/** Looking for a gateway must work with a file that is wrong elsewhere, and need not load the schema. */
const ANY_RULES: ConfigRules<unknown> = {
  validate: (config) => ({ ok: true, config, issues: [], warnings: [] }),
  isSensitive: () => false,
  needsRestart: () => false,
};

/**
 * What the configuration says about the gateway; an absent file says nothing, and of an unreadable one the gateway that
 * runs is asked.
 */
export async function readTargetConfig(session: Session): Promise<TargetSettings> {
  const snapshot = looseStore(session).peek();
  const owner = losesPort(snapshot) ? running(session) : undefined;
  if (owner === undefined) return settingsOf(session, snapshot);
  const paths = { ...session.paths, configPath: lastGoodPath(session.paths.configPath) };
  const kept = looseStore({ ...session, paths }).peek();
  const settings = await settingsOf(session, kept.exists && kept.valid ? kept : snapshot);
  return { ...settings, port: owner.port, byLock: owner };
}

function looseStore(session: Session): ConfigStore<unknown> {
  const { paths, env, clock } = session;
  return new ConfigStore({ paths, env, clock, version: VERSION, rules: ANY_RULES });
}

/** A file that cannot be read, or names a port that is none. */
function losesPort({ exists, valid, resolved }: ConfigSnapshot<unknown>): boolean {
  const { port } = part(resolved, "gateway");
  return exists && (!valid || (port !== undefined && typeof port !== "number"));
}

function running({ paths, clock }: Session): GatewayOwner | undefined {
  const owner = runningGateway({ stateLockPath: paths.stateLockPath, clock });
  return owner?.port === undefined ? undefined : owner;
}

/** The same with the state of the file, checked against the schema. */
export async function readConfigSummary(session: Session): Promise<ConfigSummary> {
  const { openConfig } = await import("../config/open.ts");
  const snapshot = openConfig(session).peek();
  const gateway = part(snapshot.resolved, "gateway");
  return {
    path: snapshot.path,
    exists: snapshot.exists,
    valid: snapshot.valid,
    issues: snapshot.issues,
    target: snapshot.valid ? await settingsOf(session, snapshot) : await readTargetConfig(session),
    bind: bindOf(gateway),
    browserControl: snapshot.valid ? browserControlPlan(session.env, snapshot.config) : undefined,
    canvas: snapshot.valid ? canvasPlan(session.env, snapshot.config) : undefined,
  };
}

function bindOf(gateway: Record<string, unknown>): BindPlan {
  const config = BIND_MODES.find((mode) => mode === gateway.bind);
  try {
    return resolveBind({ config, customHost: word(gateway.customBindHost) });
  } catch (error) {
    // The bind that cannot be used is among the issues; the gateway would not start with it.
    if (error instanceof InvalidBindError) return { ...resolveBind({}), note: error.message };
    throw error;
  }
}

async function settingsOf(session: Session, snapshot: ConfigSnapshot<unknown>): Promise<TargetSettings> {
  const gateway = part(snapshot.resolved, "gateway");
  const auth = part(gateway, "auth");
  const remote = part(gateway, "remote");
  const authWarnings: string[] = [];
  const secret = async (value: unknown, path: string): Promise<string | undefined> => {
    const plain = word(value);
    if (plain !== undefined && wholeReference(plain) === undefined) return plain;
    if (value === undefined || plain === "") return undefined;
    const answer = await resolveSecret(session, snapshot, plain ?? value);
    if (answer.value === undefined) authWarnings.push(`${path} could not be resolved: ${answer.reason}`);
    return answer.value;
  };
  const tls = part(gateway, "tls");
  const certPath = word(tls.certPath);
  const controlUi = part(gateway, "controlUi");
  const wantsRemote = gateway.mode === "remote" || word(remote.url) !== undefined;
  return {
    mode: word(gateway.mode),
    port: typeof gateway.port === "number" ? gateway.port : undefined,
    token: await secret(auth.token, "gateway.auth.token"),
    password: await secret(auth.password, "gateway.auth.password"),
    authByReference: isReference(auth.token) || isReference(auth.password),
    tls: tls.enabled === true,
    tlsCertPath: certPath === undefined ? undefined : expandPath(certPath, session.paths.home),
    remote: {
      url: word(remote.url),
      token: wantsRemote ? await secret(remote.token, "gateway.remote.token") : undefined,
      password: wantsRemote ? await secret(remote.password, "gateway.remote.password") : undefined,
      tlsFingerprint: word(remote.tlsFingerprint),
    },
    authWarnings,
    controlUi: { enabled: controlUi.enabled !== false, path: controlUiPath(word(controlUi.basePath)) },
  };
}

/** Asks the provider of one reference, as the gateway would. */
async function resolveSecret(
  session: Session,
  snapshot: ConfigSnapshot<unknown>,
  value: unknown,
): Promise<{ value: string; reason?: undefined } | { value?: undefined; reason: string }> {
  const { askProvider, readRef } = await import("../../secrets/index.ts");
  const { secretWorld } = await import("./secret-world.ts");
  const name = typeof value === "string" ? wholeReference(value) : undefined;
  const ref = readRef(name === undefined ? value : { source: "env", provider: "default", id: name });
  if (typeof ref === "string") return { reason: ref };
  const secrets = part(snapshot.resolved, "secrets");
  const [answer] = await askProvider([ref], secrets, snapshot.variables, await secretWorld(session));
  if (typeof answer === "string") return { value: answer };
  return { reason: answer?.message ?? "its provider gave no answer" };
}

function part(value: unknown, key: string): Record<string, unknown> {
  const inner = isRecord(value) ? value[key] : undefined;
  return isRecord(inner) ? inner : {};
}

function word(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}
