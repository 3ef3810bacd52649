import { chatOf, laneOf } from "./chat.ts";
import { type Fields, idIn, partIn, partsIn, textIn, timeIn } from "./fields.ts";
import { chatAsPerson, userOf } from "./person.ts";
import { ignored, type Reading, unreadable } from "./reading.ts";
import type { BotSelf } from "./self.ts";

/**
 * Reads a change of somebody's reactions. Telegram tells neither the topic nor whose message it is; both come from what is
 * remembered of sent messages. In a direct chat a message nobody remembers is taken for ours.
 */
export function readReaction(change: Fields, self: BotSelf, updateId: string): Reading {
  const place = chatOf(partIn(change, "chat"));
  const messageId = idIn(change, "message_id");
  const sender = userOf(partIn(change, "user")) ?? chatAsPerson(partIn(change, "actor_chat"));
  if (place === undefined || messageId === undefined || sender === undefined) {
    return unreadable("a reaction without a chat, a message or a person");
  }
  const before = reactionsIn(change, "old_reaction");
  const after = reactionsIn(change, "new_reaction");
  const added = after.filter((one) => !before.includes(one));
  const removed = before.filter((one) => !after.includes(one));
  if (added.length === 0 && removed.length === 0) return ignored("a reaction that changed nothing");
  const sent = self.sent?.(place.id, messageId);
  const chat = sent?.topicId === undefined ? place : { ...place, topicId: sent.topicId };
  return {
    state: "read",
    key: `reaction:${updateId}`,
    lane: laneOf(chat),
    event: {
      kind: "reaction",
      chat,
      sender,
      at: timeIn(change, "date") ?? 0,
      messageId,
      added,
      removed,
      isToOwn: sent !== undefined || chat.kind === "direct",
    },
  };
}

/** Reactions as people see them; emoji of somebody's own making by their id, paid ones as the star they are. */
function reactionsIn(change: Fields, name: string): readonly string[] {
  return partsIn(change, name).flatMap((reaction) => {
    switch (textIn(reaction, "type")) {
      case "emoji": {
        const emoji = textIn(reaction, "emoji");
        return emoji === undefined ? [] : [emoji];
      }
      case "custom_emoji": {
        const id = textIn(reaction, "custom_emoji_id");
        return id === undefined ? [] : [`custom:${id}`];
      }
      case "paid":
        return ["⭐"];
      default:
        return [];
    }
  });
}
