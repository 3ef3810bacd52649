import {
  formatPath,
  isSensitivePath,
  type OpenClawConfig,
  parsePath,
  startsWithPath,
  valueAt,
  type WriteOutcome,
} from "../../config/index.ts";
import { secretWorld } from "../rpc/secret-world.ts";
import type { Session } from "../session.ts";

/** What came of resolving the secrets that a change refers to. */
export interface ReferenceCheck {
  readonly refsChecked: number;
  readonly skippedExecRefs: number;
  readonly errors: readonly {
    readonly kind: "resolvability";
    readonly message: string;
    readonly ref: string;
  }[];
}

/** Resolves the references the change touches; programs run only with `allowExec`. */
export async function checkReferences(
  session: Session,
  outcome: WriteOutcome<OpenClawConfig>,
  allowExec: boolean,
): Promise<ReferenceCheck> {
  const { askProvider, collectSecrets, refKey, SecretFailure } = await import("../../secrets/index.ts");
  const changedPaths = outcome.changedPaths.map((path) => parsePath(path) ?? []);
  const providersChanged = changedPaths.some(([root]) => root === "secrets");
  const config = outcome.snapshot.resolved;
  const world = await secretWorld(session);
  const errors: ReferenceCheck["errors"][number][] = [];
  let refsChecked = 0;
  let skippedExecRefs = 0;
  for (const { path, ref } of collectSecrets(config, isSensitivePath)) {
    const touched = changedPaths.some((at) => startsWithPath(path, at) || startsWithPath(at, path));
    if (!touched && !providersChanged) continue;
    if (ref instanceof SecretFailure) {
      errors.push({
        kind: "resolvability",
        message: `${formatPath(path)}: ${ref.message}`,
        ref: formatPath(path),
      });
      continue;
    }
    if (ref.source === "exec" && !allowExec) {
      skippedExecRefs += 1;
      continue;
    }
    refsChecked += 1;
    const [answer] = await askProvider(
      [ref],
      valueAt(config, ["secrets"]),
      outcome.snapshot.variables,
      world,
    );
    if (typeof answer === "string") continue;
    const reason = answer?.message ?? "its provider gave no answer";
    errors.push({ kind: "resolvability", message: `${formatPath(path)}: ${reason}`, ref: refKey(ref) });
  }
  return { refsChecked, skippedExecRefs, errors };
}
