import { readFile } from "node:fs/promises";
import { displayPath, resolvePort } from "../../config/index.ts";
import {
  connectGateway,
  type DeviceIdentity,
  type GatewayClient,
  GatewayCredentialsRequiredError,
  type GatewayTarget,
  loadOrCreateDeviceIdentity,
  resolveTarget,
  type TargetConfig,
} from "../../client/index.ts";
import { VERSION } from "../../lib/version.ts";
import type { ClientIdentity, OperatorScope } from "../../protocol/index.ts";
import type { Session } from "../session.ts";
import { gatewayFailure } from "./failure.ts";
import type { GatewayFlags } from "./flags.ts";
import { readTargetConfig, type TargetSettings } from "./target-config.ts";

export interface GatewayAccess {
  /** The least the work needs. */
  readonly scopes: readonly OperatorScope[];
  /** Asked for besides from a gateway on this machine, where whoever has its secret is its owner. */
  readonly localScopes?: readonly OperatorScope[];
  /** Shown to a person while waiting; absent for no mark. */
  readonly label?: string;
  /** What this client can take, for example `tool-events`. */
  readonly caps?: readonly string[];
}

/** Which gateway the options, the environment and the configuration mean. Throws `CliError`. */
export async function findTarget(session: Session, flags: GatewayFlags): Promise<GatewayTarget> {
  if (flags.url !== undefined) return targetFrom(session, flags, {});
  const config = await readTargetConfig(session);
  const target = await targetFrom(session, flags, config);
  sayWhoIsAsked(session, flags, config, target);
  const [problem] = config.authWarnings;
  if (problem !== undefined && Object.keys(target.auth).length === 0) {
    throw gatewayFailure(new GatewayCredentialsRequiredError(`${problem}.`), target);
  }
  return target;
}

function sayWhoIsAsked(
  { env, out, paths }: Session,
  flags: GatewayFlags,
  { byLock }: TargetSettings,
  { urlSource }: GatewayTarget,
): void {
  const named = flags.port ?? env.gateway.port;
  if (byLock === undefined || named !== undefined || urlSource !== "local loopback") return;
  const file = displayPath(paths.configPath, paths.home);
  out.note(
    `${file} does not say where the gateway is: asking the one that runs (pid ${byLock.pid}, port ${byLock.port}).`,
  );
  out.note("What is wrong with the file: openclaw config validate");
}

/** The same with a configuration that was read already; `ignoreEnvUrl` leaves `OPENCLAW_GATEWAY_URL` out. */
export async function targetFrom(
  session: Session,
  flags: GatewayFlags,
  config: TargetConfig,
  options: { ignoreEnvUrl?: boolean } = {},
): Promise<GatewayTarget> {
  const { port } = resolvePort({ profile: session.profile });
  try {
    return resolveTarget({
      flags,
      env: options.ignoreEnvUrl === true ? { ...session.env.gateway, url: undefined } : session.env.gateway,
      config,
      defaultPort: port,
      localToken: await readLocalToken(session),
      allowPlaintext: session.env.allowInsecurePrivateWs,
      localFingerprint: config.tls === true ? await ownFingerprint(session, config) : undefined,
    });
  } catch (error) {
    throw gatewayFailure(error);
  }
}

/** Connects, does the work, and closes again whatever happens. Failures come out as `CliError`. */
export async function withGateway<T>(
  session: Session,
  flags: GatewayFlags,
  access: GatewayAccess,
  work: (client: GatewayClient, target: GatewayTarget) => Promise<T>,
): Promise<T> {
  const target = await findTarget(session, flags);
  const done = async (): Promise<T> => {
    const client = await openGateway(session, target, flags.timeout, access);
    try {
      return await work(client, target);
    } finally {
      await client.close();
    }
  };
  try {
    return await (access.label === undefined ? done() : session.out.during(access.label, done()));
  } catch (error) {
    const { withStartHint } = await import("../service/start-hint.ts");
    throw await withStartHint(session, gatewayFailure(error, target), target);
  }
}

/** One method, one answer, one connection. */
export async function callGateway(
  session: Session,
  flags: GatewayFlags & { readonly expectFinal?: boolean },
  access: GatewayAccess,
  method: string,
  params: unknown,
): Promise<unknown> {
  return withGateway(session, flags, access, (client) =>
    client.call(method, params, { timeoutMs: flags.timeout, expectFinal: flags.expectFinal ?? false }),
  );
}

/** Opens a connection to a known target. Failures are the client's own. */
export async function openGateway(
  session: Session,
  target: GatewayTarget,
  timeoutMs: number,
  access: GatewayAccess,
): Promise<GatewayClient> {
  const device = await deviceFor(session, target);
  return connectGateway({
    url: target.url,
    ...(target.dialUrl !== undefined && { dialUrl: target.dialUrl }),
    client: identity(session, target),
    scopes: target.loopback ? [...access.scopes, ...(access.localScopes ?? [])] : access.scopes,
    auth: target.auth,
    ...(access.caps !== undefined && { caps: access.caps }),
    ...(device !== undefined && { device }),
    ...(target.tlsFingerprint !== undefined && { tlsFingerprint: target.tlsFingerprint }),
    timeoutMs,
    clock: session.clock,
  });
}

function identity(session: Session, target: GatewayTarget): ClientIdentity {
  const common = { version: VERSION, platform: session.env.system.platform, instanceId: crypto.randomUUID() };
  // A gateway without authentication knows local tools by this name; one with it asks for the secret either way.
  const anonymous = target.loopback && Object.keys(target.auth).length === 0;
  return anonymous
    ? { id: "gateway-client", mode: "backend", ...common }
    : { id: "cli", mode: "cli", ...common };
}

/** On this machine a shared secret is enough; elsewhere the gateway wants to know the device. */
async function deviceFor(session: Session, target: GatewayTarget): Promise<DeviceIdentity | undefined> {
  if (target.loopback) return undefined;
  return loadOrCreateDeviceIdentity(session.paths.stateDir, session.clock.now());
}

/** The token a gateway made for itself when it was started without any. */
async function readLocalToken(session: Session): Promise<string | undefined> {
  try {
    const token = (await readFile(session.paths.gatewayTokenPath, "utf8")).trim();
    return token === "" ? undefined : token;
  } catch {
    // No such file, or not ours to read: then it is not our credential either.
    return undefined;
  }
}

/** The certificate the local gateway serves, so that its own clients can tell it from an impostor on the port. */
async function ownFingerprint(session: Session, config: TargetConfig): Promise<string | undefined> {
  try {
    const { X509Certificate } = await import("node:crypto");
    return new X509Certificate(await readFile(config.tlsCertPath ?? session.paths.tlsCertPath))
      .fingerprint256;
  } catch {
    return undefined;
  }
}
