import type { Person } from "../../inbound-event.ts";
import { chatName, fullName } from "./chat.ts";
import { type Fields, idIn, nameIn, partIn, textIn } from "./fields.ts";

/** A user; undefined without an id, which is the only proof. */
export function userOf(fields: Fields | undefined): Person | undefined {
  const id = fields && idIn(fields, "id");
  if (fields === undefined || id === undefined) return undefined;
  const name = fullName(fields);
  const username = nameIn(fields, "username");
  return {
    id,
    ...(name !== undefined && { name }),
    ...(username !== undefined && { username }),
    isBot: fields["is_bot"] === true,
  };
}

/** A chat as somebody who posts: a channel, an anonymous administrator. */
export function chatAsPerson(fields: Fields | undefined): Person | undefined {
  const id = fields && idIn(fields, "id");
  if (fields === undefined || id === undefined) return undefined;
  const name = chatName(fields);
  const username = nameIn(fields, "username");
  return {
    id,
    ...(name !== undefined && { name }),
    ...(username !== undefined && { username }),
    isBot: false,
    isChat: true,
  };
}

/** Who sent a message. `from` is a stand-in of Telegram's where a chat speaks, so the chat goes first. */
export function senderOf(message: Fields): Person | undefined {
  return (
    chatAsPerson(partIn(message, "sender_chat")) ??
    userOf(partIn(message, "from")) ??
    chatAsPerson(partIn(message, "chat"))
  );
}

/** Where a forwarded message is from, in words: `Al (@al)`, the name of a chat. */
export function originName(origin: Fields | undefined): string | undefined {
  if (origin === undefined) return undefined;
  switch (textIn(origin, "type")) {
    case "user":
      return nameOf(userOf(partIn(origin, "sender_user")));
    case "hidden_user":
      return nameIn(origin, "sender_user_name");
    case "chat":
      return signed(chatAsPerson(partIn(origin, "sender_chat")), origin);
    case "channel":
      return signed(chatAsPerson(partIn(origin, "chat")), origin);
    default:
      return undefined;
  }
}

/** Who wrote what is forwarded or quoted, when that is known. */
export function originPerson(origin: Fields): Person | undefined {
  return (
    userOf(partIn(origin, "sender_user")) ??
    chatAsPerson(partIn(origin, "sender_chat")) ??
    chatAsPerson(partIn(origin, "chat"))
  );
}

function signed(person: Person | undefined, origin: Fields): string | undefined {
  const name = nameOf(person);
  const signature = nameIn(origin, "author_signature");
  return name !== undefined && signature !== undefined ? `${name}, ${signature}` : name;
}

function nameOf(person: Person | undefined): string | undefined {
  if (person === undefined) return undefined;
  const { id, name, username } = person;
  if (name === undefined) return username === undefined ? id : `@${username}`;
  return username === undefined ? name : `${name} (@${username})`;
}
