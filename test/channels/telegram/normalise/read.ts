import type { InboundEvent, InboundMessage } from "../../../../src/channels/inbound-event.ts";
import {
  type BotSelf,
  type KeyedEvent,
  normaliseUpdate,
  readUpdate,
} from "../../../../src/channels/telegram/normalise/index.ts";

export const SELF: BotSelf = { id: "4242", username: "mock_bot", hasTopics: false };

export const RECEIVED_AT = 1_700_000_000_000;

export const AL = { id: 777, is_bot: false, first_name: "Al", username: "al" };

export const PRIVATE = { id: 777, type: "private", first_name: "Al", username: "al" };

export const GROUP = { id: -100123, type: "supergroup", title: "Grp One" };

export const FORUM = { id: -100555, type: "supergroup", title: "Grp Two", is_forum: true };

/** A message of Al's in their direct chat, with more fields. */
export function message(fields: object): object {
  return { message_id: 100, date: 1_700_000_000, chat: PRIVATE, from: AL, ...fields };
}

/** The one thing an update says. */
export function keyed(update: object, self: BotSelf = SELF): KeyedEvent {
  const [found, ...rest] = normaliseUpdate({ update_id: 5, ...update }, self, RECEIVED_AT);
  if (found === undefined || rest.length > 0) throw new Error("not exactly one event");
  return found;
}

/** What a message says. */
export function said(fields: object, self: BotSelf = SELF): InboundMessage {
  return asMessage(keyed({ message: message(fields) }, self).event);
}

export function asMessage(event: InboundEvent): InboundMessage {
  if (event.kind !== "message") throw new Error(`a ${event.kind}, not a message`);
  return event;
}

/** Why an update gives nothing. */
export function whyIgnored(update: object, self: BotSelf = SELF): string {
  const reading = readUpdate({ update_id: 5, ...update }, self, RECEIVED_AT);
  if (reading.state !== "ignored") throw new Error(`it is ${reading.state}`);
  return reading.reason;
}
