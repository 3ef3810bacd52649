import type { Sender } from "../../../agent/index.ts";
import type { RunId } from "../../../protocol/index.ts";
import type { SessionTarget } from "../target.ts";
import type { Incoming } from "./incoming.ts";

/** What the model is told to do with the notes it finds. */
const WAKE_MESSAGE =
  "Read the system events above and do what they ask for. If nothing needs doing, answer NO_REPLY.";

/** The turn in which a session reads the notes that were left for it. */
export function wakeTurn(runId: RunId, target: SessionTarget, sender: Sender): Incoming {
  return {
    kind: "agent",
    runId,
    target,
    message: WAKE_MESSAGE,
    attachments: [],
    sender,
    mayCommand: false,
    // A conversation under way is not interrupted for it.
    queueMode: "followup",
  };
}
