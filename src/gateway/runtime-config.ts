import type { OpenClawConfig } from "../config/index.ts";
import type { ResultOf, secrets } from "../protocol/index.ts";
import type { Frozen } from "./method.ts";

/** The configuration this gateway works with: every secret reference replaced by its value, held in memory only. */
export interface RuntimeConfig {
  /** The snapshot in force; replaced as a whole. */
  readonly current: OpenClawConfig;
  /** Owners of references that could not be resolved and run without, or on the last value. */
  readonly degraded: readonly unknown[];
  /** Reads every reference again; the snapshot is swapped only when all that must resolve did. */
  reload(): Promise<{ readonly warningCount: number }>;
  /** The values one command needs, for a command that works on this gateway's behalf. */
  resolveFor(
    commandName: string,
    targetIds: readonly string[],
    allowedPaths?: readonly string[],
  ): Promise<Frozen<ResultOf<typeof secrets.resolve>>>;
}
