import { isObject, sameValue, valueAt } from "../config/index.ts";
import type { Logger } from "../lib/logger.ts";
import { SecretFailure } from "./errors.ts";
import { askProvider, providerEntry, type ProviderWorld, type SecretAnswer } from "./providers.ts";
import { readRef, refKey, type SecretRef } from "./ref.ts";
import type { DegradedOwner, SecretsInput } from "./resolver.ts";

/** A stored credential that refers to its secret. */
export interface StoredSite {
  readonly profileId: string;
  /** As it is stored; it was not checked. */
  readonly ref: unknown;
}

/** What was read last, with what it was read from. */
interface Known {
  readonly value: string;
  readonly entry: unknown;
}

/**
 * Reads the secrets that stored credentials refer to. A value that cannot be read again stays in use as long as its reference
 * and its provider are what they were; what never had one is `cold`.
 */
export class StoredSecrets {
  readonly #deps: ProviderWorld & { readonly logger: Logger };
  #known = new Map<string, Known>();
  #degraded: readonly DegradedOwner[] = [];

  constructor(deps: ProviderWorld & { readonly logger: Logger }) {
    this.#deps = deps;
  }

  /** Credentials that were without, or with an old, secret at the last reading. */
  get degraded(): readonly DegradedOwner[] {
    return this.#degraded;
  }

  /** The values, in order; undefined for one that is not to be had. Never throws. */
  async read(sites: readonly StoredSite[], input: SecretsInput<unknown>): Promise<(string | undefined)[]> {
    const answers = await askAll(sites, input, this.#deps);
    const known = new Map<string, Known>();
    const degraded: DegradedOwner[] = [];
    const values = sites.map(({ profileId }, index) => {
      const { ref, answer } = answers[index] ?? { answer: new SecretFailure("FAILED", "no answer") };
      const key = ref && refKey(ref);
      const entry = ref && entryOf(ref, input.config);
      const before = key === undefined ? undefined : this.#known.get(key);
      const old =
        answer instanceof SecretFailure && answer.code !== "PLACEHOLDER" && sameValue(before?.entry, entry)
          ? before?.value
          : undefined;
      const value = typeof answer === "string" ? answer : old;
      if (key !== undefined && value !== undefined) known.set(key, { value, entry });
      if (answer instanceof SecretFailure) {
        degraded.push({
          owner: `auth-profiles.${profileId}`,
          state: value === undefined ? "cold" : "stale",
          paths: [`profiles.${profileId}`],
          reason: `secret unavailable (${answer.code})`,
        });
      }
      return value;
    });
    this.#known = known;
    this.#degraded = degraded;
    for (const { owner, state, reason, paths } of degraded) {
      const retry = "openclaw secrets reload";
      const fields = { code: "SECRETS_DEGRADED", owner, state, paths, retry };
      this.#deps.logger.warn(`SECRETS_DEGRADED ${owner} is ${state}: ${reason}`, fields);
    }
    return values;
  }
}

interface Answered {
  readonly ref?: SecretRef;
  readonly answer: SecretAnswer;
}

/** Asks each provider once for everything it holds. */
async function askAll(
  sites: readonly StoredSite[],
  { config, variables }: SecretsInput<unknown>,
  world: ProviderWorld,
): Promise<Answered[]> {
  const refs = sites.map(({ ref }) => readRef(withProvider(ref, config)));
  const asked = refs.filter((ref) => typeof ref !== "string");
  const groups = Map.groupBy(asked, ({ source, provider }) => `${source}:${provider}`);
  const answers = new Map<string, SecretAnswer>();
  await Promise.all(
    [...groups.values()].map(async (group) => {
      const given = await askProvider(group, valueAt(config, ["secrets"]), variables, world);
      group.forEach((ref, index) => {
        const answer = given[index];
        if (answer !== undefined) answers.set(refKey(ref), answer);
      });
    }),
  );
  return refs.map((ref) =>
    typeof ref === "string"
      ? { answer: new SecretFailure("INVALID_REF", ref) }
      : { ref, answer: answers.get(refKey(ref)) ?? new SecretFailure("FAILED", "no answer") },
  );
}

/** A reference without a provider means the default one of its source. */
function withProvider(ref: unknown, config: unknown): unknown {
  if (!isObject(ref) || typeof ref["provider"] === "string" || typeof ref["source"] !== "string") return ref;
  const usual = valueAt(config, ["secrets", "defaults", ref["source"]]);
  return typeof usual === "string" ? { ...ref, provider: usual } : ref;
}

function entryOf(ref: SecretRef, config: unknown): unknown {
  try {
    return providerEntry(ref, valueAt(config, ["secrets"]));
  } catch {
    // A provider that is not set up has nothing to compare.
    return undefined;
  }
}
