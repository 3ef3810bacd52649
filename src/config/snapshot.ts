import type { ConfigPath } from "./document/index.ts";
import type { IncludeSite } from "./load/include.ts";

/** Something wrong or worth knowing about one place in the config. `path` is dotted; empty for the whole. */
export interface PlacedIssue {
  readonly path: string;
  readonly message: string;
  /** The unknown key, when that is what is wrong. */
  readonly key?: string;
  readonly allowedValues?: readonly unknown[];
  /** The file it stands in, when known. */
  readonly file?: string;
  /** Counted from 1. */
  readonly line?: number;
  readonly column?: number;
}

/** What validation says about a whole config. */
export interface Verdict<Config> {
  readonly ok: boolean;
  /** The config with defaults filled in; of an invalid one, the defaults alone. */
  readonly config: Config;
  readonly issues: readonly PlacedIssue[];
  readonly warnings: readonly PlacedIssue[];
}

/** What reading and writing need to know about the keys; the schema provides it. */
export interface ConfigRules<Config> {
  validate(value: unknown): Verdict<Config>;
  /** Says in today's words what a config says in those of earlier versions, before it is validated. */
  modernise?(value: unknown): { readonly config: unknown; readonly found: readonly PlacedIssue[] };
  /** True for keys that hold a secret. */
  isSensitive(path: ConfigPath): boolean;
  /** True when a change at this dotted path needs a restart of the gateway. */
  needsRestart(path: string): boolean;
}

/** Everything known about the config at one moment. Immutable. */
export interface ConfigSnapshot<Config> {
  /** The config file, whether it exists or not. */
  readonly path: string;
  readonly exists: boolean;
  /** Its text; `null` when there is none. */
  readonly raw: string | null;
  /** The text parsed, includes not followed. */
  readonly parsed: unknown;
  /** Includes in place, variables as written: what edits apply to. */
  readonly sourceConfig: unknown;
  /** Variables filled in, keys of earlier versions in today's words. */
  readonly resolved: unknown;
  /** Validated, defaults filled in, secret references as they stand. */
  readonly config: Config;
  readonly valid: boolean;
  /** False when a file could not be read or parsed; `sourceConfig` is empty then. */
  readonly readable: boolean;
  readonly issues: readonly PlacedIssue[];
  readonly warnings: readonly PlacedIssue[];
  /** Keys of earlier versions that were understood; `openclaw doctor --fix` rewrites them. */
  readonly legacyIssues: readonly PlacedIssue[];
  /** Included files, in the order met; a change of one is a change of the config. */
  readonly includedPaths: readonly string[];
  readonly includes: readonly IncludeSite[];
  /** Text of each included file. */
  readonly includedTexts: ReadonlyMap<string, string>;
  /** Changes with every byte of the file and its includes; guards writes against lost updates. */
  readonly hash: string;
  /** Changes only with the meaning. */
  readonly revisionHash: string;
  /** Variables for `${NAME}`, secrets and child processes: process, `<state>/.env`, `env.vars`; earlier ones win. */
  readonly variables: Readonly<Record<string, string>>;
  /** Dotted paths of strings whose value came out of a variable. */
  readonly filledPaths: ReadonlySet<string>;
}
