import type { Compactor } from "../compaction/compactor.ts";
import type { RunsDeps } from "../deps.ts";
import type { Lanes } from "../lanes/lanes.ts";
import type { ToolAdapter } from "../calls/tool-adapter.ts";

/** What every turn shares. */
export interface TurnDeps extends RunsDeps {
  readonly lanes: Lanes;
  readonly adapter: ToolAdapter;
  readonly compactor: Compactor;
}
