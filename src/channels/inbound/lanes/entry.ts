import { isRecord } from "../../../lib/records.ts";
import type { InboxRow } from "../../../store/index.ts";
import type { CommandAnswer } from "../../conversations.ts";
import type { InboundEvent, InboundMessage, InboundPress } from "../../inbound-event.ts";

/** Something that came in and is not over. */
export interface Entry {
  row: InboxRow;
  readonly event: InboundEvent;
  /** Its present attempt is counted in the store. */
  isCounted: boolean;
  /** Times it went wrong in this process before it was begun. */
  faults: number;
  /** It was asked already, before its turn, whether it is a command; with what came of it. */
  asked?: { readonly answer: CommandAnswer | undefined };
}

/** What is said to an agent, in words or by a button. */
export type Utterance = InboundMessage | InboundPress;

/** What the store knows of an entry that was put off, and whose attempt does not count. */
export function putOff(entry: Entry, notBefore: number, error: string): void {
  const attempts = Math.max(0, entry.row.attempts - 1);
  entry.row = { ...entry.row, notBefore, attempts, lastError: error };
  entry.isCounted = false;
}

/** The row with its event read. One that a later or an older version wrote in another form is `unreadable`. */
export function entryOf(row: InboxRow): Entry {
  const { event, acceptedAt } = row;
  return {
    row,
    event: isEvent(event)
      ? event
      : { kind: "unreadable", at: acceptedAt, reason: "This version cannot read it.", raw: event },
    isCounted: false,
    faults: 0,
  };
}

const SIGNS: Readonly<Record<InboundEvent["kind"], (event: Record<string, unknown>) => boolean>> = {
  message: (event) => isHappening(event) && texts(event.messageId, event.text) && Array.isArray(event.media),
  press: (event) => isHappening(event) && texts(event.messageId, event.data, event.pressId),
  reaction: (event) =>
    isHappening(event) &&
    texts(event.messageId) &&
    Array.isArray(event.added) &&
    Array.isArray(event.removed),
  migration: (event) => isChat(event.chat) && texts(event.newChatId),
  unreadable: (event) => texts(event.reason),
};

/** Stored by a channel of this program; the fields everything relies on are looked at. */
function isEvent(value: unknown): value is InboundEvent {
  return isRecord(value) && isKind(value.kind) && SIGNS[value.kind](value);
}

function isKind(value: unknown): value is InboundEvent["kind"] {
  return typeof value === "string" && Object.hasOwn(SIGNS, value);
}

function isHappening({ chat, sender, at }: Record<string, unknown>): boolean {
  return isChat(chat) && isRecord(sender) && texts(sender.id) && typeof at === "number";
}

function isChat(value: unknown): boolean {
  return isRecord(value) && texts(value.id, value.kind);
}

function texts(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === "string");
}
