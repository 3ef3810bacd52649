import type { TurnReply } from "../../conversations.ts";
import type { OutboundMessage } from "../../outbound-message.ts";

/** How the parts of an answer name the message they answer. */
export interface ReplyManners {
  readonly replyToMode: "off" | "first" | "all" | "batched";
  /** Messages that are answered, the last one last; none for a press. */
  readonly messageIds: readonly string[];
  readonly prefix?: string;
  /** Said before the answer. */
  readonly notice?: string;
  /** The preview whose place the first part takes. */
  readonly replaces?: unknown;
  /** Nobody's telephone rings for it. */
  readonly silent?: boolean;
}

/** What is sent for an answer, in order. */
export function messagesOf(replies: readonly TurnReply[], manners: ReplyManners): OutboundMessage[] {
  const { notice, replaces, silent } = manners;
  const all: readonly TurnReply[] = notice === undefined ? replies : [{ text: notice }, ...replies];
  return all.map((reply, index) => {
    const replyToId = replyTo(reply, index, manners);
    return {
      text: withPrefix(reply.text, manners.prefix),
      ...(reply.media && { media: [reply.media] }),
      ...(replyToId !== undefined && { replyToId }),
      ...(reply.asVoice === true && { asVoice: true }),
      ...(index === 0 && replaces !== undefined && { replaces }),
      ...(silent === true && { silent }),
    };
  });
}

/** What the agent asks for goes before the mode, which is for answers that ask for nothing. */
function replyTo(reply: TurnReply, index: number, manners: ReplyManners): string | undefined {
  const { replyToMode, messageIds } = manners;
  const current = messageIds.at(-1);
  if (reply.replyToId !== undefined) return reply.replyToId;
  if (reply.replyToCurrent === true) return current;
  switch (replyToMode) {
    case "off":
      return undefined;
    case "first":
      return index === 0 ? current : undefined;
    case "all":
      return current;
    case "batched":
      return messageIds.length > 1 ? current : undefined;
  }
}

function withPrefix(text: string, prefix: string | undefined): string {
  return prefix === undefined || text === "" || text.startsWith(prefix) ? text : `${prefix} ${text}`;
}
