import type { Message, TextContent, UserMessage } from "@earendil-works/pi-ai";
import type { Prompts } from "../../prompt/index.ts";
import type { Sender } from "../../sender.ts";

/**
 * The conversation as the model sees it: what people said stands with its time (and who said it), which the transcript
 * does not hold. A message is always made the same, so that providers find it in their caches again.
 */
export function modelMessages(
  messages: readonly Message[],
  prompts: Pick<Prompts, "userMessage">,
  agentId: string,
): Message[] {
  return messages.map((message) => {
    const sender = message.role === "user" ? storedSender(message) : undefined;
    return message.role === "user" && sender ? spoken(message, sender, prompts, agentId) : message;
  });
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

/** Who wrote a stored message; undefined for what is no person's: summaries, markers. */
function storedSender(message: UserMessage): Sender | undefined {
  if (!isSaid(message)) return undefined;
  const facts = "__openclaw" in message ? message.__openclaw : undefined;
  const known = new Map<string, unknown>(typeof facts === "object" && facts ? Object.entries(facts) : []);
  const identity = known.get("senderIdentity");
  const isOnChannel =
    typeof identity === "object" && identity !== null && "type" in identity && identity.type === "channel";
  const name = textIn(known, "senderName");
  const username = textIn(known, "senderUsername");
  return {
    id: textIn(known, "senderId") ?? "",
    ...(name !== undefined && { name }),
    ...(username !== undefined && { username }),
    isOwner: known.get("senderIsOwner") === true,
    isAuthorized: false,
    isAdmin: false,
    channel: "",
    // The operator needs no introduction; people on channels do.
    ...(!isOnChannel && { client: { id: "", mode: "" } }),
  };
}

/** What people say is plain text, or text with what came with it; the gateway's own notes are one block of text. */
function isSaid({ content }: UserMessage): boolean {
  return typeof content === "string" || content.length > 1 || content[0]?.type === "image";
}

function textIn(known: ReadonlyMap<string, unknown>, name: string): string | undefined {
  const value = known.get(name);
  return typeof value === "string" ? value : undefined;
}
