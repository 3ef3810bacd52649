import {
  BIND_MODES,
  type BindMode,
  isObject,
  PRIVATE_DIR_MODE,
  resolvePort,
  valueAt,
  withValue,
} from "../../../config/index.ts";
import { mkdir } from "node:fs/promises";
import { randomIds } from "../../../lib/ids.ts";
import { openConfig } from "../../config/open.ts";
import { CliError } from "../../errors.ts";
import { configuredPort } from "../../service/seat.ts";
import type { Session } from "../../session.ts";
import { editConfig, withChoice } from "../edit.ts";
import type { Interview } from "../interview.ts";

const TAILSCALE = ["off", "serve", "funnel"] as const;

type Tailscale = (typeof TAILSCALE)[number];

/** A secret, or the variable that has it. */
export type SecretWish = { readonly text: string } | { readonly variable: string };

/** How the gateway is to be reached; what is not told stays as it is, or takes its default. */
export interface GatewayWish {
  readonly port?: number | undefined;
  readonly bind?: BindMode | undefined;
  readonly auth?: "token" | "password" | undefined;
  readonly token?: SecretWish | undefined;
  readonly password?: SecretWish | undefined;
  readonly tailscale?: Tailscale | undefined;
  /** A token that is made goes into the store of secrets, and the configuration refers to it. */
  readonly asReference?: boolean | undefined;
}

/** The gateway as it was set up. */
export interface GatewaySetting {
  readonly port: number;
  readonly bind: BindMode;
  readonly authMode: "none" | "token" | "password" | "trusted-proxy";
  readonly tailscaleMode: Tailscale;
}

/** The entry of the secret store that a made token has, and the variable it may come from instead. */
const TOKEN_NAME = "OPENCLAW_GATEWAY_TOKEN";

/** A password that is typed should not be guessed in an afternoon. */
const MIN_PASSWORD_CHARS = 8;

/** Asks how the gateway is to be reached; what is wished already is not asked. */
export async function askGateway(
  session: Session,
  interview: Interview,
  wish: GatewayWish,
): Promise<GatewayWish> {
  const now = gatewaySetting(session);
  const port = wish.port ?? (await askPort(interview, now.port));
  const bind = wish.bind ?? (await askBind(interview, now.bind));
  const tailscale = wish.tailscale ?? (await askTailscale(interview, now.tailscaleMode));
  const auth = wish.auth ?? (tailscale === "funnel" ? "password" : await askAuth(interview, now.authMode));
  const needsPassword = auth === "password" && wish.password === undefined && !hasSecret(session, "password");
  const password = needsPassword ? { text: await askPassword(interview) } : wish.password;
  return { ...wish, port, bind, tailscale, auth, password };
}

async function askPort(interview: Interview, now: number): Promise<number> {
  const answer = await interview.text("gateway.port", {
    question: "On which port?",
    initial: String(now),
    check: (text) => (isPort(text) ? undefined : "Use a number from 1 to 65535."),
  });
  return Number(answer);
}

function askBind(interview: Interview, now: BindMode): Promise<BindMode> {
  return interview.select<BindMode>(
    "gateway.bind",
    "Who may reach it?",
    [
      { value: "loopback", label: "Programs on this machine only", hint: "safest; recommended" },
      { value: "lan", label: "Machines in the local network", hint: "listens on every address" },
      { value: "tailnet", label: "Machines in the tailnet", hint: "listens on the Tailscale address" },
      { value: "auto", label: "Automatic", hint: "this machine only, but every address in a container" },
    ],
    now,
  );
}

function askTailscale(interview: Interview, now: Tailscale): Promise<Tailscale> {
  return interview.select<Tailscale>(
    "gateway.tailscale",
    "Publish it through Tailscale?",
    [
      { value: "off", label: "No" },
      { value: "serve", label: "Inside the tailnet", hint: "tailscale serve" },
      { value: "funnel", label: "On the internet", hint: "tailscale funnel; needs a password" },
    ],
    now,
  );
}

function askAuth(interview: Interview, now: GatewaySetting["authMode"]): Promise<"token" | "password"> {
  return interview.select<"token" | "password">(
    "gateway.auth",
    "How do clients sign in?",
    [
      { value: "token", label: "With a token", hint: "made for you; recommended" },
      { value: "password", label: "With a password of your own" },
    ],
    now === "password" ? "password" : "token",
  );
}

/** Writes it down: this machine runs a gateway from now on. @throws CliError */
export async function settleGateway(session: Session, wish: GatewayWish): Promise<GatewaySetting> {
  const problem = gatewayProblem(session, wish);
  if (problem !== undefined) throw problem;
  const token = await tokenToWrite(session, wish);
  // A shell that sets the port is not the file; what the file does not say follows the profile.
  const { port: usualPort } = resolvePort({ profile: session.profile });
  await editConfig(session, (config) => {
    let next = withChoice(config, ["gateway", "mode"], "local");
    if (wish.port !== undefined) next = withChoice(next, ["gateway", "port"], wish.port, usualPort);
    if (wish.bind !== undefined) next = withChoice(next, ["gateway", "bind"], wish.bind, "loopback");
    if (wish.tailscale !== undefined)
      next = withChoice(next, ["gateway", "tailscale", "mode"], wish.tailscale, "off");
    return withAuth(next, session, wish, token);
  });
  return gatewaySetting(session);
}

/**
 * What of the wishes does not go together; found before anything is written. `afresh` leaves out what is configured now,
 * because it is about to go.
 */
export function gatewayProblem(
  session: Session,
  wish: GatewayWish,
  { afresh }: { readonly afresh: boolean } = { afresh: false },
): CliError | undefined {
  const now = gatewaySetting(session);
  const authMode = afresh ? "token" : now.authMode;
  const mode = wishedMode(wish) ?? authMode;
  if (wish.bind === "custom" && (afresh || customHost(session) === undefined)) {
    return new CliError("--gateway-bind custom needs an address.", {
      hint: "Set it first: openclaw config set gateway.customBindHost 192.168.1.10",
    });
  }
  const tailscale = wish.tailscale ?? (afresh ? "off" : now.tailscaleMode);
  if (tailscale === "funnel" && mode !== "password") {
    return new CliError("Tailscale Funnel puts the gateway on the internet: it needs a password.", {
      hint: "Add --gateway-password <password>, or use --tailscale serve.",
    });
  }
  const hasPassword = wish.password !== undefined || (!afresh && hasSecret(session, "password"));
  if (mode === "password" && !hasPassword) {
    return new CliError("There is no password for --gateway-auth password.", {
      hint: "Add --gateway-password <password>, or set OPENCLAW_GATEWAY_PASSWORD.",
    });
  }
  return undefined;
}

/** The gateway as configured now. */
export function gatewaySetting(session: Session): GatewaySetting {
  const { resolved } = openConfig(session).peek();
  const at = (...path: string[]) => valueAt(resolved, ["gateway", ...path]);
  const bind = BIND_MODES.find((mode) => mode === at("bind")) ?? "loopback";
  const modes = ["none", "token", "password", "trusted-proxy"] as const;
  return {
    port: configuredPort(session),
    bind,
    authMode:
      modes.find((mode) => mode === at("auth", "mode")) ??
      (at("auth", "token") === undefined && at("auth", "password") !== undefined ? "password" : "token"),
    tailscaleMode: TAILSCALE.find((mode) => mode === at("tailscale", "mode")) ?? "off",
  };
}

async function askPassword(interview: Interview): Promise<string> {
  return interview.secret({
    question: `A password for the gateway (at least ${MIN_PASSWORD_CHARS} characters)`,
    check: (answer) => (answer.length < MIN_PASSWORD_CHARS ? "That is too short." : undefined),
  });
}

/** The mode that stands at the end. */
function modeOf(session: Session, wish: GatewayWish): GatewaySetting["authMode"] {
  return wishedMode(wish) ?? gatewaySetting(session).authMode;
}

/** A secret that is given says which mode is meant. */
function wishedMode({ auth, password, token }: GatewayWish): "token" | "password" | undefined {
  return auth ?? (password !== undefined ? "password" : token !== undefined ? "token" : undefined);
}

/** The token as the file will have it; `undefined` keeps the one there is. */
async function tokenToWrite(session: Session, wish: GatewayWish): Promise<unknown> {
  if (modeOf(session, wish) !== "token") return undefined;
  if (wish.token !== undefined) return written(wish.token);
  if (hasSecret(session, "token")) return undefined;
  if (wish.asReference !== true) return randomIds.hex();
  if (session.env.gateway.token !== undefined) return reference("env", TOKEN_NAME);
  const { FileSecretStore } = await import("../../../secrets/index.ts");
  const { stateDir, secretStorePath } = session.paths;
  await mkdir(stateDir, { recursive: true, mode: PRIVATE_DIR_MODE });
  await new FileSecretStore(secretStorePath, session.env.system).set(TOKEN_NAME, randomIds.hex());
  return reference("store", TOKEN_NAME);
}

function withAuth(config: unknown, session: Session, wish: GatewayWish, token: unknown): unknown {
  const mode = modeOf(session, wish);
  if (mode === "none" || mode === "trusted-proxy") return config;
  const found = valueAt(config, ["gateway", "auth"]);
  const { token: oldToken, password: oldPassword, ...others } = isObject(found) ? found : {};
  const secret =
    mode === "token"
      ? { token: token ?? oldToken }
      : { password: wish.password === undefined ? oldPassword : written(wish.password) };
  const kept = Object.fromEntries(Object.entries(secret).filter(([, value]) => value !== undefined));
  // The secret of the other way goes: it would stand there for no reason.
  return withValue(config, ["gateway", "auth"], { ...others, mode, ...kept });
}

function written(wish: SecretWish): unknown {
  return "text" in wish ? wish.text : reference("env", wish.variable);
}

function reference(source: "env" | "store", id: string): Record<string, string> {
  return { source, provider: "default", id };
}

/** True when the file has such a secret, or a reference to one. */
function hasSecret(session: Session, key: "token" | "password"): boolean {
  const value = valueAt(openConfig(session).peek().sourceConfig, ["gateway", "auth", key]);
  return typeof value === "string" ? value !== "" : value !== undefined && value !== null;
}

function customHost(session: Session): unknown {
  return valueAt(openConfig(session).peek().resolved, ["gateway", "customBindHost"]);
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}
