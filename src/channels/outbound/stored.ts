import { Type } from "@sinclair/typebox";
import { isRecord } from "../../lib/records.ts";
import { fits } from "../../protocol/index.ts";
import type { OutboxRow } from "../../store/index.ts";
import type { DeliveryOutcome } from "../deliveries.ts";
import { type OutboundPart, type Receipt, SendError, type Target } from "../outbound-message.ts";

const StoredTarget = Type.Object({
  chatId: Type.String(),
  topicId: Type.Optional(Type.String()),
  chatKind: Type.Optional(
    Type.Union([Type.Literal("direct"), Type.Literal("group"), Type.Literal("channel")]),
  ),
});

const StoredReceipt = Type.Object({
  messageId: Type.String(),
  chatId: Type.String(),
  messageIds: Type.Optional(Type.Array(Type.String())),
  pollId: Type.Optional(Type.String()),
  at: Type.Number(),
});

/** Where a stored delivery goes. @throws SendError `refused` */
export function targetOf(row: OutboxRow): Target {
  if (fits(StoredTarget, row.target)) return row.target;
  throw new SendError("refused", `Where delivery ${row.id} goes cannot be read.`);
}

/** The part a stored delivery stands at. @throws SendError `refused` */
export function partOf(row: OutboxRow): OutboundPart {
  const part = row.parts[row.receipts.length];
  if (isRecord(part)) return part;
  throw new SendError("refused", `Part ${row.receipts.length + 1} of delivery ${row.id} cannot be read.`);
}

/** Receipts of the parts that arrived. */
export function receiptsOf(row: OutboxRow): readonly Receipt[] {
  return row.receipts.filter((receipt) => fits(StoredReceipt, receipt));
}

/** What an asker is told of a delivery. */
export function outcomeOf(row: OutboxRow): DeliveryOutcome {
  const { id, state, lastError: error = "" } = row;
  const receipts = receiptsOf(row);
  switch (state) {
    case "sent":
    case "dropped":
      return { state, id, receipts };
    case "dead":
      return { state: "failed", id, receipts, error };
    case "unknown":
      return { state: "uncertain", id, receipts, error };
    case "queued":
    case "sending":
      return { state: "pending", id, receipts, ...(error !== "" && { error }) };
  }
}
