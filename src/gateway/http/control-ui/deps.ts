import type { ShellFacts } from "../../../ui/index.ts";

/** The agent a new visitor meets. */
export interface Assistant {
  readonly id: string;
  readonly name: string;
  readonly avatar: string | undefined;
}

export interface ControlUiDeps {
  /** Path everything is served below: empty, or `/name`. */
  readonly basePath: string;
  /** Folder of the owner's to serve in place of what is in this program. */
  readonly root: string | undefined;
  readonly enabled: () => boolean;
  readonly version: string;
  readonly environment: () => ShellFacts["environment"];
  readonly assistant: () => Assistant;
}
