import type { SessionKey } from "../../../protocol/index.ts";
import type { RunsDeps } from "../deps.ts";
import { Chronicle } from "../record/chronicle.ts";
import { TranscriptWriter } from "../record/writer.ts";
import { type Compacted, CompactionError, type Compactor } from "./compactor.ts";

/** Share of a short conversation that is summarised when somebody asks for it; its end stays as it is. */
const ASKED_FOR_KEEP_SHARE = 0.25;

/** Shortens a session because somebody asked for it, also when it is not long. @throws CompactionError, StoreError */
export async function compactSession(
  deps: RunsDeps & { readonly compactor: Compactor },
  key: SessionKey,
  focus: string | undefined,
  signal: AbortSignal,
): Promise<Compacted> {
  const record = await deps.sessions.get(key);
  if (!record) throw new CompactionError(`There is no session ${key}.`);
  const { agentId, entry } = record;
  const plan = await deps.models.plan({ agentId, entry });
  const info = await deps.models.info(plan.candidates[0], agentId);
  const chronicle = new Chronicle(new TranscriptWriter(deps.store, record), deps.events);
  const compacted = await deps.compactor.compact({
    chronicle,
    plan,
    info,
    agentId,
    runId: `compact-${deps.ids.uuid()}`,
    channel: "webchat",
    ...(focus !== undefined && { focus }),
    keepShare: ASKED_FOR_KEEP_SHARE,
    signal,
  });
  deps.events.sessionChanged(chronicle.record, { reason: "compact" });
  return compacted;
}
