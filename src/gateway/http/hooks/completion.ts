import type { RunOutcome } from "../../../agent/index.ts";
import type { DeliveryReport } from "../../channels/agent-delivery.ts";

/** What a sender that waits is told of the end: never what was said. */
export interface Completion {
  readonly status: "ok" | "error";
  readonly replyDisposition: "visible" | "silent" | "empty";
  /** Unknown for the repeat of a request. */
  readonly delivered?: boolean;
  readonly deliveryAttempted?: boolean;
  readonly deliveryError?: "delivery-failed";
}

/** How a run ended; `report` is null when nothing was to be sent, undefined when that is not known. */
export function completionOf(outcome: RunOutcome, report: DeliveryReport | null | undefined): Completion {
  const { status, text, payloads } = outcome;
  if (status !== "ok") return { status: "error", replyDisposition: "empty" };
  const isVisible = text !== "" || payloads.length > 0;
  return {
    status: "ok",
    replyDisposition: isVisible ? "visible" : "silent",
    ...(report !== undefined && deliveryFacts(report)),
  };
}

function deliveryFacts(
  report: DeliveryReport | null,
): Pick<Completion, "delivered" | "deliveryAttempted" | "deliveryError"> {
  if (report === null || report.status === "suppressed")
    return { delivered: false, deliveryAttempted: false };
  return {
    delivered: report.status === "sent",
    deliveryAttempted: true,
    ...(isFailed(report) && { deliveryError: "delivery-failed" }),
  };
}

/** Whether something was to be sent and is not known to be, or on its way. */
export function isFailed({ status }: DeliveryReport): boolean {
  return status === "failed" || status === "partial" || status === "uncertain";
}
