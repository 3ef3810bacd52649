import type { ChatDeedOutcome } from "../ports.ts";

/** What came of something done in a chat, for the model. */
export function outcomeText(action: string, outcome: ChatDeedOutcome): string {
  switch (outcome.state) {
    case "queued":
      return `Not sent yet: ${outcome.reason} It goes out by itself; do not send it again.`;
    case "uncertain":
      return `Nobody knows whether it arrived: ${outcome.reason} Do not send it again.`;
    case "done":
      return doneText(action, outcome);
  }
}

function doneText(
  action: string,
  { channel, payload, dryRun }: Extract<ChatDeedOutcome, { state: "done" }>,
): string {
  const chat = typeof payload.chatId === "string" ? ` ${payload.chatId}` : "";
  if (dryRun) return `Would be done in ${typeof payload.to === "string" ? payload.to : channel}.`;
  switch (action) {
    case "send":
    case "poll":
    case "sticker": {
      const { messageId } = payload;
      return `Sent to ${channel}${chat}${typeof messageId === "string" ? ` (message ${messageId})` : ""}.`;
    }
    case "read":
    case "topic-create":
      return JSON.stringify(payload);
    default:
      return `Done: ${action} on ${channel}${chat}.`;
  }
}
