import { hostname } from "node:os";
import {
  browserControlPlan,
  type CanvasPlan,
  canvasPlan,
  type BrowserControlPlan,
  type BindPlan,
  type Env,
  expandPath,
  InvalidBindError,
  type OpenClawConfig,
  type Paths,
  type PortChoice,
  resolveBind,
  resolvePort,
} from "../../config/index.ts";
import type { AuthMode, GatewayFlags, TailscaleMode } from "./flags.ts";
import { guardHooks } from "./hooks-guard.ts";
import { EXIT_CONFIG, StartRefusal } from "./refusals/refusal.ts";
import type { TlsSettings } from "./tls/tls.ts";

/** The shared secrets of this run, wherever they came from. */
export interface Credentials {
  readonly mode: AuthMode;
  readonly token: string | undefined;
  readonly password: string | undefined;
}

/** What a start needs to know, resolved from flags, environment and configuration. */
export interface GatewaySettings {
  readonly port: PortChoice;
  readonly bind: BindPlan;
  readonly credentials: Credentials;
  readonly tailscale: { readonly mode: TailscaleMode; readonly preserveFunnel: boolean };
  readonly tls: TlsSettings | undefined;
  /** Origins a browser may come from, the ones that follow from the bind included. */
  readonly allowedOrigins: readonly string[];
  readonly hostname: string;
  readonly browserControl: BrowserControlPlan;
  readonly canvas: CanvasPlan;
}

export interface SettingsInputs {
  readonly flags: GatewayFlags;
  readonly env: Env;
  readonly paths: Paths;
  /** With every SecretRef resolved. */
  readonly config: OpenClawConfig;
  /** Which secrets the configuration names by reference; such a one wins over the environment, as it does for clients. */
  readonly references: { readonly token: boolean; readonly password: boolean };
  /** `gateway.port` as it stands in the file; `config` has it with its default. */
  readonly configuredPort: number | undefined;
  /** A token made earlier for a gateway without configuration. */
  readonly storedToken: string | undefined;
  readonly inContainer: boolean;
  readonly localAddresses: () => readonly string[];
}

/** @throws StartRefusal when the parts cannot be together, such as a public bind without a secret. */
export function resolveSettings(inputs: SettingsInputs): GatewaySettings {
  const { flags, env, config, paths } = inputs;
  const gateway = config.gateway ?? {};
  const port = resolvePort({
    flag: flags.port,
    env: env.gateway.port,
    config: inputs.configuredPort,
    profile: paths.profile,
  });
  const bind = planBind(inputs);
  const credentials = resolveCredentials(inputs);
  const tailscale = {
    mode: flags.tailscale ?? gateway.tailscale?.mode ?? "off",
    preserveFunnel: gateway.tailscale?.preserveFunnel ?? false,
  };
  guardExposure(bind, port, credentials, tailscale.mode);
  guardHooks(config);
  return {
    port,
    bind,
    credentials,
    tailscale,
    tls: tlsSettings(inputs),
    allowedOrigins: allowedOrigins(config, bind, port.port),
    hostname: hostname(),
    browserControl: browserControlPlan(env, config),
    canvas: canvasPlan(env, config),
  };
}

function planBind({ flags, config, inContainer, localAddresses }: SettingsInputs): BindPlan {
  try {
    return resolveBind({
      flag: flags.bind,
      config: config.gateway?.bind,
      customHost: config.gateway?.customBindHost,
      inContainer,
      localAddresses,
    });
  } catch (error) {
    if (error instanceof InvalidBindError) throw new StartRefusal(EXIT_CONFIG, [error.message]);
    throw error;
  }
}

/** Flags, then environment, then configuration; without a mode, a token is preferred to a password. */
function resolveCredentials(inputs: SettingsInputs): Credentials {
  const { flags, env, config, references, storedToken } = inputs;
  const auth = config.gateway?.auth ?? {};
  const given = (key: "token" | "password") => {
    const configured = plain(auth[key]);
    return references[key] ? (configured ?? env.gateway[key]) : (env.gateway[key] ?? configured);
  };
  const token = flags.token ?? given("token") ?? storedToken;
  const password = flags.password ?? given("password");
  const named = flags.auth ?? auth.mode;
  const mode = named ?? (token === undefined && password !== undefined ? "password" : "token");
  return { mode, token, password };
}

/** A reference that is still there was not resolved; it must not pass for a secret. */
function plain(value: unknown): string | undefined {
  return typeof value === "string" && value.length > 0 ? value : undefined;
}

function guardExposure(
  bind: BindPlan,
  port: PortChoice,
  credentials: Credentials,
  tailscale: TailscaleMode,
): void {
  const secret = credentials.mode === "token" ? credentials.token : credentials.password;
  const guarded =
    credentials.mode === "trusted-proxy" || (credentials.mode !== "none" && secret !== undefined);
  if (bind.exposed && !guarded) {
    throw new StartRefusal(EXIT_CONFIG, [
      `Refusing to bind gateway to ${bind.mode} without auth.`,
      `refusing to bind gateway to ${bind.host}:${port.port} without auth (anyone who can reach the port could use it)`,
      "Set a secret first: openclaw config set gateway.auth.token <secret>",
      "or start with --token <secret>, or stay on this machine with --bind loopback.",
    ]);
  }
  if (tailscale === "funnel" && (credentials.mode !== "password" || secret === undefined)) {
    throw new StartRefusal(EXIT_CONFIG, [
      "tailscale funnel puts the gateway on the internet and needs gateway.auth.mode=password with a password.",
      "Set it first: openclaw config set gateway.auth.password <secret>",
    ]);
  }
}

function tlsSettings({ config, paths }: SettingsInputs): TlsSettings | undefined {
  const tls = config.gateway?.tls;
  if (!tls?.enabled) return undefined;
  const at = (path: string) => expandPath(path, paths.home);
  return {
    autoGenerate: tls.autoGenerate ?? true,
    certPath: at(tls.certPath ?? paths.tlsCertPath),
    keyPath: at(tls.keyPath ?? paths.tlsKeyPath),
    caPath: tls.caPath === undefined ? undefined : at(tls.caPath),
  };
}

/** A bind beyond loopback still serves browsers of this machine, whatever the list says. */
function allowedOrigins(config: OpenClawConfig, bind: BindPlan, port: number): string[] {
  const listed = config.gateway?.controlUi?.allowedOrigins ?? [];
  const seeded = bind.exposed ? [`http://localhost:${port}`, `http://127.0.0.1:${port}`] : [];
  return [...new Set([...listed, ...seeded])];
}
