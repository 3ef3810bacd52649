import { type ProtocolError, unavailable } from "../../protocol/index.ts";
import type { InvokeError } from "./open-invokes.ts";

/** The node's approval is missing, or was withdrawn meanwhile. */
export const PAIRING_CHANGED: InvokeError = {
  code: "PAIRING_CHANGED",
  message: "node pairing changed while invocation was active",
};

/** The answer for a node that is unknown or not approved: the two are not told apart. */
export function pairingChanged(what: "invocation" | "pending work" = "invocation"): ProtocolError {
  return unavailable(`node pairing changed while ${what} was active`, {
    retryable: true,
    details: { code: PAIRING_CHANGED.code },
  });
}

/** A failed invocation as the caller is told; `dispatched` says whether the command may have had an effect. */
export function invokeFailure(error: InvokeError, dispatched: boolean): ProtocolError {
  const details = { nodeError: { ...error }, nodeCommandDispatched: dispatched };
  if (error.code === PAIRING_CHANGED.code) {
    if (!dispatched) return pairingChanged();
    return unavailable(error.message, { retryable: true, details: { code: error.code, ...details } });
  }
  if (error.code === "NOT_CONNECTED") {
    return unavailable("node not connected", { details: { code: error.code, ...details } });
  }
  return unavailable(`${error.code}: ${error.message}`, { details });
}
