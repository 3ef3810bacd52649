import { recordOf } from "../../../lib/records.ts";
import type { StoredEvent, TranscriptRepository } from "../../../store/index.ts";
import { HISTORY_TEXT_CHARS } from "../limits.ts";

/** Transcripts as these tools read them. */
export type Transcripts = Pick<TranscriptRepository, "read">;

/** A message as an agent sees it of another session. */
export interface SeenMessage {
  readonly id: string;
  readonly role: string;
  readonly text: string;
  readonly at: string;
  readonly tool?: string;
}

/** Events read at once; one page is nearly always enough. */
const PAGE_EVENTS = 200;

export interface HistoryQuery {
  /** Newest messages that are left out. */
  readonly offset: number;
  readonly limit: number;
  readonly includeTools: boolean;
}

/** The newest messages of a session's present life, oldest first, and whether there are more. */
export async function recentMessages(
  transcripts: Transcripts,
  sessionId: string,
  query: HistoryQuery,
  redact: (text: string) => string,
): Promise<{ readonly messages: readonly SeenMessage[]; readonly hasMore: boolean }> {
  const found: SeenMessage[] = [];
  const wanted = query.offset + query.limit + 1;
  let before: number | undefined;
  let atStart = false;
  while (found.length < wanted && !atStart) {
    const page = await transcripts.read(sessionId, {
      types: ["message", "reset"],
      limit: PAGE_EVENTS,
      fromEnd: true,
      ...(before !== undefined && { before }),
    });
    for (const stored of [...page].reverse()) {
      // What was before a reset is another conversation.
      if (stored.event.type === "reset") {
        atStart = true;
        break;
      }
      const message = seen(stored, query.includeTools, redact);
      if (message) found.push(message);
    }
    atStart ||= page.length < PAGE_EVENTS;
    before = page[0]?.seq;
  }
  const messages = found.slice(query.offset, query.offset + query.limit).reverse();
  return { messages, hasMore: found.length > query.offset + query.limit };
}

function seen(
  { event }: StoredEvent,
  includeTools: boolean,
  redact: (text: string) => string,
): SeenMessage | undefined {
  const message = recordOf(event["message"]);
  const role = message["role"];
  if (typeof role !== "string") return undefined;
  const isTool = role === "toolResult";
  if (isTool && !includeTools) return undefined;
  const whole = redact(textOf(message["content"]));
  if (whole.trim() === "") return undefined;
  const cut = whole.length > HISTORY_TEXT_CHARS;
  const text = cut
    ? `${whole.slice(0, HISTORY_TEXT_CHARS).toWellFormed()}… [${whole.length} characters]`
    : whole;
  const tool = message["toolName"];
  return {
    id: event.id,
    role,
    text,
    at: event.timestamp,
    ...(isTool && typeof tool === "string" && { tool }),
  };
}

/** What was said: text parts; images and calls are named, thoughts are private. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map(recordOf)
    .flatMap((part) => {
      if (part["type"] === "text" && typeof part["text"] === "string") return [part["text"]];
      if (part["type"] === "image") return ["[image]"];
      return part["type"] === "toolCall" && typeof part["name"] === "string"
        ? [`[uses ${part["name"]}]`]
        : [];
    })
    .join("\n");
}
