import { refuse, type OutboundPart, type Receipt, SendError, type Target } from "../../outbound-message.ts";
import {
  type DraftRef,
  outgoingRules,
  partOf,
  type PollPart,
  type TelegramPart,
  type TextPart,
  whyNoButtons,
} from "../render/index.ts";
import { chatNumber, sendingTo } from "./address.ts";
import type { CallDeps } from "./deps.ts";
import type { TelegramDrafts } from "./drafts.ts";
import { BAD_QUOTE, NOT_EDITABLE, NOT_MODIFIED, refusedWith, repeatable, wordsOf } from "./failures.ts";
import { frameFields, markupOf, previewFields, textFields } from "./options.ts";
import { receiptOf } from "./receipt.ts";
import { sendAlbum, sendMedia } from "./send-media.ts";

/** What sending needs beside the client. */
export interface SendDeps extends CallDeps {
  readonly drafts: Pick<TelegramDrafts, "settle" | "discard">;
}

/** Makes the call a part stands for, and what belongs to it once it has arrived. @throws SendError */
export async function sendPart(
  stored: OutboundPart,
  target: Target,
  deps: SendDeps,
  signal: AbortSignal,
): Promise<Receipt> {
  const part = partOf(stored);
  const why = part.keyboard && whyNoButtons(outgoingRules(deps.account()).buttons, target);
  if (why !== undefined) refuse(why);
  const receipt = await arrived(part, target, deps, signal);
  if (part.pin === true) await pin(receipt, part.silent === true, deps);
  if (part.discards !== undefined) await deps.drafts.discard(target, part.discards);
  return receipt;
}

async function arrived(
  part: TelegramPart,
  target: Target,
  deps: SendDeps,
  signal: AbortSignal,
): Promise<Receipt> {
  try {
    return await made(part, target, deps, signal);
  } catch (error) {
    if (part.quote === undefined || !refusedWith(error, BAD_QUOTE)) throw error;
    const { quote: _, ...whole } = part;
    return await made(whole, target, deps, signal);
  }
}

async function made(
  part: TelegramPart,
  target: Target,
  deps: SendDeps,
  signal: AbortSignal,
): Promise<Receipt> {
  switch (part.kind) {
    case "text":
      return await sendText(part, target, deps, signal);
    case "media":
      return await sendMedia(part, target, deps, signal);
    case "album":
      return await sendAlbum(part, target, deps, signal);
    case "poll":
      return await sendPoll(part, target, deps, signal);
  }
}

async function sendText(
  part: TextPart,
  target: Target,
  deps: SendDeps,
  signal: AbortSignal,
): Promise<Receipt> {
  const draft = part.replaces;
  if (draft !== undefined) {
    await deps.drafts.settle(draft);
    const edited = await replaceDraft(draft, part, deps, signal);
    if (edited !== undefined) return edited;
  }
  const message = await deps.client.call(
    "sendMessage",
    { ...sendingTo(target), ...textFields(part.words), ...previewFields(part.preview), ...frameFields(part) },
    signal,
  );
  return receiptOf(message);
}

/** Puts the text in the place of a preview; undefined when that is gone. An edit may be made twice, so its loss is no doubt. */
async function replaceDraft(
  draft: DraftRef,
  part: TextPart,
  { client, clock }: SendDeps,
  signal: AbortSignal,
): Promise<Receipt | undefined> {
  const at = { messageId: String(draft.messageId), chatId: draft.chatId };
  try {
    const edited = await client.call(
      "editMessageText",
      {
        chat_id: chatNumber(draft.chatId),
        message_id: draft.messageId,
        ...textFields(part.words),
        ...previewFields(part.preview),
        ...(part.keyboard !== undefined && { reply_markup: markupOf(part.keyboard) }),
      },
      signal,
    );
    return edited === true ? { ...at, at: clock.now() } : receiptOf(edited);
  } catch (error) {
    if (refusedWith(error, NOT_MODIFIED)) return { ...at, at: clock.now() };
    if (refusedWith(error, NOT_EDITABLE)) return undefined;
    throw repeatable(error);
  }
}

async function sendPoll(
  part: PollPart,
  target: Target,
  { client }: SendDeps,
  signal: AbortSignal,
): Promise<Receipt> {
  const { question, options, isAnonymous, allowsMultiple, openSeconds } = part;
  const message = await client.call(
    "sendPoll",
    {
      ...sendingTo(target),
      question,
      options: options.map((text) => ({ text })),
      is_anonymous: isAnonymous,
      allows_multiple_answers: allowsMultiple,
      ...(openSeconds !== undefined && { open_period: openSeconds }),
      ...frameFields(part),
    },
    signal,
  );
  return receiptOf(message);
}

/** The message has arrived, so a pin that fails must not make it be sent again. */
async function pin(
  { chatId, messageId }: Receipt,
  isSilent: boolean,
  { client, log }: SendDeps,
): Promise<void> {
  try {
    await client.call("pinChatMessage", {
      chat_id: chatNumber(chatId),
      message_id: Number(messageId),
      disable_notification: isSilent,
    });
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    log.warn("a message was sent and not pinned", { chatId, messageId, error: wordsOf(error) });
  }
}
