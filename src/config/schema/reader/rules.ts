import type { ConfigIssue } from "./issue.ts";
import type { OpenClawConfig } from "../root.ts";

type Gateway = OpenClawConfig["gateway"];

interface Rule {
  /** Path of the key to change. */
  readonly path: string;
  /** What is wrong and what mends it; `undefined` when the rule is kept. */
  broken(gateway: Gateway): string | undefined;
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

function isSet(value: unknown): boolean {
  return typeof value === "string" ? value.trim() !== "" : value !== undefined;
}

function isLoopbackBind({ bind, customBindHost }: Gateway): boolean {
  return bind === "loopback" || (bind === "custom" && customBindHost?.startsWith("127.") === true);
}

function isHttpUrl(value: string): boolean {
  const url = URL.parse(value);
  return url?.protocol === "https:" || url?.protocol === "http:";
}

function usesPassword({ auth }: Gateway): boolean {
  return auth.mode === "password" || (auth.mode === undefined && isSet(auth.password));
}

/** Keys of `gateway` that have to agree with each other. */
export const RULES: readonly Rule[] = [
  {
    path: "gateway.auth.mode",
    broken: ({ auth }) =>
      auth.mode === undefined && isSet(auth.token) && isSet(auth.password)
        ? 'gateway.auth.token and gateway.auth.password are both set: set gateway.auth.mode to "token" or "password"'
        : undefined,
  },
  {
    path: "gateway.auth.trustedProxy",
    broken: ({ auth }) =>
      auth.mode === "trusted-proxy" && auth.trustedProxy === undefined
        ? "needed with gateway.auth.mode=trusted-proxy: set gateway.auth.trustedProxy.userHeader"
        : undefined,
  },
  {
    path: "gateway.trustedProxies",
    broken: ({ auth, trustedProxies }) =>
      auth.mode === "trusted-proxy" && trustedProxies.length === 0
        ? "needed with gateway.auth.mode=trusted-proxy: list the addresses of the proxy"
        : undefined,
  },
  {
    path: "gateway.customBindHost",
    broken: ({ bind, customBindHost }) => {
      if (customBindHost !== undefined && !IPV4.test(customBindHost)) return "must be an IPv4 address";
      return bind === "custom" && customBindHost === undefined
        ? "needed with gateway.bind=custom: set an IPv4 address of this machine"
        : undefined;
    },
  },
  {
    path: "gateway.bind",
    broken: (gateway) =>
      gateway.tailscale.mode !== "off" && !isLoopbackBind(gateway)
        ? `must stay on loopback with gateway.tailscale.mode=${gateway.tailscale.mode}: set gateway.bind to "loopback"`
        : undefined,
  },
  {
    path: "gateway.auth.mode",
    broken: ({ auth, tailscale }) =>
      tailscale.mode === "serve" && auth.mode === "none"
        ? 'gateway.tailscale.mode=serve needs authentication: set gateway.auth.mode to "token" or "password"'
        : undefined,
  },
  {
    path: "gateway.auth.mode",
    broken: (gateway) =>
      gateway.tailscale.mode === "funnel" && !usesPassword(gateway)
        ? 'gateway.tailscale.mode=funnel needs a password: set gateway.auth.mode to "password" and gateway.auth.password'
        : undefined,
  },
  {
    path: "gateway.tls",
    broken: ({ tls }) => {
      if (!tls.enabled) return undefined;
      if (isSet(tls.certPath) !== isSet(tls.keyPath))
        return "certPath and keyPath belong together: set both or none";
      return !tls.autoGenerate && !isSet(tls.certPath)
        ? "no certificate: set certPath and keyPath, or autoGenerate to true"
        : undefined;
    },
  },
  {
    path: "gateway.publicOrigin",
    broken: ({ publicOrigin }) =>
      publicOrigin !== undefined && !isHttpUrl(publicOrigin) ? "must be an http or https URL" : undefined,
  },
];

/** The rules `gateway` breaks. */
export function brokenRules(gateway: Gateway): ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  for (const { path, broken } of RULES) {
    const message = broken(gateway);
    if (message !== undefined) issues.push({ path, kind: "conflict", message });
  }
  return issues;
}
