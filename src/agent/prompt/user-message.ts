import type { Sender } from "../sender.ts";
import { SENDER_FIELD_MAX_CHARS } from "./limits.ts";

const SENDER_MARK = "⟦openclaw:ctx⟧";

/**
 * Marks that say "the gateway wrote this"; whoever else writes them is quoted without their brackets. A row of brackets is
 * taken from its beginning alone: nobody can hold the gateway up with a long one.
 */
const FOREIGN_MARK =
  /⟦\s*(openclaw:[^⟧\n]{0,64})⟧|(?<!<)<{2,}\s*((?:BEGIN|END)_OPENCLAW\w{0,64})(?:\s*>{2,})?/gi;

/** Where the operator speaks; everywhere else people do. */
const OPERATOR_CHANNELS: ReadonlySet<string> = new Set(["webchat", "cli", "http"]);

/** True for people on chat channels, false for the operator of the gateway and programs that speak for them. */
export function isOnChannel({ client, channel }: Sender): boolean {
  return client === undefined && !OPERATOR_CHANNELS.has(channel);
}

/** A person's message as the model sees it. The operator of the gateway needs no introduction; people on channels do. */
export function userMessage(sender: Sender, stamp: string, text: string): string {
  const own = `${stamp}${withoutMarks(text)}`;
  return isOnChannel(sender) ? `${senderBlock(sender)}${own}` : own;
}

/** Text of somebody else, without marks that only the gateway may set. */
export function withoutMarks(text: string): string {
  return text.replace(
    FOREIGN_MARK,
    (_, context: string | undefined, internal: string | undefined) => `(${context ?? internal ?? ""})`,
  );
}

/**
 * Who wrote a message, where, and what the channel calls it: ids and names as the channel proved them, as data that
 * cannot leave its fence.
 */
function senderBlock({ id, name, username, chat, messageId }: Sender): string {
  const field = (text: string | undefined) => text?.slice(0, SENDER_FIELD_MAX_CHARS);
  const title = chat?.kind === "direct" ? undefined : field(chat?.title);
  const json = JSON.stringify({
    sender: { id: field(id), name: field(name), username: field(username) },
    ...(title !== undefined && { chat: { title } }),
    messageId: field(messageId),
  });
  const fenced = withoutMarks(json).replaceAll("`", "\\u0060");
  return `Conversation info: ${SENDER_MARK}\n\`\`\`json\n${fenced}\n\`\`\`\n\n`;
}
