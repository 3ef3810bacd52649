import type { ImageContent, TextContent } from "@earendil-works/pi-ai";
import type { Attachment, Sender } from "../../sender.ts";
import type { RunRequest } from "../run.ts";

/** An event before its place in the transcript is known. */
export interface NewEvent {
  readonly type: string;
  readonly id: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly [field: string]: unknown;
}

/** A line of the transcript with a message in it. */
export function messageEvent(id: string, at: number, message: object): NewEvent {
  return { type: "message", id, timestamp: new Date(at).toISOString(), message };
}

/** A line the model sees and, with `display`, people too. */
export function customMessage(
  id: string,
  at: number,
  custom: { customType: string; content: string; display: boolean; details?: unknown },
): NewEvent {
  return { type: "custom_message", id, timestamp: new Date(at).toISOString(), ...custom };
}

/** A message of a person as it stands in the transcript. */
export interface SpokenMessage {
  readonly role: "user";
  readonly content: string | (TextContent | ImageContent)[];
  readonly timestamp: number;
  readonly idempotencyKey: string;
  readonly __openclaw: Readonly<Record<string, unknown>>;
}

/** What a message is made from. */
export type Saying = Pick<RunRequest, "message" | "attachments" | "clientToolResults" | "sender" | "kind">;

/** What somebody said, as typed; what came with it stands before it. `key` names it: a run's id, or the event's own. */
export function userMessage(said: Saying, key: string, at: number): SpokenMessage {
  return {
    role: "user",
    content: userContent(spokenText(said), said.attachments ?? []),
    timestamp: at,
    idempotencyKey: `${key}:user`,
    __openclaw: senderFacts(said.sender, said.kind),
  };
}

/** Results of a client's tools are the message when nothing else is said. */
export function spokenText(request: Pick<RunRequest, "message" | "clientToolResults">): string {
  if (request.message !== "" || !request.clientToolResults?.length) return request.message;
  return request.clientToolResults.map(({ id, output }) => `Tool:${id}: ${output}`).join("\n\n");
}

/** Plain text stays a string, as the transcript has always had it. */
export function userContent(
  text: string,
  attachments: readonly Attachment[],
): string | (TextContent | ImageContent)[] {
  if (attachments.length === 0) return text;
  const parts: (TextContent | ImageContent)[] = [];
  for (const attachment of attachments) {
    if (attachment.content.type === "text")
      parts.push({ type: "text", text: fenced(attachment, attachment.content.text) });
  }
  if (text !== "") parts.push({ type: "text", text });
  for (const { content } of attachments) if (content.type === "image") parts.push(content);
  return parts;
}

/** A text file between fences longer than any inside it, so that it cannot pretend to be something else. */
function fenced({ name, mimeType }: Attachment, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const title = (name ?? "attachment").replace(/[\r\n]+/g, " ");
  return `${title} (${mimeType}):\n${fence}\n${text}\n${fence}`;
}

function senderFacts(sender: Sender, kind: RunRequest["kind"]): Readonly<Record<string, unknown>> {
  const { id, name, username, isOwner, channel, client, messageId, chat } = sender;
  const title = chat?.kind === "direct" ? undefined : chat?.title;
  return {
    senderIsOwner: isOwner,
    senderId: id,
    ...(name !== undefined && { senderName: name }),
    ...(username !== undefined && { senderUsername: username }),
    senderIdentity: { type: kind === "channel" ? "channel" : "profile", id },
    ...(kind === "chat" && client && { transport: { clients: [{ id: client.id, mode: client.mode }] } }),
    ...(kind === "channel" && {
      transport: {
        channel,
        ...(messageId !== undefined && { messageId }),
        ...(title !== undefined && { chatTitle: title }),
      },
    }),
  };
}
