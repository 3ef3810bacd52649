import type { Ids } from "../../lib/ids.ts";
import { isRecord } from "../../lib/records.ts";
import type { AcceptedRun, UnsettledRun } from "../../store/index.ts";
import type { Acceptance } from "./live-run.ts";
import type { RunOutcome, RunRequest } from "./run.ts";

/** What is stored of an accepted request, enough to run it in another process. */
interface StoredRequest {
  readonly request: RunRequest;
  readonly userEventId: string;
}

/** What makes two requests under one key the same request. */
export function fingerprintOf(request: RunRequest): string {
  const hash = new Bun.CryptoHasher("sha256");
  hash.update(JSON.stringify([request.sessionKey, request.agentId, request.message]));
  for (const { name, mimeType, content } of request.attachments ?? []) {
    hash.update(JSON.stringify([name, mimeType]));
    hash.update(content.type === "text" ? content.text : content.data);
  }
  for (const { id, output } of request.clientToolResults ?? []) hash.update(JSON.stringify([id, output]));
  return hash.digest("base64url");
}

/**
 * Id of the user message in the transcript. That of a channel's message is the same for every run of it, and what is in
 * a transcript is not written again.
 */
export function userEventIdOf({ kind, namespace, runId, retryOf }: RunRequest, ids: Ids): string {
  if (kind !== "channel") return ids.uuid();
  const name = JSON.stringify([namespace, retryOf ?? runId]);
  const hex = new Bun.CryptoHasher("sha256").update(name).digest("hex");
  // The shape of a UUID of version 8, which leaves its content to whoever makes it.
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(12, 15)}`,
    `8${hex.slice(15, 18)}`,
    hex.slice(18, 30),
  ].join("-");
}

/** The row a run is accepted with. */
export function acceptedRow(accepted: Acceptance): AcceptedRun {
  const { observer: _observer, ...request } = accepted.request;
  const stored: StoredRequest = { request, userEventId: accepted.userEventId };
  const { namespace, runId, sessionKey, agentId } = request;
  const { fingerprint, acceptedAt } = accepted;
  return { namespace, runId, sessionKey, agentId, fingerprint, request: stored, acceptedAt };
}

/** The run again as it was accepted; undefined when its row cannot be read. */
export function acceptanceOf(row: UnsettledRun): Acceptance | undefined {
  if (!isStored(row.request)) return undefined;
  const { request, userEventId } = row.request;
  return { request, userEventId, fingerprint: row.fingerprint, acceptedAt: row.acceptedAt, resumed: true };
}

/** Written by {@link acceptedRow} of this or an older version; the fields every version has are looked at. */
function isStored(value: unknown): value is StoredRequest {
  if (!isRecord(value) || typeof value.userEventId !== "string" || !isRecord(value.request)) return false;
  const { namespace, runId, sessionKey, agentId, message, sender, kind } = value.request;
  return (
    [namespace, runId, sessionKey, agentId, message, kind].every((field) => typeof field === "string") &&
    isRecord(sender)
  );
}

/** An outcome as it was settled; undefined for anything else. */
export function storedOutcome(value: unknown): RunOutcome | undefined {
  return isOutcome(value) ? value : undefined;
}

function isOutcome(value: unknown): value is RunOutcome {
  return (
    isRecord(value) &&
    typeof value.runId === "string" &&
    typeof value.status === "string" &&
    typeof value.stopReason === "string" &&
    Array.isArray(value.payloads)
  );
}
