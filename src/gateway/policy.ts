import type { OpenClawConfig } from "../config/index.ts";
import { type AuthPolicy, DEFAULT_POLICY } from "./auth/index.ts";
import type { GatewaySettings } from "./start/settings.ts";

/** The rules of admission that follow from the configuration and from how this run was started. */
export function authPolicyOf(config: OpenClawConfig, settings: GatewaySettings): AuthPolicy {
  const { auth, nodes, controlUi, trustedProxies, allowRealIpFallback } = config.gateway;
  const { mode, token, password } = settings.credentials;
  const proxy = auth.trustedProxy;
  return {
    mode,
    token,
    password,
    allowTailscale: auth.allowTailscale ?? settings.tailscale.mode === "serve",
    trustedProxies: trustedProxies ?? [],
    allowRealIpFallback: allowRealIpFallback ?? false,
    trustedProxy: proxy && {
      userHeader: proxy.userHeader,
      requiredHeaders: proxy.requiredHeaders ?? [],
      allowUsers: proxy.allowUsers ?? [],
      allowLoopback: proxy.allowLoopback ?? false,
      deviceAutoApprove: {
        enabled: proxy.deviceAutoApprove?.enabled ?? false,
        scopes: proxy.deviceAutoApprove?.scopes,
      },
    },
    identityScopes: auth.identityScopes ?? {},
    rateLimit: { ...DEFAULT_POLICY.rateLimit, ...auth.rateLimit },
    allowedOrigins: settings.allowedOrigins,
    dangerouslyAllowHostHeaderOriginFallback: controlUi.dangerouslyAllowHostHeaderOriginFallback ?? false,
    pairing: {
      autoApproveLocal: nodes?.pairing?.autoApproveLocal ?? true,
      autoApproveCidrs: nodes?.pairing?.autoApproveCidrs ?? [],
    },
  };
}
