import { canonicalOrigin, attribute, judgeOrigin, type PeerFacts } from "./peer/index.ts";
import type { CompiledPolicy, CredentialCheck } from "./credentials.ts";
import type { AuthMethod } from "./policy.ts";
import { callerOf } from "./rate-limit.ts";
import { declaredScopes, HTTP_OPERATOR_SCOPES } from "./session-scopes.ts";

/** An HTTP answer that ends a request before its route is reached. */
export interface HttpRefusal {
  readonly ok: false;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text, or what `content-type` says. */
  readonly body: string;
  /** Hold the answer back this long. */
  readonly delayMs?: number | undefined;
}

/** The operator behind an HTTP request. */
export interface HttpOperator {
  readonly ok: true;
  readonly method: AuthMethod;
  readonly scopes: readonly string[];
  /** False when the caller gave up being the owner by declaring narrower scopes. */
  readonly owner: boolean;
  /** The identity the proxy vouched for. */
  readonly user?: string | undefined;
}

/** Refuses what a proxy we do not know forwarded; undefined when the sender is plain. */
export function refuseUnattributable(peer: PeerFacts, policy: CompiledPolicy): HttpRefusal | undefined {
  const rules = { trustedProxies: policy.proxies, allowRealIpFallback: policy.allowRealIpFallback };
  if (attribute(peer, rules).kind !== "unattributable") return undefined;
  return refuse(
    403,
    "proxy_attribution_required",
    "Proxy client attribution is required. Configure gateway.trustedProxies narrowly and make the proxy overwrite or " +
      "safely rebuild forwarded client headers.",
  );
}

/** Authenticates a request by `Authorization: Bearer`, or by what the mode offers instead. */
export async function authorizeHttp(
  peer: PeerFacts,
  policy: CompiledPolicy,
  credentials: CredentialCheck,
): Promise<HttpOperator | HttpRefusal> {
  const unattributable = refuseUnattributable(peer, policy);
  if (unattributable !== undefined) return unattributable;
  const attribution = attribute(peer, {
    trustedProxies: policy.proxies,
    allowRealIpFallback: policy.allowRealIpFallback,
  });
  const bearer = /^Bearer\s+(\S.*)$/i.exec(peer.headers.get("authorization") ?? "")?.[1]?.trim();
  const result = await credentials.check(
    {
      auth: { token: bearer, password: bearer },
      peer,
      attribution,
      caller: callerOf(attribution, peer.origin),
      tailscale: false,
    },
    policy,
  );
  if (!result.ok) {
    if (result.reason === "rate_limited") return refuseLocked(result.retryAfterMs ?? 0);
    const refused = refuse(401, "unauthorized", "Unauthorized");
    return result.strike?.delayMs ? { ...refused, delayMs: result.strike.delayMs } : refused;
  }
  if (result.method === "token" || result.method === "password") {
    return { ok: true, method: result.method, scopes: HTTP_OPERATOR_SCOPES, owner: true };
  }
  // Without a secret in the request, a page from elsewhere could send it in its reader's name.
  const directLocal = attribution.kind === "direct-local";
  if (!isOwnPage(peer, directLocal, policy)) {
    const from = canonicalOrigin(peer.origin) ?? "another site";
    return refuse(403, "forbidden", `origin not allowed: ${from} is not in gateway.controlUi.allowedOrigins`);
  }
  const declared = declaredScopes(peer.headers);
  return {
    ok: true,
    method: result.method,
    scopes: declared ?? HTTP_OPERATOR_SCOPES,
    owner: declared === undefined || declared.includes("operator.admin"),
    user: result.user,
  };
}

function isOwnPage(peer: PeerFacts, directLocal: boolean, policy: CompiledPolicy): boolean {
  if (peer.origin === undefined) return peer.headers.get("sec-fetch-site") !== "cross-site";
  return judgeOrigin(peer.origin, peer.host, directLocal, {
    allowedOrigins: policy.allowedOrigins,
    allowHostHeaderFallback: policy.dangerouslyAllowHostHeaderOriginFallback,
  }).ok;
}

function refuseLocked(retryAfterMs: number): HttpRefusal {
  const message = "Too many failed authentication attempts. Please try again later.";
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return refuse(429, "rate_limited", message, { "retry-after": String(seconds) });
}

function refuse(
  status: number,
  type: string,
  message: string,
  extra: Readonly<Record<string, string>> = {},
): HttpRefusal {
  const headers = { "content-type": "application/json; charset=utf-8", ...extra };
  return { ok: false, status, headers, body: JSON.stringify({ error: { message, type } }) };
}
