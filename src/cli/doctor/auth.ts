import { ensureGatewayToken, readLocalGatewayCredential, valueAt, withEnvFiles } from "../../config/index.ts";
import { randomIds } from "../../lib/ids.ts";
import { openConfig } from "../config/open.ts";
import { readConfigSummary } from "../rpc/target-config.ts";
import type { Session } from "../session.ts";
import type { Check, Finding } from "./check.ts";

/** Anything shorter can be tried out; generated tokens have 48. */
const MIN_SECRET_CHARS = 16;

/** Who may use the gateway is decided, and fits where it listens. */
export const authCheck: Check = {
  id: "gateway-auth",
  title: "Gateway authentication",
  reason: "Who reaches the gateway's port and is let in can use every account that it holds.",
  async run(session, { generateToken }) {
    const snapshot = openConfig(session).peek();
    if (!snapshot.readable) return { skipped: "the configuration cannot be read" };
    const summary = await readConfigSummary(session);
    const env = withEnvFiles(session.env, session.paths);
    const mode = valueAt(snapshot.resolved, ["gateway", "auth", "mode"]);
    const { exposed } = summary.bind;
    if (mode === "trusted-proxy") return [];
    if (mode === "none") return [unguarded(exposed)];
    const [unresolved] = summary.target.authWarnings;
    if (unresolved !== undefined) return [notResolved(unresolved)];
    const known = readLocalGatewayCredential(session.paths, snapshot.resolved, env);
    const token = env.gateway.token ?? summary.target.token ?? known.token;
    const password = env.gateway.password ?? summary.target.password ?? known.password;
    if (mode === undefined && token !== undefined && password !== undefined) return [ambiguous()];
    const key = mode === "password" || (mode === undefined && token === undefined) ? "password" : "token";
    const secret = key === "password" ? password : token;
    if (secret === undefined)
      return [mode === "password" ? noPassword() : noToken(exposed, generateToken ? session : undefined)];
    return secret.length < MIN_SECRET_CHARS ? [tooShort(key, secret.length, exposed)] : [];
  },
};

const TARGET = "gateway.auth";

function unguarded(exposed: boolean): Finding {
  return {
    severity: exposed ? "error" : "warning",
    message: exposed
      ? "gateway.auth.mode is none and gateway.bind reaches beyond this machine: the gateway refuses to start."
      : "gateway.auth.mode is none: every program and every user of this machine can use the gateway.",
    target: `${TARGET}.mode`,
    fixHint: "openclaw config set gateway.auth.mode token",
  };
}

function notResolved(warning: string): Finding {
  return {
    severity: "error",
    message: `${warning}. The gateway does not start without it.`,
    target: TARGET,
    fixHint: "Look at the reference: openclaw config get gateway.auth",
  };
}

function ambiguous(): Finding {
  return {
    severity: "warning",
    message:
      "A token and a password are set, but gateway.auth.mode is not: the token is used, the password is not.",
    target: `${TARGET}.mode`,
    fixHint: "Say which: openclaw config set gateway.auth.mode token",
  };
}

function noPassword(): Finding {
  return {
    severity: "error",
    message: "gateway.auth.mode is password, but there is no password.",
    target: `${TARGET}.password`,
    fixHint: "openclaw config set gateway.auth.password <secret>",
  };
}

function noToken(exposed: boolean, maker: Session | undefined): Finding {
  return {
    ...(maker && { repair: { summary: "Make a gateway token", apply: () => makeToken(maker) } }),
    severity: exposed ? "warning" : "info",
    message: "No gateway token is set yet: the first start makes one and keeps it.",
    target: `${TARGET}.token`,
    fixHint: "See it then with: openclaw gateway auth-token --show",
  };
}

async function makeToken(session: Session): Promise<string> {
  const { paths, env } = session;
  const config = openConfig(session);
  await config.load();
  const made = await ensureGatewayToken(config, { paths, env, ids: randomIds, mayWriteConfig: true });
  return made.message ?? "There was a gateway token by now";
}

function tooShort(key: string, chars: number, exposed: boolean): Finding {
  return {
    severity: exposed ? "error" : "warning",
    message: `The gateway ${key} has ${chars} characters; one of fewer than ${MIN_SECRET_CHARS} can be guessed.`,
    target: `${TARGET}.${key}`,
    fixHint: `openclaw config set gateway.auth.${key} "$(openssl rand -hex 24)"`,
  };
}
