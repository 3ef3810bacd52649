import type {
  ChatType,
  SessionActor,
  SessionEntry,
  SessionEntryPatch,
  SessionRecord,
} from "../../store/index.ts";
import type { Sender } from "../sender.ts";
import { factsOf } from "./keys/index.ts";
import type { EnterRequest } from "./sessions.ts";

/** What a new session begins with. */
export function freshEntry(request: EnterRequest, now: number): SessionEntry {
  const facts = factsOf(request.key);
  const chatType: ChatType = facts.kind === "group" ? "group" : facts.kind === "channel" ? "room" : "direct";
  const isGroup = chatType !== "direct";
  return {
    chatType,
    ...(isGroup && facts.peerId !== undefined && { groupId: facts.peerId }),
    ...(isGroup && subjectOf(request.sender)),
    createdVia: request.createdVia,
    createdBy: actorOf(request.sender),
    sessionStartedAt: now,
    lifecycleRevision: 0,
    compactionCount: 0,
    ...(request.internal !== true && { lastInteractionAt: now }),
    ...(request.route !== undefined && { lastRoute: request.route }),
  };
}

/** Who a sender is for those who look at the session later. */
function actorOf({ id, name }: Sender): SessionActor {
  return { type: "human", id, ...(name !== undefined && { label: name }) };
}

/** What the chat is called that somebody spoke in; people call their direct chats nothing. */
function subjectOf({ chat }: Sender): Pick<SessionEntry, "subject"> | undefined {
  return chat?.title === undefined || chat.kind === "direct" ? undefined : { subject: chat.title };
}

/** What a turn changes by coming in: the time of a person's last word, where answers go, and what a group is called. */
export function noteOfEntering(
  { internal, route, sender }: EnterRequest,
  { entry }: SessionRecord,
  now: number,
): SessionEntryPatch {
  return {
    ...(internal !== true && { lastInteractionAt: now }),
    ...(route !== undefined && { lastRoute: route }),
    ...(entry.chatType !== undefined && entry.chatType !== "direct" && subjectOf(sender)),
    // Somebody writes to it again: it is back in the list.
    ...(internal !== true && entry.archivedAt !== undefined && { archivedAt: null, archiveReason: null }),
  };
}

/** What begins anew with a new life of a session; settings and names stay. */
export function freshLife(entry: SessionEntry, now: number): SessionEntryPatch {
  return {
    sessionStartedAt: now,
    lastInteractionAt: now,
    lifecycleRevision: (entry.lifecycleRevision ?? 0) + 1,
    compactionCount: 0,
    inputTokens: 0,
    outputTokens: 0,
    totalTokens: 0,
    costTotal: null,
    contextTokens: null,
    status: null,
    startedAt: null,
    endedAt: null,
    lastRunId: null,
    lastRunError: null,
    abortedLastRun: false,
    systemSent: false,
  };
}
