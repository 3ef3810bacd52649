import type { Message } from "@earendil-works/pi-ai";
import type { StoredEvent, TranscriptEvent, TranscriptRepository } from "../../../store/index.ts";
import { wellFormed } from "./pairing.ts";
import { activePath } from "./path.ts";
import {
  assistantMessage,
  authoredMessage,
  inputBlocks,
  messageIn,
  timeOf,
  toolResultMessage,
} from "./reading.ts";

/** Said before the summary that stands for older messages. */
export const SUMMARY_INTRODUCTION =
  "Summary of the conversation so far; the messages it is about are not shown:";
const BRANCH_INTRODUCTION = "Summary of what was tried on another way and left:";

/** What the model sees of a transcript. @throws StoreError */
export async function contextOf(transcripts: TranscriptRepository, sessionId: string): Promise<Message[]> {
  const [reset, compaction] = await Promise.all([
    transcripts.last(sessionId, "reset"),
    transcripts.last(sessionId, "compaction"),
  ]);
  const floor = reset?.seq ?? 0;
  const summary = compaction !== undefined && compaction.seq > floor ? compaction : undefined;
  const after = summary === undefined ? floor : await firstKept(transcripts, sessionId, summary, floor);
  const path = activePath(await transcripts.read(sessionId, { after }));
  const onPath = summary !== undefined && path.some(({ seq }) => seq === summary.seq);
  if (summary !== undefined && !onPath) {
    // The summary is of a way that was left: without it everything since the reset counts.
    return messagesOf(activePath(await transcripts.read(sessionId, { after: floor })));
  }
  const said = messagesOf(path);
  const introduction = summary === undefined ? [] : summaryMessage(summary.event, SUMMARY_INTRODUCTION);
  return [...introduction, ...said];
}

/** The place before the first event that a compaction left as it was. */
async function firstKept(
  transcripts: TranscriptRepository,
  sessionId: string,
  compaction: StoredEvent,
  floor: number,
): Promise<number> {
  const id = compaction.event["firstKeptEntryId"];
  const kept = typeof id === "string" ? await transcripts.find(sessionId, id) : undefined;
  // Nothing kept: the conversation goes on behind the summary, which stays in sight of the path.
  if (kept === undefined || kept.seq <= floor || kept.seq > compaction.seq) return compaction.seq - 1;
  return kept.seq - 1;
}

/** Messages of events on one path, ready to be sent. */
export function messagesOf(path: readonly StoredEvent[]): Message[] {
  return wellFormed(path.flatMap(({ event }) => spoken(event)));
}

function spoken(event: TranscriptEvent): readonly Message[] {
  const at = timeOf(event);
  const message = messageIn(event);
  // Commands and their answers are between a person and the gateway.
  if (message?.["excludeFromContext"] === true) return [];
  if (message !== undefined) {
    switch (message["role"]) {
      case "user":
        return kept(authoredMessage(message, at));
      case "assistant":
        return [assistantMessage(message, at)];
      case "toolResult": {
        const result = toolResultMessage(message, at);
        return result === undefined ? [] : [result];
      }
      default:
        return [];
    }
  }
  switch (event.type) {
    case "custom_message":
      return kept({ role: "user", content: inputBlocks(event["content"]), timestamp: at });
    case "branch_summary":
      return summaryMessage(event, BRANCH_INTRODUCTION);
    default:
      return [];
  }
}

/** A message with nothing in it is refused by providers. */
function kept(message: Message): readonly Message[] {
  return message.content.length === 0 ? [] : [message];
}

function summaryMessage(event: TranscriptEvent, introduction: string): readonly Message[] {
  const { summary } = event;
  if (typeof summary !== "string" || summary.trim() === "") return [];
  const text = `${introduction}\n\n<summary>\n${summary.trim()}\n</summary>`;
  return [{ role: "user", content: [{ type: "text", text }], timestamp: timeOf(event) }];
}
