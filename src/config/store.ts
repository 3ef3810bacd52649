import type { Clock } from "../lib/clock.ts";
import {
  applyMergePatch,
  changedPaths,
  type ConfigPath,
  DroppedEntriesError,
  isObject,
  sameValue,
  valueAt,
  withoutValue,
  withValue,
} from "./document/index.ts";
import { formatPath } from "./key-path.ts";
import type { Env } from "./env.ts";
import { ConfigError, invalidConfig } from "./errors.ts";
import { ConfigHasher, loadSnapshot } from "./load/index.ts";
import type { Paths } from "./places/paths.ts";
import { type ConfigView, redactValue, restoreReferences, restoreValue, viewOf } from "./redaction/index.ts";
import {
  assertUntouched,
  assertWritable,
  clobberOf,
  type DocumentChange,
  documentChange,
  isStored,
  lastGoodPath,
  parseText,
  type PlannedWrite,
  planWrite,
  pushBackup,
  saveRejected,
  sweepTemporaryFiles,
  withWriteLock,
  WRITER,
  writeFileAtomic,
} from "./save/index.ts";
import type { ConfigRules, ConfigSnapshot } from "./snapshot.ts";

export interface ConfigStoreDeps<Config> {
  readonly paths: Pick<Paths, "configPath">;
  readonly env: Pick<Env, "raw" | "includeRoots" | "configReadonlyBy">;
  readonly rules: ConfigRules<Config>;
  readonly clock: Pick<Clock, "now">;
  /** This program's version, noted as the last writer. */
  readonly version: string;
  /** Asked before a valid config is written; throws to refuse it (for example when a required secret is missing). */
  readonly preflight?: (next: ConfigSnapshot<Config>) => void | Promise<void>;
}

export interface WriteGuard {
  /** `hash` of the config the caller has seen. */
  readonly baseHash?: string | undefined;
}

export interface PatchOptions extends WriteGuard {
  /** Dotted paths that are replaced whole and may lose entries. */
  readonly replacePaths?: readonly string[] | undefined;
}

/** What a write did. */
export interface WriteOutcome<Config> {
  /** False when the config already said so; nothing was written then. */
  readonly changed: boolean;
  readonly snapshot: ConfigSnapshot<Config>;
  /** Dotted paths, sorted. */
  readonly changedPaths: readonly string[];
  /** The file that was written; an include may own the keys. */
  readonly file: string;
  /** False when the file had to be written anew and lost its comments. */
  readonly commentsKept: boolean;
  /** True when a changed key needs a restart of the gateway. */
  readonly needsRestart: boolean;
  /** The written config as `config.set` and its siblings answer it: includes in place, secrets replaced. */
  readonly redactedConfig: unknown;
}

/** Called after the config in force was replaced. */
export type ConfigListener<Config> = (
  current: ConfigSnapshot<Config>,
  previous: ConfigSnapshot<Config>,
) => void;

/** What a change leads to, worked out under the lock; with `guardSize` it may destroy much by accident. */
type Change = DocumentChange & { readonly guardSize: boolean };

/**
 * The config file and the snapshot in force. Reading never changes the snapshot to an invalid one; writing is
 * atomic, serialised over processes, keeps comments, and never loses what somebody else wrote in between.
 */
export class ConfigStore<Config> {
  readonly #deps: ConfigStoreDeps<Config>;
  readonly #hasher = new ConfigHasher();
  readonly #listeners = new Set<ConfigListener<Config>>();
  #current: ConfigSnapshot<Config> | undefined;
  #onDisk: ConfigSnapshot<Config> | undefined;

  constructor(deps: ConfigStoreDeps<Config>) {
    this.#deps = deps;
  }

  /** The snapshot in force: the last valid one, or the first one as long as none was valid. Throws before `load`. */
  get current(): ConfigSnapshot<Config> {
    if (this.#current === undefined) throw new Error("the config was not loaded yet");
    return this.#current;
  }

  /** What the files said when they were last looked at; differs from `current` while they are invalid. */
  get onDisk(): ConfigSnapshot<Config> {
    return this.#onDisk ?? this.current;
  }

  /** Reads the files. A valid config becomes the one in force; an invalid or vanished one changes nothing. */
  async load(): Promise<ConfigSnapshot<Config>> {
    const snapshot = this.#read();
    this.#accept(snapshot);
    return snapshot;
  }

  /** Reads the files without putting anything in force. */
  peek(): ConfigSnapshot<Config> {
    return this.#read();
  }

  /** Calls `listener` whenever a config with another meaning is put in force. Returns the way to stop it. */
  onChange(listener: ConfigListener<Config>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** `config.get`: the files and the config in force, secrets replaced. */
  async redactedView(): Promise<ConfigView> {
    const snapshot = await this.load();
    return viewOf(snapshot, this.current, this.#deps.rules.isSensitive);
  }

  /** Keeps the config in force as `.last-good`; called once a gateway runs on it. Does nothing without a file. */
  async keepLastGood(): Promise<void> {
    const { raw, valid, path } = this.current;
    const kept = lastGoodPath(path);
    if (!valid || raw === null || isStored(kept, raw)) return;
    await withWriteLock(path, () => writeFileAtomic(kept, raw));
  }

  /** Replaces the config file by `raw`, a whole JSON5 document. Throws `ConfigError`. */
  set(raw: string, guard: WriteGuard): Promise<WriteOutcome<Config>> {
    const { rules, version } = this.#deps;
    const options = { sensitive: rules.isSensitive, version };
    return this.#write((before) => ({ ...documentChange(raw, before, options), guardSize: true }), guard);
  }

  /** As `set`; the gateway applies the result at once. */
  apply(raw: string, guard: WriteGuard): Promise<WriteOutcome<Config>> {
    return this.set(raw, guard);
  }

  /** Merges `raw`, a JSON5 merge patch, into the config. A patch that changes nothing needs no base hash. */
  patch(raw: string, options: PatchOptions): Promise<WriteOutcome<Config>> {
    return this.#write(
      (before) => {
        const patch = parseText(raw);
        if (!isObject(patch)) throw new ConfigError("syntax", "config.patch raw must be an object");
        try {
          const merged = applyMergePatch(before.sourceConfig, patch, options.replacePaths ?? []);
          return { target: restoreValue(merged, before.sourceConfig), guardSize: true };
        } catch (cause) {
          if (!(cause instanceof DroppedEntriesError)) throw cause;
          throw new ConfigError("dropped-entries", cause.message, [], cause);
        }
      },
      { ...options, onlyForChanges: true },
    );
  }

  /** Sets one key. With `merge`, an object is merged into what is there. Needs no base hash: it is one atomic act. */
  setPath(
    path: ConfigPath,
    value: unknown,
    options: { merge?: boolean } = {},
  ): Promise<WriteOutcome<Config>> {
    return this.edit((config) => {
      const old = valueAt(config, path);
      const next = options.merge ? applyMergePatch(old, value, []) : value;
      return withValue(config, path, restoreValue(next, old, path));
    });
  }

  /** Removes one key. Throws `ConfigError` `path` when it is not there. */
  unsetPath(path: ConfigPath): Promise<WriteOutcome<Config>> {
    return this.edit((config) => {
      const next = withoutValue(config, path);
      if (next === undefined) throw new ConfigError("path", `Config path not found: ${formatPath(path)}`);
      return next;
    });
  }

  /** Any change as one atomic act: `change` gets the config as written (no defaults) and returns what it should be. */
  edit(change: (config: unknown) => unknown): Promise<WriteOutcome<Config>> {
    return this.#write((before) => ({ target: change(before.sourceConfig), guardSize: false }), undefined);
  }

  /** What `edit` would do, without writing. Throws as `edit` does. */
  async preview(change: (config: unknown) => unknown): Promise<WriteOutcome<Config>> {
    const before = this.#read();
    const plan = this.#plan({ target: change(before.sourceConfig), guardSize: false }, before);
    const after = plan === undefined ? before : this.#read(new Map([[plan.file, plan.text]]));
    if (!after.valid) throw invalidConfig(after.issues);
    return this.#outcome(before, after, plan);
  }

  #read(overrides?: ReadonlyMap<string, string>): ConfigSnapshot<Config> {
    const { paths, env, rules } = this.#deps;
    return loadSnapshot({
      configPath: paths.configPath,
      env,
      rules,
      hasher: this.#hasher,
      ...(overrides && { overrides }),
    });
  }

  #accept(snapshot: ConfigSnapshot<Config>): void {
    this.#onDisk = snapshot;
    const previous = this.#current;
    // A file that goes missing is an accident (or an editor between two steps), not a wish for the defaults.
    const usable = snapshot.valid && (snapshot.exists || previous?.exists !== true);
    if (previous === undefined || usable) this.#current = snapshot;
    if (previous === undefined || !usable || previous.revisionHash === snapshot.revisionHash) return;
    for (const listener of this.#listeners) listener(snapshot, previous);
  }

  async #write(
    makeChange: (before: ConfigSnapshot<Config>) => Change,
    guard: (WriteGuard & { readonly onlyForChanges?: boolean }) | undefined,
  ): Promise<WriteOutcome<Config>> {
    const { paths, env, version, preflight } = this.#deps;
    if (env.configReadonlyBy !== undefined) assertWritable(this.#read(), env, version);
    const outcome = await withWriteLock(paths.configPath, async () => {
      sweepTemporaryFiles(paths.configPath);
      const before = this.#read();
      if (guard && (guard.baseHash !== undefined || !guard.onlyForChanges)) {
        assertBaseHash(before, guard.baseHash);
      }
      const change = makeChange(before);
      const plan = this.#plan(change, before);
      if (plan === undefined) return this.#outcome(before, before, undefined);
      assertWritable(before, env, version);
      const after = this.#read(new Map([[plan.file, plan.text]]));
      if (guard) assertBaseHash(before, guard.baseHash, this.#changes(before, after));
      if (!after.valid) throw invalidConfig(after.issues);
      this.#refuseClobber(before, after, plan, change.guardSize);
      await preflight?.(after);
      const old = plan.file === before.path ? before.raw : before.includedTexts.get(plan.file);
      const untouched = () => assertUntouched(plan.file, old ?? null);
      untouched();
      if (plan.file !== before.path) sweepTemporaryFiles(plan.file);
      if (typeof old === "string") pushBackup(plan.file, old);
      // Programs that know nothing of the lock may have written while the disk was waited for.
      writeFileAtomic(plan.file, plan.text, untouched);
      return this.#outcome(before, after, plan);
    });
    this.#accept(outcome.snapshot);
    return outcome;
  }

  /** The bytes to write; `undefined` when the config already says so. */
  #plan(change: Change, before: ConfigSnapshot<Config>): PlannedWrite | undefined {
    if ("document" in change) {
      const { text, kept } = change.document;
      return text === before.raw ? undefined : { file: before.path, text, commentsKept: kept };
    }
    if (!before.readable) throw invalidConfig(before.issues);
    const target = restoreReferences(change.target, before);
    if (sameValue(target, before.sourceConfig)) return undefined;
    return planWrite(before, target, this.#deps.version);
  }

  #refuseClobber(
    before: ConfigSnapshot<Config>,
    after: ConfigSnapshot<Config>,
    plan: PlannedWrite,
    guardSize: boolean,
  ): void {
    const was = plan.file === before.path ? before.raw : before.includedTexts.get(plan.file);
    const texts = guardSize ? { before: was ?? "", after: plan.text } : undefined;
    const clobber = clobberOf(before, after, texts);
    if (clobber === undefined) return;
    const kept = saveRejected(before.path, plan.text, this.#deps.clock.now());
    throw new ConfigError(
      clobber.code,
      `config write refused (${clobber.reason}); the refused text is in ${kept}. ` +
        `Edit ${before.path} by hand if that is what you want`,
    );
  }

  /** Dotted paths that differ, without the note of the last writer. */
  #changes(before: ConfigSnapshot<Config>, after: ConfigSnapshot<Config>): string[] {
    const note = formatPath(WRITER);
    const paths = changedPaths(before.sourceConfig, after.sourceConfig).map(formatPath);
    return paths.filter((path) => path !== note).sort();
  }

  #outcome(
    before: ConfigSnapshot<Config>,
    after: ConfigSnapshot<Config>,
    plan: PlannedWrite | undefined,
  ): WriteOutcome<Config> {
    const paths = this.#changes(before, after);
    return {
      changed: plan !== undefined,
      snapshot: after,
      changedPaths: paths,
      file: plan?.file ?? before.path,
      commentsKept: plan?.commentsKept ?? true,
      needsRestart: paths.some((path) => this.#deps.rules.needsRestart(path)),
      redactedConfig: redactValue(after.sourceConfig, this.#deps.rules.isSensitive),
    };
  }
}

function assertBaseHash(
  before: ConfigSnapshot<unknown>,
  baseHash: string | undefined,
  changes: readonly string[] = [],
): void {
  if (!before.exists) return;
  if (baseHash === undefined) {
    const text =
      changes.length === 0
        ? "config base hash required; re-run config.get and retry"
        : `config base hash required for ${changes.join(", ")}; re-run config.get and retry with baseHash`;
    throw new ConfigError("base-hash-required", text);
  }
  if (baseHash !== before.hash) {
    throw new ConfigError("stale", "config changed since last load; re-run config.get and retry");
  }
}
