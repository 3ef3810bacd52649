import { valueAt } from "../../../config/index.ts";
import type { AuditRow } from "../audit-row.ts";
import type { AuditFacts } from "../facts.ts";

/** A random token has 48; what is shorter than this can be tried out where many tries are possible. */
const MIN_TOKEN_CHARS = 24;
const MIN_PASSWORD_CHARS = 24;

/** What an unset variable turns into when a script pastes it. */
const PLACEHOLDERS = ["", "undefined", "null", "__OPENCLAW_REDACTED__"];

const NEW_TOKEN = 'openclaw config set gateway.auth.token "$(openssl rand -hex 24)"';

/** Who is let in. */
export const ACCESS_ROWS: readonly AuditRow[] = [
  {
    checkId: "gateway.bind_no_auth",
    title: "The gateway is reachable from other machines without a secret",
    reason: "Whoever reaches the port would own every account; the gateway refuses to start like this.",
    remediation: "openclaw config set gateway.auth.mode token, or openclaw config set gateway.bind loopback",
    look: ({ bind, authMode }) =>
      bind.exposed && authMode === "none"
        ? { severity: "critical", detail: `gateway.bind is ${bind.mode} and gateway.auth.mode is none.` }
        : undefined,
  },
  {
    checkId: "gateway.loopback_no_auth",
    title: "The gateway on this machine asks for no secret",
    reason:
      "Every program and user of this machine is the owner, and so is the world behind a forwarding proxy.",
    remediation: "openclaw config set gateway.auth.mode token",
    look: ({ bind, authMode }) =>
      !bind.exposed && authMode === "none"
        ? { severity: "critical", detail: "gateway.auth.mode is none." }
        : undefined,
  },
  {
    checkId: "gateway.http.no_auth",
    title: "The HTTP API asks for no secret",
    reason: "/v1/* and /tools/invoke start turns and run tools as the owner.",
    remediation: "openclaw config set gateway.auth.mode token",
    look: ({ bind, authMode }) =>
      authMode === "none"
        ? {
            severity: bind.exposed ? "critical" : "warn",
            detail:
              "With gateway.auth.mode none, /v1/* and /tools/invoke are open to whoever reaches the port.",
          }
        : undefined,
  },
  placeholderRow("token"),
  placeholderRow("password"),
  {
    checkId: "gateway.token_too_short",
    title: "The gateway's token is short",
    reason: "A short secret can be tried out.",
    remediation: NEW_TOKEN,
    look: ({ authMode, token }) =>
      authMode === "token" && isShort(token, MIN_TOKEN_CHARS)
        ? {
            severity: "warn",
            detail: `It has ${token.length} characters; ${MIN_TOKEN_CHARS} or more are safe.`,
          }
        : undefined,
  },
  {
    checkId: "gateway.password_too_short",
    title: "The gateway's password is short",
    reason: "A password is shared and rarely changed, so that there is much time to try.",
    remediation: "Set a longer one: openclaw config set gateway.auth.password <secret>",
    look: ({ authMode, password }) =>
      authMode === "password" && isShort(password, MIN_PASSWORD_CHARS)
        ? {
            severity: "warn",
            detail: `It has ${password.length} characters; ${MIN_PASSWORD_CHARS} or more are safe.`,
          }
        : undefined,
  },
  {
    checkId: "config.secrets.gateway_password_in_config",
    title: "The gateway's password stands in the configuration file",
    reason: "Backups and copies of the file carry it along; people choose passwords they use elsewhere.",
    remediation: "Keep it elsewhere: openclaw secrets configure",
    look: ({ source }) => {
      const value = valueAt(source, ["gateway", "auth", "password"]);
      const written = typeof value === "string" && value !== "" && !value.startsWith("$");
      return written ? { severity: "warn", detail: "gateway.auth.password is plain text." } : undefined;
    },
  },
  {
    checkId: "gateway.auth_no_rate_limit",
    title: "Wrong secrets may be tried often",
    reason: "The lock-out after failures is what makes guessing slow.",
    remediation: "openclaw config unset gateway.auth.rateLimit",
    look({ bind, config, authMode }) {
      const { maxAttempts, windowMs, lockoutMs } = config.gateway.auth.rateLimit;
      const perHour = (maxAttempts * 3_600_000) / Math.max(windowMs, lockoutMs);
      return bind.exposed && authMode !== "none" && perHour > MAX_TRIES_PER_HOUR
        ? {
            severity: "warn",
            detail: `gateway.auth.rateLimit lets one address try ${Math.round(perHour)} times an hour.`,
          }
        : undefined;
    },
  },
  ...proxyRows(),
];

/** Ten times what the default lets through. */
const MAX_TRIES_PER_HOUR = 1_200;

function placeholderRow(key: "token" | "password"): AuditRow {
  return {
    checkId: `gateway.${key}_placeholder_value`,
    title: `The gateway's ${key} is a placeholder`,
    reason: "A script that pasted an unset variable leaves a secret that everybody guesses first.",
    remediation: key === "token" ? NEW_TOKEN : "openclaw config set gateway.auth.password <secret>",
    look({ resolved }) {
      const value = valueAt(resolved, ["gateway", "auth", key]);
      return typeof value === "string" && PLACEHOLDERS.includes(value.trim())
        ? {
            severity: "critical",
            detail: `gateway.auth.${key} is ${value.trim() === "" ? "blank" : value.trim()}.`,
          }
        : undefined;
    },
  };
}

function isShort(secret: string | undefined, least: number): secret is string {
  return secret !== undefined && !PLACEHOLDERS.includes(secret) && secret.length < least;
}

/** What holds only when a proxy says who somebody is. */
function proxyRows(): AuditRow[] {
  const behindProxy = (facts: AuditFacts) => facts.authMode === "trusted-proxy";
  return [
    {
      checkId: "gateway.trusted_proxy_auth",
      title: "A proxy decides who is let in",
      reason:
        "The gateway believes the proxy's header: whoever can pass the proxy, or reach the port beside it, is in.",
      remediation:
        "See that only the proxy reaches the port, and that it removes the header from what clients send.",
      look: (facts) =>
        behindProxy(facts) ? { severity: "warn", detail: "gateway.auth.mode is trusted-proxy." } : undefined,
    },
    {
      checkId: "gateway.trusted_proxy_no_proxies",
      title: "No proxy is trusted",
      reason: "Without gateway.trustedProxies nobody can be told from the proxy, so nobody is let in.",
      remediation: `openclaw config set gateway.trustedProxies '["10.0.0.2"]'`,
      look: (facts) =>
        behindProxy(facts) && (facts.config.gateway.trustedProxies ?? []).length === 0
          ? { severity: "critical", detail: "gateway.trustedProxies is empty." }
          : undefined,
    },
    {
      checkId: "gateway.trusted_proxy_no_user_header",
      title: "The proxy's user header is not named",
      reason: "The gateway does not know which header carries the user.",
      remediation: "openclaw config set gateway.auth.trustedProxy.userHeader x-forwarded-user",
      look: (facts) =>
        behindProxy(facts) && facts.config.gateway.auth.trustedProxy === undefined
          ? { severity: "critical", detail: "gateway.auth.trustedProxy.userHeader is not set." }
          : undefined,
    },
    {
      checkId: "gateway.trusted_proxy_no_allowlist",
      title: "Every user of the proxy is let in",
      reason: "Who may sign in there may use this gateway, new colleagues included.",
      remediation: `openclaw config set gateway.auth.trustedProxy.allowUsers '["me@example.com"]'`,
      look: (facts) =>
        behindProxy(facts) && (facts.config.gateway.auth.trustedProxy?.allowUsers ?? []).length === 0
          ? { severity: "warn", detail: "gateway.auth.trustedProxy.allowUsers is empty." }
          : undefined,
    },
    {
      checkId: "gateway.trusted_proxy_allow_loopback",
      title: "Every program of this machine can pose as the proxy",
      reason: "A proxy on loopback cannot be told from any other local program.",
      remediation: "openclaw config unset gateway.auth.trustedProxy.allowLoopback",
      look: (facts) =>
        behindProxy(facts) && facts.config.gateway.auth.trustedProxy?.allowLoopback === true
          ? { severity: "warn", detail: "gateway.auth.trustedProxy.allowLoopback is true." }
          : undefined,
    },
  ];
}
