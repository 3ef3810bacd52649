import type { OnboardFlags } from "../commands/begin.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import type { GatewayWish, SecretWish } from "./steps/gateway.ts";
import { type RemoteWish, urlProblem } from "./steps/remote.ts";

/** Whether the flags want a service: yes, no, or nothing is said. */
export function daemonWish(flags: OnboardFlags): boolean | undefined {
  if (flags.skipDaemon || flags.installDaemon === "no") return false;
  return flags.installDaemon === "yes" ? true : undefined;
}

/** Flags that contradict each other, or would do nothing. @throws CliError */
export function refuseConflicts(flags: OnboardFlags): void {
  const conflict = CONFLICTS.find(({ found }) => found(flags));
  if (conflict !== undefined) throw new CliError(conflict.message);
}

interface Conflict {
  readonly found: (flags: OnboardFlags) => boolean;
  readonly message: string;
}

const LOCAL_FLAGS = [
  "gatewayPort",
  "gatewayBind",
  "gatewayAuth",
  "gatewayToken",
  "gatewayTokenRefEnv",
  "gatewayPassword",
  "tailscale",
  "workspace",
  "agentName",
  "authChoice",
] as const;

const isRemote = (flags: OnboardFlags): boolean => flags.mode === "remote";
const hasRemoteFlags = (flags: OnboardFlags): boolean =>
  flags.remoteUrl !== undefined || flags.remoteToken !== undefined || flags.remotePassword !== undefined;

const CONFLICTS: readonly Conflict[] = [
  {
    found: (flags) => flags.resetScope !== undefined && !flags.reset,
    message: "--reset-scope needs --reset.",
  },
  {
    found: (flags) => flags.installDaemon === "yes" && flags.skipDaemon,
    message: "Use either --install-daemon or --skip-daemon, not both.",
  },
  {
    found: (flags) => flags.gatewayToken !== undefined && flags.gatewayTokenRefEnv !== undefined,
    message: "Use either --gateway-token or --gateway-token-ref-env, not both.",
  },
  {
    found: (flags) => flags.gatewayAuth === "token" && flags.gatewayPassword !== undefined,
    message: "--gateway-password does not go with --gateway-auth token.",
  },
  {
    found: (flags) =>
      (flags.gatewayAuth === "password" || flags.gatewayPassword !== undefined) &&
      (flags.gatewayToken !== undefined || flags.gatewayTokenRefEnv !== undefined),
    message: "A gateway token does not go with password authentication.",
  },
  {
    found: (flags) => flags.remoteToken !== undefined && flags.remotePassword !== undefined,
    message: "Use either --remote-token or --remote-password, not both.",
  },
  {
    found: (flags) => isRemote(flags) && LOCAL_FLAGS.some((name) => flags[name] !== undefined),
    message:
      "--mode remote sets nothing up here but the address: flags of the agent, the model and the gateway do not go with it.",
  },
  {
    found: (flags) => isRemote(flags) && flags.installDaemon === "yes",
    message: "--mode remote runs no gateway here: --install-daemon does not go with it.",
  },
  {
    found: (flags) => hasRemoteFlags(flags) && !isRemote(flags),
    message: "--remote-url, --remote-token and --remote-password need --mode remote.",
  },
];

/** How the flags want the gateway. @throws CliError for a variable that is not set */
export function gatewayWish(session: Session, flags: OnboardFlags): GatewayWish {
  const asReference = flags.secretInputMode === "ref";
  const passwordWanted = flags.gatewayAuth === "password" || flags.gatewayPassword !== undefined;
  return {
    port: flags.gatewayPort,
    bind: flags.gatewayBind,
    auth: flags.gatewayAuth,
    token: tokenWish(session, flags, asReference),
    password: passwordWanted
      ? secretWish(
          session,
          "OPENCLAW_GATEWAY_PASSWORD",
          flags.gatewayPassword,
          asReference,
          "gateway-password",
        )
      : undefined,
    tailscale: flags.tailscale,
    asReference,
  };
}

/** Which gateway elsewhere the flags mean. @throws CliError */
export function remoteWish(session: Session, flags: OnboardFlags): RemoteWish {
  const { remoteUrl: url, remoteToken, remotePassword } = flags;
  if (url === undefined) throw new CliError("--mode remote needs --remote-url.");
  const problem = urlProblem(url);
  if (problem !== undefined) throw new CliError(`Invalid --remote-url. ${problem}`);
  const asReference = flags.secretInputMode === "ref";
  if (asReference) {
    // Only to find that the variable says the same.
    if (remoteToken !== undefined)
      secretWish(session, "OPENCLAW_GATEWAY_TOKEN", remoteToken, true, "remote-token");
    if (remotePassword !== undefined)
      secretWish(session, "OPENCLAW_GATEWAY_PASSWORD", remotePassword, true, "remote-password");
  }
  return { url, token: remoteToken, password: remotePassword, asReference };
}

function tokenWish(session: Session, flags: OnboardFlags, asReference: boolean): SecretWish | undefined {
  const { gatewayToken, gatewayTokenRefEnv: variable } = flags;
  if (variable !== undefined) {
    if (!/^[A-Z][A-Z0-9_]{0,127}$/.test(variable))
      throw new CliError("Invalid --gateway-token-ref-env. Use the name of a variable, in capitals.");
    if (session.env.raw[variable] !== undefined) return { variable };
    throw new CliError(`The environment has no variable ${variable}.`, {
      hint: "Set it here and where the gateway starts, then run this again.",
    });
  }
  if (gatewayToken === undefined) return undefined;
  return secretWish(session, "OPENCLAW_GATEWAY_TOKEN", gatewayToken, asReference, "gateway-token");
}

/** A secret that is given, or stands in its variable; as a reference both must say the same. */
function secretWish(
  session: Session,
  variable: string,
  given: string | undefined,
  asReference: boolean,
  flag: string,
): SecretWish | undefined {
  const found = session.env.raw[variable];
  if (!asReference) {
    const text = given ?? found;
    return text === undefined ? undefined : { text };
  }
  if (found !== undefined && (given === undefined || given === found)) return { variable };
  throw new CliError(`--secret-input-mode ref needs --${flag} in the variable ${variable}.`, {
    hint: "Set it here and where the gateway starts, then run this again.",
  });
}
