import { laneOf, placeOf } from "./chat.ts";
import { type Fields, idIn, partIn, textIn } from "./fields.ts";
import { userOf } from "./person.ts";
import { ignored, type Reading, unreadable } from "./reading.ts";
import type { BotSelf } from "./self.ts";

/** Reads a press of a button. Telegram does not tell when it was; `receivedAt` stands in. */
export function readPress(query: Fields, self: BotSelf, receivedAt: number): Reading {
  const message = partIn(query, "message");
  if (message === undefined) return ignored("a press below a message that was sent inline");
  const data = textIn(query, "data");
  if (data === undefined) return ignored("a press that says nothing, such as one of a game");
  const pressId = textIn(query, "id");
  const sender = userOf(partIn(query, "from"));
  const chat = placeOf(message, self);
  const messageId = idIn(message, "message_id");
  if (pressId === undefined || sender === undefined || chat === undefined || messageId === undefined) {
    return unreadable("a press without an id, a person or a message");
  }
  return {
    state: "read",
    key: `press:${pressId}`,
    lane: laneOf(chat),
    event: { kind: "press", chat, sender, at: receivedAt, messageId, data, pressId },
  };
}
