import type { OpenClawConfig } from "../../../config/index.ts";
import type { AuthProfileState } from "../../../store/index.ts";
import { type Credential, KIND_RANK } from "./credential.ts";
import { restsUntil } from "./cooldown.ts";

/** What decides who goes first. */
export interface OrderRules {
  /** Order a person stored for this gateway. */
  readonly stored: readonly string[] | undefined;
  /** `auth.order.<provider>`. */
  readonly configured: readonly string[] | undefined;
  /** Ids of `auth.profiles` of this provider. */
  readonly profiles: readonly string[];
}

/** Reads the rules of one provider out of the configuration. */
export function orderRules(
  config: OpenClawConfig,
  provider: string,
  stored: readonly string[] | undefined,
): OrderRules {
  const auth = config.auth;
  const profiles = Object.entries(auth?.profiles ?? {});
  return {
    stored,
    configured: auth?.order?.[provider],
    profiles: profiles.filter(([, profile]) => profile.provider === provider).map(([id]) => id),
  };
}

/**
 * Stored profiles in the order in which they are tried. An explicit order also leaves out what it does not name; without
 * one it is login before token before key, and within these the one that was not used for longest.
 */
export function orderStored(
  stored: readonly Credential[],
  rules: OrderRules,
  states: ReadonlyMap<string, AuthProfileState>,
): Credential[] {
  const explicit =
    rules.stored ?? rules.configured ?? (rules.profiles.length > 0 ? rules.profiles : undefined);
  if (explicit !== undefined) {
    return explicit.flatMap((id) => stored.find((credential) => credential.profileId === id) ?? []);
  }
  const usedAt = ({ profileId }: Credential) => states.get(profileId)?.lastUsedAt ?? 0;
  return [...stored].sort((a, b) => KIND_RANK[a.kind] - KIND_RANK[b.kind] || usedAt(a) - usedAt(b));
}

/** Puts `first` at the head, and whoever rests behind those who do not, the soonest back first. */
export function orderForUse(
  credentials: readonly Credential[],
  states: ReadonlyMap<string, AuthProfileState>,
  now: number,
  first: string | undefined,
): { readonly ready: Credential[]; readonly resting: readonly { credential: Credential; until: number }[] } {
  const ready: Credential[] = [];
  const resting: { credential: Credential; until: number }[] = [];
  for (const credential of credentials) {
    const until = restsUntil(states.get(credential.profileId), now);
    if (until !== undefined) resting.push({ credential, until });
    else if (credential.profileId === first) ready.unshift(credential);
    else ready.push(credential);
  }
  return { ready, resting: resting.sort((a, b) => a.until - b.until) };
}
