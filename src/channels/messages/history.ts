import { isRecord, recordOf } from "../../lib/records.ts";
import { invalidRequest, type SessionKey } from "../../protocol/index.ts";
import type { SessionRepository, StoredEvent, TranscriptRepository } from "../../store/index.ts";
import type { Router } from "../routing/index.ts";
import type { Address } from "./address.ts";
import { READ_LIMIT, READ_LIMIT_MAX } from "./limits.ts";
import type { Params } from "./content/params.ts";

export interface HistoryDeps {
  readonly router: Router;
  readonly sessions: Pick<SessionRepository, "get">;
  readonly transcripts: Pick<TranscriptRepository, "read" | "search">;
}

/** What was said in chats, as the transcripts have it: bots cannot read what a platform keeps. */
export class History {
  constructor(private readonly deps: HistoryDeps) {}

  /** The conversation a chat belongs to. @throws ProtocolError for a chat whose kind is not known */
  conversation({ account, target, to }: Address): SessionKey {
    const { chatId, topicId, chatKind } = target;
    if (chatKind === undefined) throw invalidRequest(`${to} has to be named by its id to be read`);
    const chat = { id: chatId, kind: chatKind, ...(topicId !== undefined && { topicId }) };
    return this.deps.router.route(account, chat, { id: chatId, isBot: false }).sessionKey;
  }

  /** The last messages of a conversation, oldest first. @throws ProtocolError; StoreError */
  async read(key: SessionKey, params: Params): Promise<Readonly<Record<string, unknown>>> {
    const limit = Math.min(params.whole("limit") ?? READ_LIMIT, READ_LIMIT_MAX);
    const [before, after, around] = [params.whole("before"), params.whole("after"), params.whole("around")];
    const session = await this.deps.sessions.get(key);
    if (!session)
      return { ok: true, sessionKey: key, messages: [], note: "Nothing was said in this chat yet." };
    const middle = around === undefined ? {} : { after: Math.max(0, around - Math.ceil(limit / 2)) };
    const events = await this.deps.transcripts.read(session.sessionId, {
      types: ["message"],
      limit,
      fromEnd: after === undefined && around === undefined,
      ...middle,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    });
    return {
      ok: true,
      sessionKey: key,
      messages: events.flatMap((event) => messageOf(event) ?? []),
      note: "From the transcript of the conversation; what the platform keeps itself cannot be read.",
    };
  }

  /** Messages with some words, the best first. @throws ProtocolError; StoreError */
  async search(
    keys: readonly SessionKey[] | undefined,
    params: Params,
  ): Promise<Readonly<Record<string, unknown>>> {
    const limit = Math.min(params.whole("limit") ?? READ_LIMIT, READ_LIMIT_MAX);
    const words = params.required("query");
    const hits = await this.deps.transcripts.search(words, { limit, ...(keys && { keys }) });
    return {
      ok: true,
      messages: hits.map(({ sessionKey, seq, eventId, at, role, snippet }) => ({
        id: eventId,
        seq,
        sessionKey,
        role,
        at,
        text: snippet,
      })),
    };
  }
}

function messageOf({ seq, event }: StoredEvent): Record<string, unknown> | undefined {
  const message = recordOf(event.message);
  const { role } = message;
  if (role !== "user" && role !== "assistant") return undefined;
  const text = textOf(message.content);
  if (text === "") return undefined;
  const { senderId, senderName, transport } = recordOf(message.__openclaw);
  return {
    id: event.id,
    seq,
    role,
    text,
    at: Date.parse(event.timestamp),
    ...(typeof senderId === "string" && { senderId }),
    ...(typeof senderName === "string" && { senderName }),
    ...(isRecord(transport) && typeof transport.channel === "string" && { channel: transport.channel }),
  };
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .flatMap((part) =>
      isRecord(part) && part.type === "text" && typeof part.text === "string" ? [part.text] : [],
    )
    .join("\n");
}
