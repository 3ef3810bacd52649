import { type GatewayTarget, resolveTarget, TargetError } from "../../client/index.ts";
import { expandPath, resolvePort, valueAt } from "../../config/index.ts";
import { openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import type { GatewayFlags } from "../rpc/flags.ts";
import { targetFrom } from "../rpc/gateway.ts";
import type { TargetSettings } from "../rpc/target-config.ts";
import type { Session } from "../session.ts";
import { openTunnel, readTarget, type Tunnel, type TunnelRequest } from "./tunnel.ts";

/** In the order of their claim. */
export type TargetKind = "explicit" | "sshTunnel" | "configRemote" | "localLoopback";

/** Options of the command. */
export interface ProbeFlags extends GatewayFlags {
  readonly ssh: string | undefined;
  readonly sshIdentity: string | undefined;
  readonly sshAuto: boolean;
}

/** A gateway that may be there. */
export interface Candidate {
  readonly kind: TargetKind;
  readonly label: string;
  /** The one that ordinary commands would use. */
  readonly active: boolean;
  readonly target: GatewayTarget;
  /** Leads there; has to be closed. */
  readonly tunnel?: Tunnel;
}

/** Something a person should know about the answers. */
export interface ProbeWarning {
  readonly code: string;
  readonly message: string;
  readonly targetIds: readonly string[];
}

/** The given address, the configured remote one, and this machine's, in the order of their claim. */
export async function findCandidates(
  session: Session,
  flags: GatewayFlags,
  config: TargetSettings,
): Promise<readonly [Candidate[], ProbeWarning[]]> {
  const problems: ProbeWarning[] = [];
  const found: Candidate[] = [];
  if (flags.url !== undefined) {
    const target = await targetFrom(session, flags, {});
    found.push({ kind: "explicit", label: "URL (explicit)", active: true, target });
  }
  const { token, password, tlsFingerprint, port } = flags;
  if (config.remote?.url !== undefined && port === undefined) {
    const active = flags.url === undefined && config.mode === "remote";
    const label = active ? "Remote (configured)" : "Remote (configured, inactive)";
    const remoteOnly = { flags: {}, env: {}, config: { ...config, mode: "remote" }, defaultPort: 0 };
    try {
      const allowPlaintext = session.env.allowInsecurePrivateWs;
      found.push({
        kind: "configRemote",
        label,
        active,
        target: resolveTarget({ ...remoteOnly, allowPlaintext }),
      });
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      problems.push({ code: "remote_misconfigured", message: error.message, targetIds: ["configRemote"] });
    }
  }
  // A secret given for --url belongs to that gateway alone.
  const localFlags = flags.url === undefined ? { token, password, tlsFingerprint } : {};
  const local = await targetFrom(
    session,
    {
      ...flags,
      url: undefined,
      token: undefined,
      password: undefined,
      tlsFingerprint: undefined,
      ...localFlags,
    },
    { ...config, mode: "local" },
    { ignoreEnvUrl: true },
  );
  const taken = found.some(({ active }) => active);
  found.push({ kind: "localLoopback", label: "Local loopback", active: !taken, target: local });
  return [found, problems];
}

/** The tunnel that the options ask for. @throws CliError for a target that is none */
export function tunnelWish(
  session: Session,
  flags: ProbeFlags,
  config: TargetSettings,
): TunnelRequest | undefined {
  const { ssh, sshAuto, sshIdentity } = flags;
  const { resolved } = openConfig(session).peek();
  const configured = (key: string) => {
    const value = valueAt(resolved, ["gateway", "remote", key]);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  if (ssh === undefined && !sshAuto) {
    if (sshIdentity !== undefined) throw new CliError("--ssh-identity goes with --ssh or --ssh-auto.");
    return undefined;
  }
  const remote = config.remote?.url;
  const target = ssh ?? configured("sshTarget") ?? (remote && new URL(remote).hostname);
  if (target === undefined || target === "") {
    throw new CliError(
      "--ssh-auto knows no host: neither gateway.remote.sshTarget nor gateway.remote.url is set.",
      {
        hint: "Name it: --ssh user@host",
      },
    );
  }
  readTarget(target);
  const identity = sshIdentity ?? configured("sshIdentity");
  return {
    target,
    identity: identity === undefined ? undefined : expandPath(identity, session.paths.home),
    remotePort: flags.port ?? config.port ?? resolvePort({ profile: session.profile }).port,
  };
}

/** The candidate behind a tunnel, or the warning that there is none. */
export async function digTunnel(
  session: Session,
  { token, password }: GatewayFlags,
  request: TunnelRequest,
  { remote = {} }: TargetSettings,
  interrupted: AbortSignal,
): Promise<readonly [Candidate[], ProbeWarning[]]> {
  try {
    const tunnel = await openTunnel(session, request, interrupted);
    const secrets = token === undefined && password === undefined ? remote : { token, password };
    const target: GatewayTarget = {
      url: `ws://127.0.0.1:${tunnel.localPort}`,
      urlSource: "cli --url",
      loopback: true,
      implicitLocal: false,
      configuredLocal: false,
      auth: {
        ...(secrets.token !== undefined && { token: secrets.token }),
        ...(secrets.password !== undefined && { password: secrets.password }),
      },
    };
    return [
      [{ kind: "sshTunnel", label: `SSH tunnel (${request.target})`, active: true, target, tunnel }],
      [],
    ];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The SSH tunnel to ${request.target} could not be opened: ${reason}`;
    return [[], [{ code: "ssh_tunnel_failed", message, targetIds: ["sshTunnel"] }]];
  }
}
