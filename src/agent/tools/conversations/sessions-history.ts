import { defineTool, jsonResult } from "../define.ts";
import { HISTORY_CHARS, HISTORY_LIMIT, HISTORY_MAX_LIMIT } from "../limits.ts";
import { flag, maybe, number, parameters, text } from "../parameters.ts";
import type { Tool } from "../tool.ts";
import { type ConversationDeps, reach } from "./deps.ts";
import { recentMessages, type SeenMessage } from "./transcript-view.ts";

/** Characters of JSON around one message, and of the frame around all. */
const MESSAGE_FRAME_CHARS = 200;
const FRAME_CHARS = 600;

/** `sessions_history`: what was said in a session. */
export function sessionsHistoryTool(deps: ConversationDeps): Tool {
  return defineTool({
    name: "sessions_history",
    label: "Session History",
    description: "Read the messages of a session, newest page first.",
    scope: "anyone",
    readOnly: true,
    parameters: parameters({
      sessionKey: text(),
      limit: maybe(number()),
      offset: maybe(number("newest to leave out")),
      includeTools: maybe(flag()),
    }),
    async run({ sessionKey, limit, offset = 0, includeTools = false }, context) {
      const record = await reach(deps, context, sessionKey);
      const query = {
        offset: Math.floor(offset),
        limit: Math.min(Math.floor(limit || HISTORY_LIMIT), HISTORY_MAX_LIMIT),
        includeTools,
      };
      const { messages, hasMore } = await recentMessages(
        deps.transcripts,
        record.sessionId,
        query,
        deps.redact,
      );
      const kept = newestThatFit(messages, Math.min(HISTORY_CHARS, context.maxResultChars) - FRAME_CHARS);
      const dropped = messages.length - kept.length;
      return jsonResult({
        sessionKey: record.key,
        sessionId: record.sessionId,
        messages: kept,
        hasMore: hasMore || dropped > 0,
        ...((hasMore || dropped > 0) && { nextOffset: query.offset + kept.length }),
        truncated: dropped > 0,
        droppedMessages: dropped,
      });
    },
  });
}

function newestThatFit(messages: readonly SeenMessage[], room: number): readonly SeenMessage[] {
  let chars = 0;
  let first = messages.length;
  for (const message of [...messages].reverse()) {
    chars += JSON.stringify(message.text).length + MESSAGE_FRAME_CHARS;
    if (chars > room && first < messages.length) break;
    first -= 1;
  }
  return messages.slice(first);
}
