import type { SessionEntry, SessionEntryPatch, TranscriptEvent } from "../../store/index.ts";
import type { RowModel } from "./sessions.ts";

/** What the transcript says of a session that goes back to what its agent has. */
const DEFAULT_LEVEL = "default";

/** True when a change may be one of model or thinking; most are not. */
export function changesSettings(patch: SessionEntryPatch): boolean {
  return (
    patch.modelOverride !== undefined ||
    patch.providerOverride !== undefined ||
    patch.thinkingLevel !== undefined
  );
}

/**
 * Events by which a transcript tells with which model and how much thinking what follows was answered; none for what stays
 * as it was. `standard` is the model of the agent, which a session without one of its own has.
 */
export function settingEvents(
  before: SessionEntry,
  patch: SessionEntryPatch,
  { standard, id, timestamp }: { standard: RowModel | undefined; id: () => string; timestamp: string },
): TranscriptEvent[] {
  const events: TranscriptEvent[] = [];
  const place = (type: string) => ({ type, id: id(), timestamp });
  const [was, is] = [modelOf(before, standard), modelOf(changed(before, patch), standard)];
  if (is.modelId !== undefined && (was.provider !== is.provider || was.modelId !== is.modelId)) {
    events.push({ ...place("model_change"), ...is });
  }
  const { thinkingLevel } = patch;
  if (thinkingLevel !== undefined && thinkingLevel !== (before.thinkingLevel ?? null)) {
    events.push({ ...place("thinking_level_change"), thinkingLevel: thinkingLevel ?? DEFAULT_LEVEL });
  }
  return events;
}

/** A field that is not given stays as it was. */
function changed(
  before: SessionEntry,
  { providerOverride = before.providerOverride, modelOverride = before.modelOverride }: SessionEntryPatch,
): SessionEntryPatch {
  return { providerOverride, modelOverride };
}

function modelOf({ providerOverride, modelOverride }: SessionEntryPatch, standard: RowModel | undefined) {
  return modelOverride === undefined || modelOverride === null
    ? { provider: standard?.provider, modelId: standard?.model }
    : { provider: providerOverride ?? standard?.provider, modelId: modelOverride };
}
