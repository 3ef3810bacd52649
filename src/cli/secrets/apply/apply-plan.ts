import { readFileSync } from "node:fs";
import {
  type ConfigSnapshot,
  type ConfigStore,
  type KeptCopy,
  type OpenClawConfig,
  rewriteCopies,
  valueAt,
  withoutAssignments,
  withWriteLock,
  writeFileAtomic,
} from "../../../config/index.ts";
import { configFailure, openConfig } from "../../config/open.ts";
import { CliError } from "../../errors.ts";
import type { Session } from "../../session.ts";
import { type EnvFile, envFiles, secretNames, withVariables } from "../env-files.ts";
import { type Plan, runsPrograms } from "../plan/plan.ts";
import { changeHeld, listHeld } from "../profiles.ts";
import { changedConfig, configTargets, plainTexts, scrubbedCopy } from "./config-change.ts";
import { planProfiles, type ProfilePlan, touchesProfiles } from "./profile-change.ts";
import { refuseUnresolved, type Resolved, resolveRefs, shownPath } from "./resolve.ts";
import { usedVariables } from "./variables.ts";

/** What was done, or would be. */
export interface ApplyResult {
  readonly mode: "dry-run" | "write";
  readonly changed: boolean;
  /** Every file that has another content; sorted. */
  readonly changedFiles: readonly string[];
  readonly checks: { readonly resolvability: true; readonly resolvabilityComplete: boolean };
  readonly refsChecked: number;
  readonly skippedExecRefs: number;
  readonly warningCount: number;
  readonly warnings: readonly string[];
  /** Copies of the configuration that held a migrated secret. */
  readonly backups: readonly KeptCopy[];
}

export interface ApplyOptions {
  readonly dryRun: boolean;
  readonly allowExec: boolean;
}

interface EnvEdit extends EnvFile {
  readonly next: string;
}

/** Everything a plan comes to, before anything is written. */
interface Projection {
  readonly store: ConfigStore<OpenClawConfig>;
  readonly before: ConfigSnapshot<OpenClawConfig>;
  readonly configFile: string | undefined;
  readonly migrated: ReadonlySet<string>;
  readonly resolved: Resolved;
  readonly profiles: ProfilePlan;
  readonly env: readonly EnvEdit[];
  readonly warnings: readonly string[];
}

/**
 * Carries a plan out: all is checked and every reference is read before anything is written; a write that fails takes the
 * ones before it back, from memory. Throws `CliError`.
 */
export async function applyPlan(person: Session, plan: Plan, options: ApplyOptions): Promise<ApplyResult> {
  const session = withVariables(person);
  if (runsPrograms(plan) && !options.dryRun && !options.allowExec) {
    throw new CliError("Plan contains exec SecretRefs/providers. Re-run with --allow-exec.", {
      hint: "Nothing was written. Their programs are run to read the secrets.",
    });
  }
  const projection = await project(session, plan, options);
  if (!options.dryRun) await write(session, plan, projection);
  const backups = await scrubCopies(session, plan, projection, options);
  const { configFile, env, profiles, resolved, warnings } = projection;
  const changedFiles = [
    ...(configFile === undefined ? [] : [configFile]),
    ...env.map(({ path }) => path),
    ...(profiles.changes.length > 0 ? [session.paths.dbPath] : []),
    ...backups.map(({ path }) => path),
  ].sort();
  return {
    mode: options.dryRun ? "dry-run" : "write",
    changed: changedFiles.length > 0,
    changedFiles,
    checks: { resolvability: true, resolvabilityComplete: resolved.skippedExecRefs === 0 },
    refsChecked: resolved.refsChecked,
    skippedExecRefs: resolved.skippedExecRefs,
    warningCount: warnings.length,
    warnings,
    backups,
  };
}

async function project(session: Session, plan: Plan, { allowExec }: ApplyOptions): Promise<Projection> {
  const store = openConfig(session);
  const before = store.peek();
  const preview = await store.preview((config) => changedConfig(plan, config)).catch(asCliError);
  const after = preview.snapshot;
  const sites = plan.targets.map(({ steps, ref }) => ({ path: shownPath(steps), ref }));
  const affected = await sitesOfProviders(plan, after);
  const resolved = await resolveRefs(session, [...sites, ...affected], after, allowExec);
  refuseUnresolved(resolved);

  const salt = crypto.randomUUID();
  // A line of `.env` that a stored credential refers to has to stay.
  const needsHeld = touchesProfiles(plan) || (plan.scrubEnv && envFiles(session).length > 0);
  const held = needsHeld ? await listHeld(session, salt) : [];
  const { canonicalProvider, fingerprintOf } = await import("../../../agent/index.ts");
  const profiles = planProfiles(plan, held, {
    canonical: canonicalProvider,
    isLogin: (id) => valueAt(after.resolved, ["auth", "profiles", id, "mode"]) === "oauth",
  });
  const migrated = plainTexts(plan, before.sourceConfig);
  const used = await usedVariables(after.resolved, [
    ...plan.targets.map(({ ref }) => ref),
    ...held.map(({ ref }) => ref),
  ]);
  const isGone = (value: string) =>
    value !== "" && (migrated.has(value.trim()) || profiles.fingerprints.has(fingerprintOf(salt, value)));
  const { edits, warnings } = await planEnv(session, plan, isGone, used);
  return {
    store,
    before,
    configFile: preview.changed ? preview.file : undefined,
    migrated,
    resolved,
    profiles,
    env: edits,
    warnings: [...profiles.warnings, ...warnings, ...otherValues(plan, before, resolved)],
  };
}

/** References that stay as they are, of providers that do not. */
async function sitesOfProviders(plan: Plan, after: ConfigSnapshot<OpenClawConfig>) {
  const touched = new Set([...Object.keys(plan.providerUpserts), ...plan.providerDeletes]);
  if (touched.size === 0) return [];
  const [{ collectSecrets, SecretFailure }, { isSensitivePath }] = await Promise.all([
    import("../../../secrets/index.ts"),
    import("../../../config/index.ts"),
  ]);
  return collectSecrets(after.resolved, isSensitivePath).flatMap(({ path, ref, active }) =>
    ref instanceof SecretFailure || !active || !touched.has(ref.provider)
      ? []
      : [{ path: shownPath(path.map(String)), ref }],
  );
}

async function planEnv(
  session: Session,
  plan: Plan,
  isGone: (value: string) => boolean,
  used: ReadonlySet<string>,
): Promise<{ edits: EnvEdit[]; warnings: string[] }> {
  const edits: EnvEdit[] = [];
  const warnings: string[] = [];
  if (!plan.scrubEnv) return { edits, warnings };
  const isKnown = await secretNames();
  for (const file of envFiles(session)) {
    const scrubbed = withoutAssignments(
      file.text,
      (name, value) => isKnown(name) && !used.has(name) && isGone(value),
    );
    if (scrubbed.removed.length === 0) continue;
    if (file.isLink) {
      warnings.push(
        `${file.path} is a link and stays as it is; take out ${scrubbed.removed.join(", ")} by hand.`,
      );
    } else edits.push({ ...file, next: scrubbed.text });
  }
  return { edits, warnings };
}

/** A reference to another value than the one in use is allowed, and mostly a slip. */
function otherValues(plan: Plan, before: ConfigSnapshot<OpenClawConfig>, { values }: Resolved): string[] {
  return configTargets(plan).flatMap(({ steps }) => {
    const path = shownPath(steps);
    const old = valueAt(before.resolved, steps);
    const value = values.get(path);
    const differs = typeof old === "string" && value !== undefined && old.trim() !== value.trim();
    return differs ? [`${path}: the reference has another value than the one in use until now.`] : [];
  });
}

async function write(session: Session, plan: Plan, projection: Projection): Promise<void> {
  const { store, before, configFile, env, profiles } = projection;
  const undo: (() => void | Promise<void>)[] = [];
  try {
    if (configFile !== undefined) {
      const outcome = await store
        .edit((config) => {
          if (store.peek().hash !== before.hash) throw conflict("The configuration was changed meanwhile.");
          return changedConfig(plan, config);
        })
        .catch(asCliError);
      const old = configFile === before.path ? before.raw : before.includedTexts.get(configFile);
      const { snapshot } = outcome;
      const now = configFile === snapshot.path ? snapshot.raw : snapshot.includedTexts.get(configFile);
      undo.push(() => withWriteLock(before.path, () => restore(configFile, now, old)));
    }
    for (const { path, text, next } of env) {
      if (readFileSync(path, "utf8") !== text) throw conflict(`${path} was changed meanwhile.`);
      writeFileAtomic(path, next);
      undo.push(() => restore(path, next, text));
    }
    if (profiles.changes.length > 0) await changeHeld(session, profiles.changes);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

/** Puts the old text back, unless somebody else has written since. */
function restore(path: string, now: string | null | undefined, old: string | null | undefined): void {
  if (typeof old === "string" && typeof now === "string" && readFileSync(path, "utf8") === now)
    writeFileAtomic(path, old);
}

/** Takes what was migrated out of the copies that are kept beside the configuration: they would outlive the migration. */
async function scrubCopies(
  session: Session,
  plan: Plan,
  { before, migrated }: Projection,
  { dryRun }: ApplyOptions,
): Promise<KeptCopy[]> {
  if (configTargets(plan).length === 0) return [];
  const included = before.includes.flatMap(({ path, files }) =>
    files.map((file) => ({ file, prefix: path.map(String) })),
  );
  const files = new Map(included.map(({ file, prefix }) => [file, prefix]));
  files.set(before.path, []);
  const scrub = () =>
    [...files].flatMap(([file, prefix]) =>
      rewriteCopies(file, (text) => scrubbedCopy(text, plan, migrated, prefix), { dryRun }),
    );
  return dryRun ? scrub() : withWriteLock(session.paths.configPath, scrub);
}

function asCliError(error: unknown): never {
  throw configFailure(error);
}

function conflict(message: string): CliError {
  return new CliError(message, {
    fields: { kind: "conflict" },
    hint: "What was written before is taken back. Run the command again.",
  });
}
