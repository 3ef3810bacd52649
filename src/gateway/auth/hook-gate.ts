import type { Clock } from "../../lib/clock.ts";
import type { CompiledPolicy } from "./credentials.ts";
import { type HttpRefusal, refuseUnattributable } from "./http.ts";
import { HOOK_FAILURE_WINDOW_MS, HOOK_FAILURES } from "./limits.ts";
import { attribute, type PeerFacts } from "./peer/index.ts";
import { callerOf, FailureLimiter } from "./rate-limit.ts";
import { isUsableSecret, sameSecret } from "./secrets.ts";

/** Lets in who shows the hook token, from this machine as well: what sends hooks is no operator. */
export class HookGate {
  readonly #policy: () => CompiledPolicy;
  readonly #failures: FailureLimiter;

  constructor(policy: () => CompiledPolicy, clock: Clock) {
    this.#policy = policy;
    this.#failures = new FailureLimiter(
      {
        maxAttempts: HOOK_FAILURES,
        windowMs: HOOK_FAILURE_WINDOW_MS,
        lockoutMs: HOOK_FAILURE_WINDOW_MS,
        exemptLoopback: false,
      },
      clock,
    );
  }

  /** Why a request is not let in, in plain text; undefined when it is. Nobody is while `token` is blank. */
  refusal(peer: PeerFacts, token: string | undefined): HttpRefusal | undefined {
    const policy = this.#policy();
    const unattributable = refuseUnattributable(peer, policy);
    if (unattributable) return unattributable;
    const from = attribute(peer, {
      trustedProxies: policy.proxies,
      allowRealIpFallback: policy.allowRealIpFallback,
    });
    const caller = callerOf(from, peer.origin);
    const lockedMs = this.#failures.lockedFor(caller, "hook-token");
    if (lockedMs !== undefined) {
      return refuse(429, "Too Many Requests", { "retry-after": String(Math.ceil(lockedMs / 1_000)) });
    }
    const given = givenBy(peer.headers);
    if (given !== undefined && isUsableSecret(token) && sameSecret(given, token)) {
      this.#failures.clear(caller, "hook-token");
      return undefined;
    }
    this.#failures.strike(caller, "hook-token");
    return refuse(401, "Unauthorized");
  }
}

/** The bearer token goes before the header of our own. */
function givenBy(headers: Headers): string | undefined {
  const bearer = /^Bearer\s+(\S.*)$/i.exec(headers.get("authorization") ?? "")?.[1]?.trim();
  return bearer ?? headers.get("x-openclaw-token")?.trim();
}

function refuse(status: number, body: string, extra: Readonly<Record<string, string>> = {}): HttpRefusal {
  return { ok: false, status, headers: { "content-type": "text/plain; charset=utf-8", ...extra }, body };
}
