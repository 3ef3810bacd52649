import { isRecord } from "../../../client/index.ts";
import {
  rewriteJson5,
  sameValue,
  valueAt,
  withoutValue,
  withValue,
  wholeReference,
} from "../../../config/index.ts";
import type { Plan, PlanTarget } from "../plan/plan.ts";

/** Shorter secrets are found in ordinary words. */
const MIN_SOUGHT_CHARS = 8;

/** The configuration as the plan wants it: providers first, so that targets may refer to new ones. */
export function changedConfig(plan: Plan, config: unknown): unknown {
  let next = config;
  for (const alias of plan.providerDeletes) {
    next = withoutValue(next, ["secrets", "providers", alias]) ?? next;
  }
  for (const [alias, entry] of Object.entries(plan.providerUpserts)) {
    next = withValue(next, ["secrets", "providers", alias], entry);
  }
  for (const { steps, ref } of configTargets(plan)) {
    if (!sameValue(valueAt(next, steps), ref)) next = withValue(next, steps, { ...ref });
  }
  const left = valueAt(next, ["secrets", "providers"]);
  if (isRecord(left) && Object.keys(left).length === 0 && plan.providerDeletes.length > 0) {
    next = withoutValue(next, ["secrets", "providers"]) ?? next;
  }
  return next;
}

/** Targets in the configuration. */
export function configTargets({ targets }: Plan): PlanTarget[] {
  return targets.filter(({ type }) => type.profile === undefined);
}

/** Targets among the stored credentials. */
export function profileTargets({ targets }: Plan): PlanTarget[] {
  return targets.filter(({ type }) => type.profile !== undefined);
}

/** The secrets in plain text that the plan takes out of a configuration as it is written. */
export function plainTexts(plan: Plan, config: unknown): Set<string> {
  const texts = configTargets(plan).flatMap(({ steps }) => {
    const value = valueAt(config, steps);
    return isPlainText(value) ? [value.trim()] : [];
  });
  return new Set(texts);
}

/**
 * The text of an older configuration without what the plan has migrated: its places refer to the secrets too, whatever stood
 * in them. `undefined` when a migrated secret would still be in it, in a comment or elsewhere, or when it cannot be read.
 * `prefix` is where an included file stands in the whole.
 */
export function scrubbedCopy(
  text: string,
  plan: Plan,
  migrated: ReadonlySet<string>,
  prefix: readonly string[],
): string | undefined {
  let scrubbed = text;
  let shortest = MIN_SOUGHT_CHARS;
  try {
    const parsed: unknown = Bun.JSON5.parse(text);
    const whole = withValue({}, prefix, parsed);
    const held = configTargets(plan).filter(({ steps }) => isPlainText(valueAt(whole, steps)));
    if (held.length > 0) {
      const needed = prefix.length === 0 ? plan.providerUpserts : {};
      const next = changedConfig(
        { ...plan, targets: held, providerUpserts: needed, providerDeletes: [] },
        whole,
      );
      scrubbed = rewriteJson5(text, valueAt(next, prefix)).text;
    }
  } catch {
    // In a broken text no place can be found, so that even a short secret counts.
    shortest = 1;
  }
  const left = [...migrated].some((secret) => secret.length >= shortest && scrubbed.includes(secret));
  return left ? undefined : scrubbed;
}

function isPlainText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "" && wholeReference(value) === undefined;
}
