import type { ConnectAuth } from "../../protocol/index.ts";
import { type AddressRanges, type Attribution, type PeerFacts, proxyUser, type Whois } from "./peer/index.ts";
import type { AuthMethod, AuthPolicy } from "./policy.ts";
import type { Caller, FailureLimiter, Strike } from "./rate-limit.ts";
import type { AuthReason } from "./refusals.ts";
import { isUsableSecret, sameSecret } from "./secrets.ts";

/** What a caller without a device is judged by, or why it has nothing to show. */
export type CredentialResult =
  | { readonly ok: true; readonly method: AuthMethod; readonly user?: string | undefined }
  | {
      readonly ok: false;
      readonly reason: AuthReason;
      readonly retryAfterMs?: number | undefined;
      /** Already counted; taken back when the device's own token turns out good. */
      readonly strike?: Strike | undefined;
    };

/** The policy with its address lists parsed. */
export interface CompiledPolicy extends AuthPolicy {
  readonly proxies: AddressRanges;
  readonly autoApproveRanges: AddressRanges;
}

/** One attempt to get in. */
export interface Attempt {
  readonly auth: Pick<ConnectAuth, "token" | "password" | "deviceToken" | "bootstrapToken">;
  readonly peer: PeerFacts;
  readonly attribution: Attribution;
  readonly caller: Caller;
  /** Whether this surface takes Tailscale identities; plain HTTP routes do not. */
  readonly tailscale: boolean;
}

/** Checks shared secrets and network identities; devices come after. */
export class CredentialCheck {
  constructor(
    private readonly deps: {
      readonly limiter: FailureLimiter;
      readonly whois: Whois;
      readonly localAddresses: () => readonly string[];
    },
  ) {}

  /** Judges one attempt by the mode in force. Never throws; a missing credential is no failure. */
  async check(attempt: Attempt, policy: CompiledPolicy): Promise<CredentialResult> {
    if (attempt.attribution.kind === "unattributable")
      return { ok: false, reason: "proxy_attribution_required" };
    switch (policy.mode) {
      case "none":
        return this.checkNone(attempt);
      case "trusted-proxy":
        return this.checkProxy(attempt, policy);
      case "token":
      case "password": {
        const tailscale = await this.checkTailscale(attempt, policy);
        if (tailscale?.ok) return tailscale;
        const given = givenSecret(policy.mode, attempt.auth);
        if (given === undefined && tailscale !== undefined) return tailscale;
        return this.checkSecret(policy.mode, policy[policy.mode], given, attempt.caller);
      }
    }
  }

  private checkNone({ attribution, peer }: Attempt): CredentialResult {
    // Funnel is the public internet: nothing is open to it.
    const isPublic =
      attribution.kind === "tailscale-funnel" || peer.headers.get("tailscale-funnel-request") !== null;
    return isPublic ? { ok: false, reason: "gateway_auth_required" } : { ok: true, method: "none" };
  }

  private checkProxy(attempt: Attempt, policy: CompiledPolicy): CredentialResult {
    const { peer, attribution, auth, caller } = attempt;
    const source = { trustedProxies: policy.proxies, localAddresses: this.deps.localAddresses };
    const found = proxyUser(peer, policy.trustedProxy, source);
    if ("user" in found) {
      return attribution.kind === "trusted-proxy"
        ? { ok: true, method: "trusted-proxy", user: found.user }
        : { ok: false, reason: "proxy_attribution_required" };
    }
    if (attribution.kind === "direct-local" && auth.password && isUsableSecret(policy.password)) {
      return this.checkSecret("password", policy.password, auth.password, caller);
    }
    return { ok: false, reason: found.reason };
  }

  /** Undefined when this attempt does not come with a tailnet identity to judge. */
  private async checkTailscale(
    attempt: Attempt,
    policy: CompiledPolicy,
  ): Promise<CredentialResult | undefined> {
    const { attribution, auth, peer } = attempt;
    if (!attempt.tailscale || !policy.allowTailscale || attribution.kind !== "tailscale-serve")
      return undefined;
    if (auth.token || auth.password) return undefined;
    const claimed = peer.headers.get("tailscale-user-login")?.trim();
    if (!claimed) return { ok: false, reason: "tailscale_user_missing" };
    try {
      const identity = await this.deps.whois.lookup(attribution.clientIp);
      if (identity === undefined) return { ok: false, reason: "tailscale_whois_failed" };
      return identity.login.toLowerCase() === claimed.toLowerCase()
        ? { ok: true, method: "tailscale", user: identity.login }
        : { ok: false, reason: "tailscale_user_mismatch" };
    } catch {
      return { ok: false, reason: "tailscale_whois_failed" };
    }
  }

  private checkSecret(
    kind: "token" | "password",
    expected: string | undefined,
    given: string | undefined,
    caller: Caller,
  ): CredentialResult {
    if (!isUsableSecret(expected)) return { ok: false, reason: `${kind}_missing_config` };
    if (given === undefined) return { ok: false, reason: `${kind}_missing` };
    const locked = this.deps.limiter.lockedFor(caller, "shared-secret");
    if (locked !== undefined) return { ok: false, reason: "rate_limited", retryAfterMs: locked };
    if (!sameSecret(given, expected)) {
      return {
        ok: false,
        reason: `${kind}_mismatch`,
        strike: this.deps.limiter.strike(caller, "shared-secret"),
      };
    }
    this.deps.limiter.clear(caller, "shared-secret");
    return { ok: true, method: kind };
  }
}

/** Either field may carry the secret; the one named like the mode wins. Empty is absent. */
function givenSecret(mode: "token" | "password", auth: Attempt["auth"]): string | undefined {
  const [first, second] = mode === "token" ? [auth.token, auth.password] : [auth.password, auth.token];
  return first || second || undefined;
}
