import { type RunId, unavailable } from "../../../protocol/index.ts";
import { chatReplay, requestConflict } from "./outcome-wire.ts";
import type { Taken } from "./turn-requests.ts";

/** The answer to something said in a session. @throws ProtocolError when it was not taken, or failed before */
export function sendAnswer(taken: Taken, runId: RunId) {
  switch (taken.state) {
    case "accepted": {
      const interrupted = "interruptedActiveRun" in taken && taken.interruptedActiveRun;
      return { runId, status: "started", ...(interrupted && { interruptedActiveRun: true }) };
    }
    case "in_flight":
      return { runId, status: "in_flight" };
    case "settled":
      return chatReplay(taken.outcome);
    case "stopped":
      return { ok: true, aborted: taken.runIds.length > 0, runIds: taken.runIds };
    case "conflict":
      throw requestConflict();
    case "refused":
      throw unavailable(taken.reason, { retryable: true });
  }
}
