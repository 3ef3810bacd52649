import type { OpenClawConfig } from "../config/index.ts";
import type { ResultOf, secrets } from "../protocol/index.ts";
import type { Frozen } from "./method.ts";

/** A configuration as it stands in its files, with the variables its references may name. */
export interface ConfigInput {
  readonly config: OpenClawConfig;
  readonly variables: Readonly<Record<string, string>>;
}

/** The configuration this gateway works with: every secret reference replaced by its value, held in memory only. */
export interface RuntimeConfig {
  /** The snapshot in force; replaced as a whole. */
  readonly current: OpenClawConfig;
  /** The same before its references were resolved; the files may say something newer that was not taken. */
  readonly accepted: OpenClawConfig;
  /** Owners of references that could not be resolved and run without, or on the last value. */
  readonly degraded: readonly unknown[];
  /** Puts a configuration in force unless a secret that must resolve did not, or `check` throws; then nothing changes. */
  accept(
    input: ConfigInput,
    check?: (resolved: OpenClawConfig) => void,
  ): Promise<{ readonly warningCount: number }>;
  /** The configuration with its references resolved, without putting it in force. */
  resolve(input: ConfigInput): Promise<OpenClawConfig>;
  /** Another value whenever references were read: at each `accept` and `reload`. */
  readonly revision: unknown;
  /**
   * The values of references that stand in stored credentials, in order; undefined for one that is not to be had, which is
   * then among the degraded. Never throws.
   */
  readStored(
    references: readonly { readonly profileId: string; readonly ref: unknown }[],
  ): Promise<readonly (string | undefined)[]>;
  /** Reads every reference again; the snapshot is swapped only when all that must resolve did. */
  reload(): Promise<{ readonly warningCount: number }>;
  /** The values one command needs, for a command that works on this gateway's behalf. */
  resolveFor(
    commandName: string,
    targetIds: readonly string[],
    allowedPaths?: readonly string[],
  ): Promise<Frozen<ResultOf<typeof secrets.resolve>>>;
}
