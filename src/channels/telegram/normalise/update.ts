import { isRecord } from "../../../lib/records.ts";
import type { InboundBatch } from "../../channel.ts";
import { type Fields, idIn, partIn, textIn } from "./fields.ts";
import { readMessage } from "./message.ts";
import { readPress } from "./press.ts";
import { readReaction } from "./reaction.ts";
import { ignored, type Reading } from "./reading.ts";
import type { BotSelf } from "./self.ts";

interface Frame {
  readonly self: BotSelf;
  readonly updateId: string;
  /** When the update was received, epoch ms. */
  readonly receivedAt: number;
}

/** Kinds that are asked for with `allowed_updates`; the others never come, or say nothing. */
export const UPDATE_KINDS = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "callback_query",
  "message_reaction",
  "my_chat_member",
] as const;

type UpdateKind = (typeof UPDATE_KINDS)[number];

/** How they are read. */
const READERS: Readonly<Record<UpdateKind, (content: Fields, frame: Frame) => Reading>> = {
  message: (message, { self }) => readMessage(message, self, false),
  edited_message: (message, { self }) => readMessage(message, self, true),
  channel_post: (message, { self }) => readMessage(message, self, false),
  edited_channel_post: (message, { self }) => readMessage(message, self, true),
  callback_query: (query, { self, receivedAt }) => readPress(query, self, receivedAt),
  message_reaction: (change, { self, updateId }) => readReaction(change, self, updateId),
  my_chat_member: (change) => ignored(`this account is ${membership(change)} now`),
};

/** One of what an `InboundBatch` holds. */
export type KeyedEvent = InboundBatch["events"][number];

/** What an update says. Takes any JSON; `receivedAt` (epoch ms) stands in where Telegram tells no time. */
export function readUpdate(update: unknown, self: BotSelf, receivedAt: number): Reading {
  if (!isRecord(update)) return { state: "unreadable", reason: "an update that is no object" };
  const kind = UPDATE_KINDS.find((name) => partIn(update, name) !== undefined);
  const content = kind === undefined ? undefined : partIn(update, kind);
  if (kind === undefined || content === undefined) {
    const names = Object.keys(update).filter((name) => name !== "update_id");
    return ignored(`an update of a kind that is not read: ${names.join(", ") || "none"}`);
  }
  return READERS[kind](content, { self, updateId: updateIdOf(update), receivedAt });
}

/** What an update gives to the inbox: one event, or none when it means nothing here. Pure, and never throws. */
export function normaliseUpdate(update: unknown, self: BotSelf, receivedAt: number): readonly KeyedEvent[] {
  const reading = readUpdate(update, self, receivedAt);
  switch (reading.state) {
    case "read": {
      const { key, lane, event } = reading;
      return [{ key, lane, event }];
    }
    case "ignored":
      return [];
    case "unreadable":
      return [
        {
          key: `unreadable:${isRecord(update) ? updateIdOf(update) : hashOf(update)}`,
          lane: "unreadable",
          event: { kind: "unreadable", at: receivedAt, reason: reading.reason, raw: update ?? null },
        },
      ];
  }
}

/** The id of an update; of one without an id, what it says. */
function updateIdOf(update: Fields): string {
  return idIn(update, "update_id") ?? hashOf(update);
}

function hashOf(update: unknown): string {
  return Bun.hash(JSON.stringify(update) ?? "").toString(36);
}

function membership(change: Fields): string {
  return textIn(partIn(change, "new_chat_member") ?? {}, "status") ?? "of unknown standing";
}
