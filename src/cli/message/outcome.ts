import { GatewayTransportError } from "../../client/index.ts";
import { recordOf } from "../../lib/records.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";

/** What the gateway answers to an action, with the channel it was done on. */
export type Answer = Readonly<Record<string, unknown>> & { readonly channel: string };

/** Actions whose answer the gateway knows by itself. */
const OF_THE_GATEWAY: ReadonlySet<string> = new Set(["read", "search", "broadcast"]);

/** The answer with what it is an answer to. */
export function printed(action: string, answer: Answer): Answer {
  const { channel, ...payload } = answer;
  const dryRun = answer.dryRun === true;
  return {
    ...(answer.ok === false && { ok: false, deliveryStatus: "failed" }),
    action,
    channel,
    dryRun,
    handledBy: dryRun || OF_THE_GATEWAY.has(action) ? "core" : "plugin",
    ...(typeof answer.messageId === "string" && { messageId: answer.messageId }),
    payload: dryRun ? answer : payload,
  };
}

/** Says what would have been done. */
export function rehearsed({ out }: Session, action: string, { to, channel, mediaUrl }: Answer): void {
  const file = typeof mediaUrl === "string" ? ` with ${mediaUrl}` : "";
  const chat = typeof to === "string" ? to : channel;
  out.line(`Dry run: ${action} in ${chat}${file}. Nothing was done.`);
}

/** A failure with what became of the message, as far as that is known. */
export function failureOf(
  error: unknown,
  { action, idempotencyKey }: { readonly action: string; readonly idempotencyKey: string },
  wasAsked: boolean,
): unknown {
  if (!(error instanceof CliError)) return error;
  const { message, type, exitCode, fields, beside, cause } = error;
  const { deliveryStatus, queueId, partialDelivery } = recordOf(fields.details);
  const ids = recordOf(partialDelivery).messageIds;
  const messageId: unknown = Array.isArray(ids) ? ids.at(-1) : undefined;
  // The gateway may go on with what it was asked for, though nobody heard it say so.
  const isUnheard = wasAsked && cause instanceof GatewayTransportError;
  const status = typeof deliveryStatus === "string" ? deliveryStatus : isUnheard ? "unknown" : "failed";
  const hint = isUnheard
    ? `It may have been done all the same. Ask once more, and it is not done twice: add --idempotency-key ${idempotencyKey}`
    : (hintOf(message, queueId, messageId) ?? error.hint);
  return new CliError(message, {
    type,
    exitCode,
    fields,
    cause,
    ...(hint !== undefined && { hint }),
    beside: {
      ...beside,
      action,
      deliveryStatus: status,
      ...(typeof messageId === "string" && { messageId }),
      ...(typeof queueId === "string" && { queueId }),
      ...(wasAsked && { idempotencyKey }),
    },
  });
}

/** What the message does not say already. */
function hintOf(message: string, queueId: unknown, messageId: unknown): string | undefined {
  const parts = [
    ...(typeof messageId === "string" ? [`Message ${messageId} did arrive.`] : []),
    ...(typeof queueId === "string" && !message.includes(queueId)
      ? [`Look at it: openclaw message queue show ${queueId}`]
      : []),
  ];
  return parts.length === 0 ? undefined : parts.join(" ");
}

/** ` (message 42)`, when the answer names one. */
export function inMessage(answer: Answer): string {
  return typeof answer.messageId === "string" && answer.messageId !== ""
    ? ` (message ${answer.messageId})`
    : "";
}
