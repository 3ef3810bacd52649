import {
  type ConfigStore,
  displayPath,
  formatPath,
  type OpenClawConfig,
  partByReaders,
  type WriteOutcome,
} from "../../config/index.ts";
import { CliError, EXIT_FAILURE } from "../errors.ts";
import type { Session } from "../session.ts";
import { configFailure } from "./open.ts";
import type { Operation } from "./operations.ts";
import { checkReferences, type ReferenceCheck } from "./references.ts";
import { RELOAD_TEXT, reloadOutcome, RESTARTS_ITSELF } from "./reload-outcome.ts";

/** A change, ready to be made or only tried. */
export interface ConfigChange {
  /** Works on the configuration as written; throws `CliError` to refuse. */
  readonly change: (config: unknown) => unknown;
  /** What the change is called in the answer: the path, or the file. */
  readonly subject: string;
  readonly operations: number;
  readonly inputModes: readonly Operation["mode"][];
}

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly allowExec: boolean;
  readonly json: boolean;
}

/** Makes the change, or tries it, and says what became of it. Resolves to the exit code. */
export async function writeConfig(
  session: Session,
  store: ConfigStore<OpenClawConfig>,
  change: ConfigChange,
  options: WriteOptions,
): Promise<number | void> {
  if (options.allowExec && !options.dryRun) throw new CliError("--allow-exec goes with --dry-run only.");
  if (options.dryRun) return dryRun(session, store, change, options);
  try {
    report(session, change, await store.edit(change.change), options.json);
  } catch (error) {
    throw configFailure(error, { configPath: session.paths.configPath });
  }
}

function report(
  session: Session,
  change: ConfigChange,
  outcome: WriteOutcome<OpenClawConfig>,
  json: boolean,
): void {
  const { out, paths } = session;
  const { needs, restartsItself } = reloadOutcome(outcome);
  if (json) {
    out.json({
      ok: true,
      changed: outcome.changed,
      configPath: outcome.file,
      changedPaths: outcome.changedPaths,
      reload: needs,
      unread: partByReaders(outcome.changedPaths).unread,
    });
    return;
  }
  if (!outcome.changed) {
    out.line(`No change: ${change.subject} says so already.`);
    return;
  }
  out.line(`Updated ${change.subject}. ${RELOAD_TEXT[needs]}`);
  if (restartsItself) out.note(RESTARTS_ITSELF);
  for (const { path, message } of outcome.snapshot.warnings) out.warn(`! ${path}: ${message}`);
  if (!outcome.commentsKept) {
    out.warn(
      `The comments of ${displayPath(outcome.file, paths.home)} could not be kept; they are in its .bak file.`,
    );
  }
}

interface DryRunError {
  readonly kind: string;
  readonly message: string;
  readonly ref?: string;
}

async function dryRun(
  session: Session,
  store: ConfigStore<OpenClawConfig>,
  change: ConfigChange,
  options: WriteOptions,
): Promise<number | void> {
  const errors: DryRunError[] = [];
  let checked: ReferenceCheck = { refsChecked: 0, skippedExecRefs: 0, errors: [] };
  try {
    const outcome = await store.preview(change.change);
    checked = await checkReferences(session, outcome, options.allowExec);
    errors.push(...checked.errors);
  } catch (error) {
    errors.push(dryRunError(error));
  }
  const result = {
    ok: errors.length === 0,
    operations: change.operations,
    configPath: session.paths.configPath,
    inputModes: [...new Set(change.inputModes)],
    checks: { schema: true, resolvability: true, resolvabilityComplete: checked.skippedExecRefs === 0 },
    refsChecked: checked.refsChecked,
    skippedExecRefs: checked.skippedExecRefs,
    ...(errors.length > 0 && { errors }),
  };
  const { out } = session;
  if (options.json) {
    out.json(result);
    return result.ok ? undefined : EXIT_FAILURE;
  }
  if (errors.length > 0) {
    throw new CliError(
      ["Dry run failed; nothing was written.", ...errors.map(({ message }) => `  × ${message}`)].join("\n"),
    );
  }
  out.line(`Dry run successful: ${change.subject} can be updated.`);
  if (checked.skippedExecRefs > 0) {
    out.note(
      `Dry run note: skipped ${checked.skippedExecRefs} exec secret(s); add --allow-exec to run their commands.`,
    );
  }
}

function dryRunError(error: unknown): DryRunError {
  const failure = configFailure(error);
  if (!(failure instanceof CliError)) throw failure;
  const { kind } = failure.fields;
  return { kind: typeof kind === "string" ? kind : "schema", message: failure.message };
}

/** The name of a change of one or more paths. */
export function subjectOf(operations: readonly Operation[]): string {
  const [first, ...others] = operations;
  if (!first) return "nothing";
  return others.length === 0 ? formatPath(first.path) : `${operations.length} paths`;
}
