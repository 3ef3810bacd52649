import { invalidRequest, ProtocolError, unavailable } from "../../protocol/index.ts";
import type { DeliveryOutcome } from "../deliveries.ts";
import { type Receipt, SendError } from "../outbound-message.ts";

/** What was asked for, as far as the receipt on the wire tells it. */
export interface ReceiptFacts {
  readonly kind: "text" | "media" | "poll";
  readonly threadId?: string | undefined;
  readonly replyToId?: string | undefined;
}

/** Receipts as clients read them. */
export function receiptOnWire(receipts: readonly Receipt[], facts: ReceiptFacts): Record<string, unknown> {
  const ids = receipts.flatMap(({ messageId, messageIds }) => messageIds ?? [messageId]);
  const { kind, threadId, replyToId } = facts;
  return {
    ...(ids[0] !== undefined && { primaryPlatformMessageId: ids[0] }),
    platformMessageIds: ids,
    parts: ids.map((id, index) => ({ platformMessageId: id, kind, index })),
    ...(threadId !== undefined && { threadId }),
    ...(replyToId !== undefined && { replyToId }),
    sentAt: receipts.at(-1)?.at ?? 0,
  };
}

/** The receipts of a delivery that arrived. @throws ProtocolError that says how far it came otherwise */
export function arrived(outcome: DeliveryOutcome, facts: ReceiptFacts): readonly Receipt[] {
  if (outcome.state === "sent") return outcome.receipts;
  throw failureOf(outcome, facts);
}

function failureOf(outcome: Exclude<DeliveryOutcome, { state: "sent" }>, facts: ReceiptFacts): ProtocolError {
  const { id, receipts } = outcome;
  const queueId = `out-${id}`;
  const partial = receipts.length > 0 && {
    partialDelivery: {
      messageIds: receipts.flatMap(({ messageId, messageIds }) => messageIds ?? [messageId]),
      receipt: receiptOnWire(receipts, facts),
      visibleReplySent: true,
    },
  };
  switch (outcome.state) {
    case "failed":
      return unavailable(
        `${partial ? "Only a part was delivered" : "Not delivered"}: ${outcome.error} See: openclaw message queue show ${queueId}`,
        {
          retryable: false,
          details: { deliveryStatus: partial ? "partial_failed" : "failed", queueId, ...partial },
        },
      );
    case "uncertain":
      return unavailable(
        `It may or may not have arrived: ${outcome.error}. It is not sent again by itself; look at the chat, then: openclaw message queue retry ${queueId}, or: openclaw message queue drop ${queueId}`,
        { retryable: false, details: { deliveryStatus: "unknown", queueId, ...partial } },
      );
    case "dropped":
      return unavailable("A person took it out of the queue before it was delivered.", {
        retryable: false,
        details: { deliveryStatus: "suppressed", queueId, ...partial },
      });
    case "pending":
      return unavailable(
        `Not delivered yet${outcome.error === undefined ? "" : ` (${outcome.error})`}; it is sent as soon as that is possible. Ask again with the same idempotencyKey for its outcome.`,
        {
          details: {
            code: "OUTBOUND_DELIVERY_QUEUED",
            deliveryStatus: "queued",
            queueId,
            ...partial,
          },
        },
      );
  }
}

/** A call that has no receipt, as clients are told of it; anything else stays what it is. */
export function sendFailure(error: unknown): unknown {
  if (!(error instanceof SendError)) return error;
  const { failure, message, details } = error;
  switch (failure) {
    case "refused":
    case "markup":
      return unavailable(message, { retryable: false, details: { deliveryStatus: "failed" } });
    case "uncertain":
      return unavailable(`It may or may not have arrived: ${message}`, {
        retryable: false,
        details: { deliveryStatus: "unknown" },
      });
    case "busy":
    case "not-ready":
      if (details.isNotLinked === true) return new ProtocolError("NOT_LINKED", message, { retryable: false });
      return unavailable(message, {
        retryable: true,
        ...(details.retryAfterMs !== undefined && { retryAfterMs: details.retryAfterMs }),
      });
  }
}

/** The same before anything was stored: what is refused then is the request's fault. */
export function unpreparedFailure(error: unknown): unknown {
  const isRefused = error instanceof SendError && (error.failure === "refused" || error.failure === "markup");
  return isRefused ? invalidRequest(error.message) : sendFailure(error);
}
