import {
  ConfigError,
  configJsonSchema,
  type ConfigStore,
  lookupSchema,
  type OpenClawConfig,
  type WriteOutcome,
} from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import {
  config as spec,
  type ConfigWritten,
  invalidRequest,
  type ProtocolError,
  unavailable,
} from "../../protocol/index.ts";
import { type BoundMethod, handle } from "../method.ts";

export interface ConfigHandlerDeps {
  readonly config: ConfigStore<OpenClawConfig>;
  readonly clock: Clock;
  readonly version: string;
}

type Outcome = WriteOutcome<OpenClawConfig>;

/** The `config.*` methods. What a write leads to (events, reload) follows from the store's change, not from here. */
export function configHandlers({ config, clock, version }: ConfigHandlerDeps): BoundMethod[] {
  const receipt = (kind: "config-patch" | "config-apply", outcome: Outcome): ConfigWritten => ({
    ...written(outcome),
    ...(outcome.changed ? { changedPaths: [...outcome.changedPaths] } : { noop: true, changedPaths: [] }),
    sentinel: {
      persisted: false,
      payload: {
        kind,
        status: "ok",
        ts: clock.now(),
        message: null,
        stats: { mode: kind.replace("-", "."), root: outcome.file, requiresRestart: outcome.needsRestart },
      },
    },
  });
  return [
    handle(spec.get, () => config.redactedView()),
    handle(spec.set, async ({ raw, baseHash }) => written(await attempt(config.set(raw, { baseHash })))),
    handle(spec.patch, async ({ raw, baseHash, replacePaths }) =>
      receipt("config-patch", await attempt(config.patch(raw, { baseHash, replacePaths }))),
    ),
    handle(spec.apply, async ({ raw, baseHash }) =>
      receipt("config-apply", await attempt(config.apply(raw, { baseHash }))),
    ),
    handle(spec.schema, () => ({
      ...configJsonSchema(version),
      generatedAt: new Date(clock.now()).toISOString(),
    })),
    handle(spec.schemaLookup, ({ path }) => {
      const found = lookupSchema(path);
      if (!found) throw invalidRequest(`unknown config path: ${path}`);
      return found;
    }),
  ];
}

function written({ snapshot, redactedConfig }: Outcome): ConfigWritten {
  return { ok: true, path: snapshot.path, hash: snapshot.hash, config: redactedConfig };
}

/** A write of the configuration. @throws ProtocolError that says why it was refused */
export async function attempt(write: Promise<Outcome>): Promise<Outcome> {
  try {
    return await write;
  } catch (error) {
    throw error instanceof ConfigError ? asProtocolError(error) : error;
  }
}

/** Trouble with the file may pass; everything else is the caller's to change. */
function asProtocolError(error: ConfigError): ProtocolError {
  if (error.code === "busy" || error.code === "io") {
    return unavailable(error.message, { retryable: error.code === "busy" });
  }
  return invalidRequest(error.message, error.details);
}
