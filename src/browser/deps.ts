import type { Env, OpenClawConfig, Paths } from "../config/index.ts";
import type { ChildNotes } from "../lib/child-journal.ts";
import type { Clock } from "../lib/clock.ts";
import type { Resolver } from "../lib/egress/index.ts";
import type { Ids } from "../lib/ids.ts";
import type { Logger } from "../lib/logger.ts";
import type { KvRepository } from "../store/index.ts";

/** What browser control works with. */
export interface BrowserDeps {
  /** The configuration in force, read anew for every request. */
  readonly config: () => Pick<OpenClawConfig, "browser">;
  readonly env: Env["browser"];
  /** The gateway's environment (`env.raw`); browsers get a small part of it. */
  readonly variables: Readonly<Record<string, string>>;
  readonly system: Env["system"];
  readonly paths: Pick<Paths, "home" | "stateDir">;
  readonly kv: KvRepository;
  /** Why there is no browser control now; undefined when there is. */
  readonly off: () => string | undefined;
  /** Port of the control service, listened on or not: the ports of profiles are counted from it. */
  readonly controlPort: () => number;
  readonly children: ChildNotes;
  /** Looks names up, for the rules about addresses; the system's own resolver unless told. */
  readonly resolve?: Resolver;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}
