import { type Accounts, type Deliveries, PAIRING_APPROVED_TEXT, SendError } from "../../channels/index.ts";
import { APPROVAL_PATIENCE_MS } from "./limits.ts";

export interface ApprovalNoticeDeps {
  readonly accounts: Pick<Accounts, "channel">;
  readonly deliveries: Pick<Deliveries, "deliver">;
}

/** Tells a person that they may write now; what waits in the outbox counts as told. @throws Error when they cannot be told */
export async function tellApproved(
  { accounts, deliveries }: ApprovalNoticeDeps,
  channel: string,
  accountId: string,
  senderId: string,
): Promise<void> {
  const target = accounts.channel(channel)?.target(senderId);
  if (target === undefined) throw new SendError("refused", `there is no channel ${channel}`);
  const outcome = await deliveries.deliver(
    {
      channel,
      accountId,
      target: { ...target, chatKind: "direct" },
      content: { kind: "message", message: { text: PAIRING_APPROVED_TEXT } },
      origin: "pairing",
    },
    APPROVAL_PATIENCE_MS,
  );
  switch (outcome.state) {
    case "sent":
    case "pending":
      return;
    case "failed":
    case "uncertain":
      throw new SendError("refused", outcome.error);
    case "dropped":
      throw new SendError("refused", "the notice was taken out of the queue");
  }
}
