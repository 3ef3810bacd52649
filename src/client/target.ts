import type { ConnectAuth } from "../protocol/index.ts";
import { GatewayCredentialsRequiredError } from "./errors.ts";
import { allowsPlaintext, isLoopbackHost } from "./plaintext.ts";

/** Where the address of a target came from; printed so that a person knows which setting to change. */
export type UrlSource =
  "cli --url" | "cli --port" | "env OPENCLAW_GATEWAY_URL" | "config gateway.remote.url" | "local loopback";

export interface TargetFlags {
  readonly url?: string | undefined;
  readonly port?: number | undefined;
  readonly token?: string | undefined;
  readonly password?: string | undefined;
  readonly tlsFingerprint?: string | undefined;
}

/** `OPENCLAW_GATEWAY_*` of the environment. */
export interface TargetEnv {
  readonly url?: string | undefined;
  readonly port?: number | undefined;
  readonly token?: string | undefined;
  readonly password?: string | undefined;
}

/** The parts of the configuration that say where a gateway is; secrets already resolved. */
export interface TargetConfig {
  readonly mode?: string | undefined;
  readonly port?: number | undefined;
  readonly token?: string | undefined;
  readonly password?: string | undefined;
  /** The secret is a reference in the configuration: the gateway takes that before the environment's. */
  readonly authByReference?: boolean | undefined;
  readonly tls?: boolean | undefined;
  /** The local gateway's certificate, where it is not in its usual place. */
  readonly tlsCertPath?: string | undefined;
  readonly remote?:
    | {
        readonly url?: string | undefined;
        readonly token?: string | undefined;
        readonly password?: string | undefined;
        readonly tlsFingerprint?: string | undefined;
      }
    | undefined;
}

export interface TargetSources {
  readonly flags: TargetFlags;
  readonly env: TargetEnv;
  readonly config: TargetConfig;
  /** Port when no flag, variable or key names one: 18789, or the profile's. */
  readonly defaultPort: number;
  /** Token a local gateway made for itself at its first start. */
  readonly localToken?: string | undefined;
  /** SHA-256 of the local gateway's own certificate, when it serves TLS and the file can be read. */
  readonly localFingerprint?: string | undefined;
  /** `OPENCLAW_ALLOW_INSECURE_PRIVATE_WS`: the caller vouches for the network between. */
  readonly allowPlaintext?: boolean | undefined;
}

/** The gateway a command talks to, and what it may show there. */
export interface GatewayTarget {
  /** As a person may see it. */
  readonly url: string;
  /** The address with the name and password or the query that it was given with; it is dialled and never shown. */
  readonly dialUrl?: string;
  readonly urlSource: UrlSource;
  /** True when the address is this machine's loopback. */
  readonly loopback: boolean;
  /** True when nobody named the target: the gateway of this machine and profile. */
  readonly implicitLocal: boolean;
  /** True when the configuration says that a gateway runs on this machine, so that one starts without a flag. */
  readonly configuredLocal: boolean;
  readonly auth: ConnectAuth;
  readonly tlsFingerprint?: string;
}

/** What is wrong with a target before anything was sent. */
export class TargetError extends Error {}

/**
 * Decides which gateway is meant. `--url` never borrows stored credentials: they belong to another gateway.
 * Throws `TargetError`, or `GatewayCredentialsRequiredError`.
 */
export function resolveTarget(sources: TargetSources): GatewayTarget {
  const target = findTarget(sources);
  const { protocol, hostname, host } = new URL(target.url);
  if (protocol === "ws:" && sources.allowPlaintext !== true && !allowsPlaintext(hostname)) {
    throw new TargetError(
      `ws://${host} would carry the credential unencrypted over a public network. Use wss://${host}, or an SSH tunnel.`,
    );
  }
  return target;
}

function findTarget(sources: TargetSources): GatewayTarget {
  const { flags, env, config } = sources;
  if (flags.url !== undefined && flags.port !== undefined)
    throw new TargetError("Use either --url or --port, not both.");
  if (flags.url !== undefined) return fromUrlFlag(flags.url, flags);
  if (flags.port === undefined && env.url !== undefined) {
    return remote(gatewayUrl(env.url, "OPENCLAW_GATEWAY_URL"), "env OPENCLAW_GATEWAY_URL", {
      auth: firstSecret([flags, env]),
      fingerprint: flags.tlsFingerprint ?? config.remote?.tlsFingerprint,
    });
  }
  if (flags.port === undefined && env.port === undefined && config.mode === "remote")
    return fromRemote(sources);
  return fromLoopback(sources);
}

function fromUrlFlag(text: string, flags: TargetFlags): GatewayTarget {
  const url = gatewayUrl(text, "--url");
  const auth = firstSecret([flags]);
  if (Object.keys(auth).length === 0) {
    throw new GatewayCredentialsRequiredError(
      "gateway url override requires explicit credentials: pass --token or --password with --url.",
    );
  }
  return remote(url, "cli --url", { auth, fingerprint: flags.tlsFingerprint });
}

function fromRemote({ flags, env, config }: TargetSources): GatewayTarget {
  const text = config.remote?.url;
  if (text === undefined) {
    throw new TargetError(
      "gateway.mode is remote but gateway.remote.url is not set. Set it: openclaw config set gateway.remote.url wss://host",
    );
  }
  const own = { token: config.token, password: config.password };
  return remote(gatewayUrl(text, "gateway.remote.url"), "config gateway.remote.url", {
    auth: firstSecret([flags, env, config.remote ?? {}, own]),
    fingerprint: flags.tlsFingerprint ?? config.remote?.tlsFingerprint,
  });
}

function fromLoopback({
  flags,
  env,
  config,
  defaultPort,
  localToken,
  localFingerprint,
}: TargetSources): GatewayTarget {
  const port = flags.port ?? env.port ?? config.port ?? defaultPort;
  const own = { token: config.token, password: config.password };
  const configured = config.authByReference === true ? [own, env] : [env, own];
  const fingerprint = flags.tlsFingerprint ?? (config.tls === true ? localFingerprint : undefined);
  return {
    url: `${config.tls === true ? "wss" : "ws"}://127.0.0.1:${port}`,
    urlSource: flags.port === undefined ? "local loopback" : "cli --port",
    loopback: true,
    implicitLocal: true,
    configuredLocal: config.mode === "local",
    auth: firstSecret([flags, ...configured, { token: localToken }, config.remote ?? {}]),
    ...(fingerprint !== undefined && { tlsFingerprint: fingerprint }),
  };
}

interface Secrets {
  readonly token?: string | undefined;
  readonly password?: string | undefined;
}

/** The first source that has a secret speaks alone: mixing a token from here with a password from there helps nobody. */
function firstSecret(sources: readonly Secrets[]): ConnectAuth {
  for (const { token, password } of sources) {
    if (token !== undefined && password !== undefined) return { token, password };
    if (token !== undefined) return { token };
    if (password !== undefined) return { password };
  }
  return {};
}

function remote(
  url: URL,
  urlSource: UrlSource,
  options: { auth: ConnectAuth; fingerprint: string | undefined },
): GatewayTarget {
  const loopback = isLoopbackHost(url.hostname);
  const whole = textOf(url);
  const shown = new URL(url);
  for (const part of ["username", "password", "search", "hash"] as const) shown[part] = "";
  return {
    url: textOf(shown),
    ...(textOf(shown) !== whole && { dialUrl: whole }),
    urlSource,
    loopback,
    implicitLocal: false,
    configuredLocal: false,
    auth: options.auth,
    ...(options.fingerprint !== undefined && { tlsFingerprint: options.fingerprint }),
  };
}

function textOf(url: URL): string {
  return url.toString().replace(/\/$/, "");
}

function gatewayUrl(text: string, source: string): URL {
  const address = text.trim().replace(/^http(s?):\/\//i, "ws$1://");
  if (!URL.canParse(address) || !/^wss?:\/\//i.test(address)) {
    throw new TargetError(
      `${source} is not a WebSocket address: ${text.replace(/[^/]*@/, "…@")}. Use ws://host:port or wss://host.`,
    );
  }
  return new URL(address);
}
