import {
  ConfigError,
  configJsonSchema,
  type ConfigStore,
  lookupSchema,
  type OpenClawConfig,
  partByReaders,
  planReload,
  type WriteOutcome,
} from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import {
  config as spec,
  type ConfigWritten,
  invalidRequest,
  type ParamsOf,
  type ProtocolError,
  unavailable,
} from "../../protocol/index.ts";
import { type BoundMethod, handle } from "../method.ts";
import type { RestartControl } from "../state/restart.ts";
import type { RestartSentinels } from "../state/restart-sentinel.ts";

export interface ConfigHandlerDeps {
  readonly config: ConfigStore<OpenClawConfig>;
  readonly clock: Clock;
  readonly version: string;
  readonly restarts: Pick<RestartControl, "delayNext">;
  readonly sentinels: Pick<RestartSentinels, "leave">;
}

/** Whom to tell of the restart a write leads to, and how long that waits. */
type AfterWrite = Pick<
  ParamsOf<typeof spec.apply>,
  "sessionKey" | "deliveryContext" | "note" | "restartDelayMs"
>;

type Outcome = WriteOutcome<OpenClawConfig>;

/** The `config.*` methods. What a write leads to (events, reload) follows from the store's change, not from here. */
export function configHandlers(deps: ConfigHandlerDeps): BoundMethod[] {
  const { config, clock, version } = deps;
  const receipt = async (
    kind: "config-patch" | "config-apply",
    outcome: Outcome,
    { sessionKey, deliveryContext, note, restartDelayMs = 0 }: AfterWrite,
  ): Promise<ConfigWritten> => {
    const { mode } = outcome.snapshot.config.gateway.reload;
    const leadsToRestart = planReload(partByReaders(outcome.changedPaths).read, mode).action === "restart";
    const { threadId, ...place } = deliveryContext ?? {};
    const payload = {
      kind,
      status: "ok" as const,
      ts: clock.now(),
      message: note?.trim() || null,
      ...(sessionKey !== undefined && { sessionKey }),
      ...(deliveryContext && {
        deliveryContext: { ...place, ...(threadId !== undefined && { threadId: String(threadId) }) },
      }),
      stats: { mode: kind.replace("-", "."), root: outcome.file, requiresRestart: outcome.needsRestart },
    };
    const toTell = note !== undefined || sessionKey !== undefined || deliveryContext !== undefined;
    if (leadsToRestart) deps.restarts.delayNext(restartDelayMs);
    const persisted = leadsToRestart && toTell && (await deps.sentinels.leave(payload));
    return {
      ...written(outcome),
      ...(outcome.changed ? { changedPaths: [...outcome.changedPaths] } : { noop: true, changedPaths: [] }),
      sentinel: { persisted, payload },
    };
  };
  // It takes ten times as long to make as to send. Whoever asks again and again gets the same one, until memory is tidied.
  let known: WeakRef<ReturnType<typeof configJsonSchema>> | undefined;
  const schemaDocument = () => {
    const kept = known?.deref();
    if (kept !== undefined) return kept;
    const made = configJsonSchema(version);
    known = new WeakRef(made);
    return made;
  };
  return [
    handle(spec.get, () => config.redactedView()),
    handle(spec.set, async ({ raw, baseHash }) => written(await attempt(config.set(raw, { baseHash })))),
    handle(spec.patch, async ({ raw, baseHash, replacePaths, ...after }) =>
      receipt("config-patch", await attempt(config.patch(raw, { baseHash, replacePaths })), after),
    ),
    handle(spec.apply, async ({ raw, baseHash, ...after }) =>
      receipt("config-apply", await attempt(config.apply(raw, { baseHash })), after),
    ),
    handle(spec.schema, () => ({
      ...schemaDocument(),
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
