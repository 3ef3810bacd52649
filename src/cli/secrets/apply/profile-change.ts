import { CliError } from "../../errors.ts";
import type { Plan, PlanTarget } from "../plan/plan.ts";
import { nameIn } from "../plan/targets.ts";
import type { HeldChange, HeldSecret } from "../profiles.ts";
import { configTargets, profileTargets } from "./config-change.ts";

/** What happens to the stored credentials, and what a person should know of it. */
export interface ProfilePlan {
  readonly changes: readonly HeldChange[];
  /** Fingerprints of the secrets that go. */
  readonly fingerprints: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

/** True when the plan has to do with stored credentials at all. */
export function touchesProfiles(plan: Plan): boolean {
  return profileTargets(plan).length > 0 || (plan.scrubAuthProfiles && migratedProviders(plan).size > 0);
}

/**
 * Stored credentials that get a reference, and those that go because the configuration now refers to the key of their
 * provider. `isLogin` tells profiles that the configuration makes logins of. Throws `CliError`.
 */
export function planProfiles(
  plan: Plan,
  held: readonly HeldSecret[],
  {
    canonical,
    isLogin,
  }: { canonical: (provider: string) => string; isLogin: (profileId: string) => boolean },
): ProfilePlan {
  const changes: HeldChange[] = [];
  const warnings: string[] = [];
  const gone: HeldSecret[] = [];
  for (const target of profileTargets(plan)) {
    const id = nameIn(target.type.pattern, target.steps) ?? "";
    if (isLogin(id)) throw new CliError(`auth.profiles.${id} is of mode oauth, which cannot be a reference.`);
    const before = held.find(({ profileId }) => profileId === id);
    const change = changeOf(target, id, before, canonical);
    if (change === undefined) continue;
    changes.push(change);
    if (before !== undefined) gone.push(before);
  }
  const providers = plan.scrubAuthProfiles ? migratedProviders(plan) : new Set<string>();
  const named = new Set(profileTargets(plan).map(({ type, steps }) => nameIn(type.pattern, steps)));
  for (const one of held) {
    if (named.has(one.profileId) || ![...providers].some((name) => canonical(name) === one.provider))
      continue;
    if (one.holds === "login") {
      warnings.push(`${one.profileId} is a login; it still goes before the key of ${one.provider}.`);
    } else if (one.holds === "reference") {
      warnings.push(
        `${one.profileId} refers to a secret of its own; it still goes before the configuration.`,
      );
    } else {
      changes.push({ profileId: one.profileId, seenAt: one.updatedAt });
      gone.push(one);
      warnings.push(
        `${one.profileId}, a stored key of ${one.provider}, is removed: the configuration has its place.`,
      );
    }
  }
  const fingerprints = gone.flatMap(({ fingerprint }) => fingerprint ?? []);
  return { changes, fingerprints: new Set(fingerprints), warnings };
}

function changeOf(
  { type, path, ref, authProfileProvider }: PlanTarget,
  profileId: string,
  before: HeldSecret | undefined,
  canonical: (provider: string) => string,
): HeldChange | undefined {
  const kind = type.profile ?? "api_key";
  if (before === undefined) {
    if (authProfileProvider === undefined)
      throw new CliError(
        `Cannot create auth profile "${profileId}" for ${path} without authProfileProvider.`,
      );
    if (!profileId.startsWith(`${canonical(authProfileProvider)}:`))
      throw new CliError(
        `An auth profile of ${authProfileProvider} is called ${authProfileProvider}:NAME, not "${profileId}".`,
      );
    return { profileId, seenAt: null, ref, provider: authProfileProvider, type: kind };
  }
  if (before.type !== kind)
    throw new CliError(
      `Auth profile "${profileId}" type mismatch for ${path}: expected "${kind}", got "${before.type}".`,
    );
  if (before.holds === "reference" && Bun.deepEquals(before.ref, ref)) return undefined;
  return { profileId, seenAt: before.updatedAt, ref, type: kind };
}

/** Model providers whose key the plan takes out of the configuration. */
function migratedProviders(plan: Plan): Set<string> {
  const keys = configTargets(plan).filter(({ type }) => type.id === "models.providers.apiKey");
  return new Set(keys.flatMap(({ type, steps }) => nameIn(type.pattern, steps) ?? []));
}
