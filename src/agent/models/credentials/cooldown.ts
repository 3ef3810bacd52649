import type { AuthProfileState } from "../../../store/index.ts";
import { COOLDOWNS_MS, DISABLED_MS } from "../limits.ts";
import type { FailureKind } from "../model.ts";

/** The state of a credential after one more failure of this kind. */
export function afterFailure(
  state: AuthProfileState | undefined,
  failure: { readonly id: string; readonly kind: FailureKind; readonly revoked?: boolean },
  now: number,
): AuthProfileState {
  const failures = (state?.failures ?? 0) + 1;
  const step = Math.min(failures, COOLDOWNS_MS.length) - 1;
  const rests =
    failure.kind === "billing" || failure.revoked === true ? DISABLED_MS : (COOLDOWNS_MS[step] ?? 0);
  return {
    id: failure.id,
    ...(state?.lastUsedAt !== undefined && { lastUsedAt: state.lastUsedAt }),
    cooldownUntil: now + rests,
    reason: failure.kind,
    failures,
  };
}

/** Failures that speak against the credential, or the account behind it. */
export function countsAgainstCredential(kind: FailureKind): boolean {
  switch (kind) {
    case "rate_limit":
    case "auth":
    case "billing":
    case "overloaded":
    case "timeout":
    case "server":
      return true;
    case "network":
    case "format":
    case "refusal":
    case "context_overflow":
    case "unknown":
      return false;
  }
}

/** Epoch ms until which it rests; undefined when it may be used. */
export function restsUntil(state: AuthProfileState | undefined, now: number): number | undefined {
  const until = state?.cooldownUntil;
  return until !== undefined && until > now ? until : undefined;
}
