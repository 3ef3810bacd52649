import type { Message, TextContent, UserMessage } from "@earendil-works/pi-ai";
import type { Prompts } from "../../prompt/index.ts";
import type { Sender } from "../../sender.ts";
import type { Author, AuthoredMessage } from "../../sessions/index.ts";

/**
 * The conversation as the model sees it: what people said stands with its time (and who said it), which the transcript
 * does not hold. A message is always made the same, so that providers find it in their caches again.
 */
export function modelMessages(
  messages: readonly (Message | AuthoredMessage)[],
  prompts: Pick<Prompts, "userMessage">,
  agentId: string,
): Message[] {
  return messages.map((message) =>
    "author" in message ? spoken(message, senderOf(message.author), prompts, agentId) : message,
  );
}

/** One message of a person as the model sees it. */
export function spoken(
  message: UserMessage,
  sender: Sender,
  prompts: Pick<Prompts, "userMessage">,
  agentId: string,
): UserMessage {
  const { content, timestamp } = message;
  const text = typeof content === "string" ? content : textsOf(content);
  const images = typeof content === "string" ? [] : content.filter(({ type }) => type === "image");
  const seen = prompts.userMessage({ agentId, at: timestamp, sender, text });
  return {
    role: "user",
    content: images.length === 0 ? seen : [{ type: "text", text: seen }, ...images],
    timestamp,
  };
}

function textsOf(content: Exclude<UserMessage["content"], string>): string {
  const texts = content.filter((part): part is TextContent => part.type === "text");
  return texts.map(({ text }) => text).join("\n\n");
}

/** An author as a sender: the operator needs no introduction; people on channels do. */
function senderOf({ isOnChannel, chatTitle, ...author }: Author): Sender {
  return {
    ...author,
    isAuthorized: false,
    isAdmin: false,
    channel: "",
    ...(chatTitle !== undefined && { chat: { kind: "group", title: chatTitle } }),
    ...(!isOnChannel && { client: { id: "", mode: "" } }),
  };
}
