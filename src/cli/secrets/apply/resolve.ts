import { formatPath, type SecretRef, valueAt } from "../../../config/index.ts";
import { CliError } from "../../errors.ts";
import { secretWorld } from "../../rpc/secret-world.ts";
import type { Session } from "../../session.ts";

/** A place that refers to a secret. */
export interface RefSite {
  readonly path: string;
  readonly ref: SecretRef;
}

/** What came of asking the providers. */
export interface Resolved {
  readonly refsChecked: number;
  readonly skippedExecRefs: number;
  /** Values by path. */
  readonly values: ReadonlyMap<string, string>;
  /** Why there is none, by path. */
  readonly failures: ReadonlyMap<string, { readonly code: string; readonly message: string }>;
}

/** The configuration whose providers are asked, and the variables they may use. */
export interface Sources {
  readonly resolved: unknown;
  readonly variables: Readonly<Record<string, string>>;
}

/** Asks each provider once for all it holds; programs run only with `allowExec`, and else only their entries are looked at. */
export async function resolveRefs(
  session: Session,
  sites: readonly RefSite[],
  { resolved, variables }: Sources,
  allowExec: boolean,
): Promise<Resolved> {
  const { askProvider, providerEntry, refKey, SecretFailure } = await import("../../../secrets/index.ts");
  const secrets = valueAt(resolved, ["secrets"]);
  const world = await secretWorld(session);
  const refs = new Map(sites.map(({ ref }) => [refKey(ref), ref]));
  const groups = Map.groupBy(refs.values(), ({ source, provider }) => `${source}:${provider}`);
  const answers = new Map<string, string | InstanceType<typeof SecretFailure>>();
  let skippedExecRefs = 0;
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    if (first.source === "exec" && !allowExec) {
      skippedExecRefs += group.length;
      try {
        providerEntry(first, secrets);
      } catch (failure) {
        if (!(failure instanceof SecretFailure)) throw failure;
        for (const ref of group) answers.set(refKey(ref), failure);
      }
      continue;
    }
    const given = await askProvider(group, secrets, variables, world);
    group.forEach((ref, index) =>
      answers.set(refKey(ref), given[index] ?? new SecretFailure("FAILED", "its provider gave no answer")),
    );
  }
  const values = new Map<string, string>();
  const failures = new Map<string, { code: string; message: string }>();
  for (const { path, ref } of sites) {
    const answer = answers.get(refKey(ref));
    if (typeof answer === "string") values.set(path, answer);
    else if (answer !== undefined) failures.set(path, { code: answer.code, message: answer.message });
  }
  return { refsChecked: refs.size - skippedExecRefs, skippedExecRefs, values, failures };
}

/** Refuses when a reference has no value. Throws `CliError`. */
export function refuseUnresolved({ failures }: Resolved): void {
  if (failures.size === 0) return;
  const lines = [...failures].map(([path, { message }]) => `  × ${path}: ${message}`);
  throw new CliError(["Secrets that the plan refers to cannot be read:", ...lines].join("\n"), {
    hint: "Nothing was written. Make them available, then try again with --dry-run.",
    beside: { unresolved: [...failures].map(([path, { code, message }]) => ({ path, code, message })) },
  });
}

/** A path as it is shown. */
export function shownPath(steps: readonly string[]): string {
  return formatPath([...steps]);
}
