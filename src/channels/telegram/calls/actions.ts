import type { ActionResult, ChannelAction } from "../../action.ts";
import { refuse, SendError, type Target } from "../../outbound-message.ts";
import { telegramCaption, telegramTexts } from "../markup/index.ts";
import { messageIdOf, outgoingRules, type Words } from "../render/index.ts";
import { chatNumber, isGeneral, messageNumber, sendingTo, topicNumber } from "./address.ts";
import { chatAdmins, chatInfo } from "./chat-facts.ts";
import type { CallDeps } from "./deps.ts";
import { NO_TEXT, NOT_DELETABLE, NOT_MODIFIED, refusedWith } from "./failures.ts";
import { captionFields, frameFields, previewFields, textFields } from "./options.ts";
import { react } from "./reactions.ts";
import { receiptOf } from "./receipt.ts";
import { repeated } from "./repeat.ts";
import { createTopic, editTopic } from "./topics.ts";

type Of<A extends ChannelAction["action"]> = Extract<ChannelAction, { action: A }>;
type Deps = Pick<CallDeps, "client" | "clock" | "account">;

/** Carries out what can be done in a chat beside sending. Whether it may be done was decided before. @throws SendError */
export async function act(action: ChannelAction, deps: Deps): Promise<ActionResult> {
  switch (action.action) {
    case "react":
      await react(
        action.target,
        action.messageId,
        action.remove === true ? undefined : action.emoji,
        deps,
        false,
      );
      return {};
    case "edit":
      return await edit(action, deps);
    case "delete":
      return await remove(action, deps);
    case "pin":
      return await pin(action, deps);
    case "unpin":
      return await unpin(action, deps);
    case "sticker":
      return await sticker(action, deps);
    case "topic-create":
      return await createTopic(action, deps);
    case "topic-edit":
      return await editTopic(action, deps);
    case "chat-info":
      return await chatInfo(action.target, deps);
    case "chat-admins":
      return await chatAdmins(action.target, deps);
  }
}

async function edit({ target, messageId, text }: Of<"edit">, deps: Deps): Promise<ActionResult> {
  const { textLimit, tables } = outgoingRules(deps.account());
  const [words, ...more] = telegramTexts(text, { limit: textLimit, tables });
  if (words === undefined) refuse("A message cannot be edited to say nothing; delete it.");
  if (more.length > 0)
    refuse(`An edit is one message, and this text is longer than ${textLimit} characters.`);
  const which = { chat_id: chatNumber(target.chatId), message_id: messageNumber(messageId) };
  try {
    await withPlain(words, (shown) => editText(which, shown, deps));
  } catch (error) {
    if (!refusedWith(error, NO_TEXT)) throw error;
    const caption =
      telegramCaption(text, { tables }) ?? refuse("That text is too long to stand below a file.");
    await withPlain(caption, (shown) => editCaption(which, shown, deps));
  }
  return { receipt: { messageId, chatId: target.chatId, at: deps.clock.now() } };
}

interface Which {
  readonly chat_id: number | string;
  readonly message_id: number;
}

function editText(which: Which, words: Words, { client, clock, account }: Deps): Promise<unknown> {
  const preview = previewFields(outgoingRules(account()).linkPreview);
  return repeated(clock, () =>
    client.call("editMessageText", { ...which, ...textFields(words), ...preview }),
  );
}

function editCaption(which: Which, words: Words, { client, clock }: Deps): Promise<unknown> {
  return repeated(clock, () => client.call("editMessageCaption", { ...which, ...captionFields(words) }));
}

/** With markup, and without it where Telegram cannot read it; an edit that changes nothing is done. */
async function withPlain(words: Words, show: (words: Words) => Promise<unknown>): Promise<void> {
  try {
    await show(words).catch((error: unknown) => {
      if (!(error instanceof SendError) || error.failure !== "markup") throw error;
      return show({ plain: words.plain });
    });
  } catch (error) {
    if (!refusedWith(error, NOT_MODIFIED)) throw error;
  }
}

async function remove({ target, messageId }: Of<"delete">, { client, clock }: Deps): Promise<ActionResult> {
  const which = { chat_id: chatNumber(target.chatId), message_id: messageNumber(messageId) };
  await repeated(clock, async (attempt) => {
    try {
      await client.call("deleteMessage", which);
    } catch (error) {
      // The call before this one was heard after all.
      if (attempt === 1 || !refusedWith(error, NOT_DELETABLE)) throw error;
    }
  });
  return {};
}

async function pin({ target, messageId, silent }: Of<"pin">, { client, clock }: Deps): Promise<ActionResult> {
  const payload = {
    chat_id: chatNumber(target.chatId),
    message_id: messageNumber(messageId),
    ...(silent === true && { disable_notification: true }),
  };
  await repeated(clock, () => client.call("pinChatMessage", payload));
  return {};
}

async function unpin({ target, messageId }: Of<"unpin">, { client, clock }: Deps): Promise<ActionResult> {
  const chat_id = chatNumber(target.chatId);
  if (messageId !== undefined) {
    const message_id = messageNumber(messageId);
    await repeated(clock, () => client.call("unpinChatMessage", { chat_id, message_id }));
    return {};
  }
  await repeated(clock, () => unpinAll(target, client));
  return {};
}

/** Everything in a topic when one is named, else everything in the chat. */
function unpinAll(target: Target, client: Deps["client"]): Promise<true> {
  const chat_id = chatNumber(target.chatId);
  const topic = topicNumber(target);
  if (topic === undefined) return client.call("unpinAllChatMessages", { chat_id });
  if (isGeneral(target)) return client.call("unpinAllGeneralForumTopicMessages", { chat_id });
  return client.call("unpinAllForumTopicMessages", { chat_id, message_thread_id: topic });
}

async function sticker(
  { target, fileId, replyToId }: Of<"sticker">,
  { client }: Deps,
): Promise<ActionResult> {
  if (fileId.trim() === "") refuse("A sticker needs the file_id Telegram gave it.");
  const replyTo = messageIdOf(replyToId);
  const message = await client.call("sendSticker", {
    ...sendingTo(target),
    sticker: fileId.trim(),
    ...frameFields(replyTo === undefined ? {} : { replyTo }),
  });
  return { receipt: receiptOf(message) };
}
