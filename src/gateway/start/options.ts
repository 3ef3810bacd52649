import type { Env } from "../../config/index.ts";
import type { GatewayFlags } from "./flags.ts";

/** How `openclaw gateway` was called. */
export interface RunOptions {
  readonly env: Env;
  readonly profile?: string | undefined;
  readonly dev?: boolean | undefined;
  readonly flags: GatewayFlags;
  readonly logLevel?: string | undefined;
  readonly color?: boolean | undefined;
  /** Where a person reads; result lines of the start go to `out`, refusals to `err`. */
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** A second Ctrl-C on a terminal ends the process at once. */
  readonly isTerminal: boolean;
}
